#!/bin/sh
# The PgBouncer that the application is tested behind: unpacked from Debian's package, never installed.
set -eu
PATH="$PATH:/usr/sbin:/sbin"
command -v pgbouncer >/dev/null && exit 0
[ -x .venv/pgbouncer/usr/sbin/pgbouncer ] && exit 0
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  echo "Without Debian's packages the tests behind PgBouncer are skipped." >&2
  exit 0
fi
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
SUDO=""; [ "$(id -u)" = 0 ] || SUDO="sudo"
$SUDO apt-get update -qq
libraries=$(apt-cache depends pgbouncer | sed -n 's/^ *Depends: \(lib\(c-ares\|cares\|event-\)[^ ]*\)$/\1/p')
# shellcheck disable=SC2086 each is a package
(cd "$unpacked" && apt-get download -qq pgbouncer $libraries 2>/dev/null && for each in *.deb; do dpkg-deb -x "$each" .; done)
mkdir -p .venv/pgbouncer && cp -R "$unpacked/usr" .venv/pgbouncer/
LD_LIBRARY_PATH=$(echo .venv/pgbouncer/usr/lib/*-linux-gnu*) .venv/pgbouncer/usr/sbin/pgbouncer --version
