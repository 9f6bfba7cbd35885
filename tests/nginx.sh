#!/bin/sh
# The nginx that deploy/nginx.conf is tested with: unpacked from Debian's package, never started.
set -eu
PATH="$PATH:/usr/sbin:/sbin"
command -v nginx >/dev/null && exit 0
[ -x .venv/nginx/usr/sbin/nginx ] && exit 0
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  echo "Without Debian's packages the tests of deploy/nginx.conf are skipped." >&2
  exit 0
fi
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
SUDO=""; [ "$(id -u)" = 0 ] || SUDO="sudo"
$SUDO apt-get update -qq
(cd "$unpacked" && apt-get download -qq nginx 2>/dev/null && dpkg-deb -x nginx_*.deb .)
mkdir -p .venv/nginx && cp -R "$unpacked/usr" .venv/nginx/
.venv/nginx/usr/sbin/nginx -v
