#!/bin/sh
# Prints the path of Chromium for the browser tests: its headless shell where there is
# one, the same engine without a browser's windows, which take time. Where there is none
# and this is root with apt-get, installs it with a Chinese font first. Prints nothing and
# says why on stderr when there is no way.
set -eu

if [ -n "${HONGNIANG_CHROMIUM:-}" ]; then
	command -v "$HONGNIANG_CHROMIUM" && exit 0
	echo "HONGNIANG_CHROMIUM=$HONGNIANG_CHROMIUM is not a program" >&2
	exit 1
fi

find_chromium() {
	for name in chromium-headless-shell chrome-headless-shell chromium chromium-browser google-chrome google-chrome-stable chrome; do
		if command -v "$name"; then return 0; fi
	done
	return 1
}

if find_chromium; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	echo "no Chromium found, and it cannot be installed here (that takes root and apt-get)" >&2
	exit 0
fi
echo "installing chromium and fonts-noto-cjk with apt-get ..." >&2
export DEBIAN_FRONTEND=noninteractive
install() { apt-get install -y --no-install-recommends "$1" fonts-noto-cjk; }
if ! { apt-get update && { install chromium-headless-shell || install chromium; }; } </dev/null >&2; then
	echo "apt-get could not install chromium" >&2
	exit 0
fi
find_chromium || echo "chromium was installed, but is not in PATH" >&2
