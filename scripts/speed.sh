#!/usr/bin/env bash
# Measures everything that docs/performance.md aims at, in one run on one machine, and
# prints the aims with what was measured. It takes hours on two cores; what is in
# OUT already (corpora, indexes, records) is used again.
#
#   scripts/speed.sh OUT QUERIES[,QUERIES…] CORPUS[,CORPUS…]
#
# QUERIES and CORPUS are judged collections or any JSON lines with title and text. With
# YARDSTICK set to a command that takes tokens.tsv, queries.tsv and a directory (its own
# paths absolute), its times (docs/performance.md, "The yardstick") stand beside ours.
set -euo pipefail
if [ $# -ne 3 ]; then
	sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
	exit 2
fi
absolute() { # PATH,PATH…
	local paths=()
	IFS=, read -ra paths <<<"$1"
	for i in "${!paths[@]}"; do paths[i]=$(realpath "${paths[i]}"); done
	(IFS=,; echo "${paths[*]}")
}
mkdir -p "$1"
out=$(absolute "$1") queries=$(absolute "$2") corpora=$(absolute "$3")
cd "$(dirname "$0")/.."
step() { printf '\n== %s  (%s)\n' "$*" "$(date +%H:%M:%S)" >&2; }

step build
go build -o "$out/hongniang" ./cmd/hongniang
hongniang="$out/hongniang"

# corpus NAME N: a tenth are people, two in a thousand needs.
corpus() {
	[ -s "$out/$1" ] || "$hongniang" bench corpus --from "$corpora" --n "$2" --people $(($2 / 10)) --needs $(($2 / 500)) --mean 1800 --seed 1 --out "$out/$1"
}
step corpora
[ -s "$out/needs.jsonl" ] || "$hongniang" bench needs --from "$queries" --n 200 --seed 1 --out "$out/needs.jsonl"
corpus c100k.jsonl.gz 100000
corpus c200k.jsonl.gz 200000
corpus c1m.jsonl.gz 1000000
if [ ! -d "$out/data" ]; then
	rm -rf "$out/data.part" # of a run that was stopped
	"$hongniang" bench corpus --from "$corpora" --n 200000 --people 20000 --needs 400 --mean 1800 --seed 1 --as records --out "$out/records"
	for kind in expert result need; do "$hongniang" import "$kind" "$out/records/$kind.jsonl.gz" --data "$out/data.part"; done
	"$hongniang" reindex --data "$out/data.part"
	mv "$out/data.part" "$out/data"
fi

step indexes
for size in 100k 200k 1m; do
	[ -s "$out/index-$size/load.json" ] && continue
	rm -rf "$out/index-$size" # of a run that was stopped
	"$hongniang" bench load --corpus "$out/c$size.jsonl.gz" --index "$out/index-$size" | tee "$out/load-$size.txt"
done

versus=()
if [ -n "${YARDSTICK:-}" ]; then
	step yardstick
	[ -s "$out/tokens.tsv" ] && [ -s "$out/queries.tsv" ] || "$hongniang" bench tokens --corpus "$out/c200k.jsonl.gz" --out "$out/tokens.tsv" --needs "$out/needs.jsonl" --needs-out "$out/queries.tsv"
	$YARDSTICK "$out/tokens.tsv" "$out/queries.tsv" "$out/yardstick" | tee "$out/yardstick.txt"
	versus=(--versus "$out/yardstick.txt")
fi

measure() { # NAME COMMAND…
	step "$1"
	"${@:2}" >"$out/$1.part"
	mv "$out/$1.part" "$out/$1"
	sed 1d "$out/$1"
}
measure match.txt "$hongniang" bench match --corpus "$out/c200k.jsonl.gz" --index "$out/index-200k" --needs "$out/needs.jsonl" ${versus[@]+"${versus[@]}"}
measure search.txt "$hongniang" bench search --corpus "$out/c200k.jsonl.gz" --index "$out/index-200k" --needs "$out/needs.jsonl" --clients 1 ${versus[@]+"${versus[@]}"}
measure match-100k.txt "$hongniang" bench match --corpus "$out/c100k.jsonl.gz" --index "$out/index-100k" --needs "$out/needs.jsonl" --clients 1 --check 0
measure match-1m.txt "$hongniang" bench match --corpus "$out/c1m.jsonl.gz" --index "$out/index-1m" --needs "$out/needs.jsonl" --clients 1 --check 0
measure serve.txt "$hongniang" bench serve --data "$out/data" --needs "$out/needs.jsonl" --writes 50 --rounds 10
measure rebuild.txt "$hongniang" bench rebuild --data "$out/data" --needs "$out/needs.jsonl"
measure load.txt go test ./indexer -run '^$' -bench '^BenchmarkLoad$' -benchtime 3x

step aims
"$hongniang" bench aims "$out"/{match,search,match-100k,match-1m,serve,rebuild,load}.txt | tee "$out/aims.txt"
