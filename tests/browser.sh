#!/bin/sh
# The browser that the journeys drive: Debian's Chromium, installed if it is not there.
set -eu
command -v chromium >/dev/null && exit 0
if command -v apt-get >/dev/null; then
  SUDO=""; [ "$(id -u)" = 0 ] || SUDO="sudo"
  $SUDO apt-get update -qq && $SUDO apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
else
  echo "Chromium is needed for the journeys; please install it." >&2
  exit 1
fi
