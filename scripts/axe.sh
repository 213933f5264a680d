#!/bin/sh
# Prints the path of axe.min.js for the browser tests, which look for violations
# of WCAG with it. Where it is not there yet and npm is, fetches the one package
# into the cache first. Prints nothing and says why on stderr when there is no way.
set -eu
VERSION=4.10.3
if [ -n "${HONGNIANG_AXE:-}" ]; then
	[ -f "$HONGNIANG_AXE" ] && echo "$HONGNIANG_AXE" && exit 0
	echo "HONGNIANG_AXE=$HONGNIANG_AXE is not a file" >&2
	exit 1
fi
dir="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/hongniang/axe-$VERSION"
if [ ! -f "$dir/package/axe.min.js" ]; then
	if ! command -v npm >/dev/null; then
		echo "axe-core is not here, and there is no npm to fetch it" >&2
		exit 0
	fi
	mkdir -p "$dir"
	if ! (cd "$dir" && npm pack --silent "axe-core@$VERSION" >/dev/null && tar xzf "axe-core-$VERSION.tgz" package/axe.min.js) </dev/null >&2; then
		echo "npm could not fetch axe-core" >&2
		exit 0
	fi
fi
echo "$dir/package/axe.min.js"
