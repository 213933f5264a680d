#!/bin/sh
# Everything that `make test` runs. Fails at the first fault. Skips nothing
# silently: what a machine cannot run is named in capitals at the end.
set -eu
cd "$(dirname "$0")/.."

# Packages in which goroutines share memory: tested with the race detector, which
# takes ten times as long. There -short draws fewer random worlds; the others are
# drawn without it.
RACE="./indexer/... ./internal/catalog ./internal/sqlitestore ./internal/httpx ./api"

step() { printf '\n== %s\n' "$*"; }
notes=""
note() { notes="$notes
!! $*"; }

step "gofmt"
unformatted=$(git ls-files -z '*.go' | xargs -0 gofmt -l)
if [ -n "$unformatted" ]; then
	echo "not formatted, run gofmt -w on: $unformatted" >&2
	exit 1
fi

step "go vet"
go vet ./...

step "staticcheck"
go tool staticcheck ./...

step "browser"
HONGNIANG_CHROMIUM=$(scripts/chromium.sh)
HONGNIANG_TEST_BROWSER_SKIPS=$(mktemp)
export HONGNIANG_CHROMIUM HONGNIANG_TEST_BROWSER_SKIPS
trap 'rm -f "$HONGNIANG_TEST_BROWSER_SKIPS"' EXIT
HONGNIANG_AXE=$(scripts/axe.sh)
export HONGNIANG_AXE
echo "chromium: ${HONGNIANG_CHROMIUM:-none}"

race=""
for p in $RACE; do
	if listed=$(go list "$p" 2>/dev/null); then race="$race $listed"; fi
done
plain=$(go list ./... | grep -vxF "$(printf '%s\n' $race | grep -v /indexer)")

step "go test"
go test -timeout 15m $plain </dev/null

if [ "$(go env CGO_ENABLED)" = 1 ] && command -v "$(go env CC)" >/dev/null; then
	step "go test -race"
	go test -race -short -timeout 10m $race </dev/null
else
	step "go test (no C compiler: without the race detector)"
	go test -short -timeout 10m $race </dev/null
	note "RACE DETECTOR NOT USED: it needs a C compiler and CGO_ENABLED=1"
fi

if [ -f internal/mongostore/ferrettest/go.mod ]; then
	step "go test: mongostore over the wire against FerretDB (a module of its own)"
	(cd internal/mongostore/ferrettest && go vet ./... && go test -timeout 10m ./... </dev/null)
fi

if [ -z "$HONGNIANG_AXE" ]; then
	note "AXE NOT RUN: npm could not fetch axe-core; the checks of our own ran. Set HONGNIANG_AXE to axe.min.js."
fi
skipped=$(wc -l <"$HONGNIANG_TEST_BROWSER_SKIPS" | tr -d ' ')
if [ "$skipped" != 0 ]; then
	note "$skipped BROWSER TESTS SKIPPED: no Chromium. Run scripts/chromium.sh as root, or set HONGNIANG_CHROMIUM."
	if [ "${HONGNIANG_REQUIRE_BROWSER:-}" = 1 ]; then
		echo "$notes" >&2
		exit 1
	fi
fi
if [ -z "${HONGNIANG_TEST_MONGODB_URI:-}" ]; then
	note "no real MongoDB was tried: set HONGNIANG_TEST_MONGODB_URI to test against one"
fi
printf '\nall tests passed%s\n' "$notes"
