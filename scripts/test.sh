#!/bin/sh
# Everything that `make test` runs. Fails at the first fault. Skips nothing
# silently: what a machine cannot run is named in capitals at the end.
set -eu
cd "$(dirname "$0")/.."

# Packages in which goroutines share memory: tested with the race detector, which
# takes ten times as long. There -short draws fewer random worlds; the others are
# drawn without it. The longest are first, here and in FIRST, so that none is
# alone at the end.
RACE="./api ./indexer/... ./internal/sqlitestore ./internal/catalog ./internal/httpx"
FIRST="./cmd/hongniang ./frontend/browser"

# SQLite is C that was turned into Go. Its memory is none of Go's heap, so the race
# detector sees nothing there; to instrument it only takes three times as long. The
# codecs of index files and the model of words compute on what one caller hands
# them: their locks are seen all the same, and we look for races of our own.
UNWATCHED=""
for library in modernc.org/sqlite/lib modernc.org/libc github.com/blevesearch/zapx/v17 github.com/blevesearch/vellum/... \
	github.com/RoaringBitmap/roaring/v2/... github.com/go-ego/gse/hmm; do
	UNWATCHED="$UNWATCHED -gcflags=$library=-race=false"
done

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
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
HONGNIANG_TEST_BROWSER_SKIPS="$work/skips"
: >"$HONGNIANG_TEST_BROWSER_SKIPS"
HONGNIANG_CHROMIUM=$(scripts/chromium.sh)
HONGNIANG_AXE=$(scripts/axe.sh)
export HONGNIANG_CHROMIUM HONGNIANG_AXE HONGNIANG_TEST_BROWSER_SKIPS
echo "chromium: ${HONGNIANG_CHROMIUM:-none}"

step "go build (the program that the tests of whole programs run)"
HONGNIANG_BINARY="$work/hongniang"
export HONGNIANG_BINARY
go build -o "$HONGNIANG_BINARY" ./cmd/hongniang

race=$(go list $RACE)
first=$(go list $FIRST)
rest=$(go list ./... | grep -vxF "$(printf '%s\n' $first $race | grep -v /indexer)")

# Everything is vetted above already: -vet=off.
step "go test"
go test -vet=off -timeout 15m $first $rest </dev/null

# It waits much for servers that are stopped and started again, so that it runs
# beside the race detector. FerretDB reads all it has for most questions: a quarter
# of its time went into collecting what it had read.
wire=""
if [ -f internal/mongostore/ferrettest/go.mod ]; then
	(cd internal/mongostore/ferrettest && go vet ./... && GOGC=400 go test -vet=off -timeout 10m ./...) </dev/null >"$work/wire" 2>&1 &
	wire=$!
fi

failed=0
if [ "$(go env CGO_ENABLED)" = 1 ] && command -v "$(go env CC)" >/dev/null; then
	step "go test -race"
	go test -race $UNWATCHED -vet=off -short -timeout 10m $race </dev/null || failed=1
else
	step "go test (no C compiler: without the race detector)"
	go test -vet=off -short -timeout 10m $race </dev/null || failed=1
	note "RACE DETECTOR NOT USED: it needs a C compiler and CGO_ENABLED=1"
fi

if [ -n "$wire" ]; then
	step "go test: mongostore over the wire against FerretDB (a module of its own)"
	wait "$wire" || failed=1
	cat "$work/wire"
fi
if [ "$failed" != 0 ]; then exit 1; fi

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
