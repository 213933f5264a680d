# make run    build, load the demo data on first start, serve http://localhost:8080
# make test   all checks and tests, browser tests included
# make bench  benchmarks          make figures  what a user waits for, on the program itself
# make eval   rank a judged collection, measure it: make eval COLLECTION=DIR KIND=search|result|expert
# make report what that run found and missed, and why: make report COLLECTION=DIR KIND=... [AGAINST=RUN.tsv]
# make build  bin/hongniang        make cover  line coverage by package
# make docker the image hongniang:latest

.PHONY: run build test bench figures eval report cover docker clean

run: build
	bin/hongniang serve --demo --data ./data

build:
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/hongniang ./cmd/hongniang

test:
	@scripts/test.sh

bench:
	go test -run '^$$' -bench . -benchmem ./...

figures:
	go test -run '^$$' -bench 'Figure' -benchtime 1000x ./cmd/hongniang
	go test -run '^$$' -bench 'Start|Import' -benchtime 3x ./cmd/hongniang

COLLECTION ?=
KIND ?= search
TOP ?= 100
EVALFLAGS ?=
AGAINST ?=
RUN ?= bin/eval/$(notdir $(patsubst %/,%,$(COLLECTION))).tsv
JUDGED = $(firstword $(wildcard $(COLLECTION)/judgements.tsv $(COLLECTION)/qrels.tsv))
EVALFILES = --corpus $(COLLECTION)/corpus.jsonl.gz --queries $(COLLECTION)/queries.jsonl --kind $(KIND) \
	$(if $(wildcard $(COLLECTION)/papers.jsonl.gz),--papers $(COLLECTION)/papers.jsonl.gz) $(if $(JUDGED),--judgements $(JUDGED)) $(EVALFLAGS)

eval: build
	@if [ -z "$(COLLECTION)" ]; then echo 'usage: make eval COLLECTION=DIR KIND=search|result|expert (DIR holds corpus.jsonl.gz, queries.jsonl, perhaps papers.jsonl.gz, qrels.tsv)' >&2; exit 2; fi
	@mkdir -p $(dir $(RUN))
	bin/hongniang eval rank $(EVALFILES) --top $(TOP) --out $(RUN)

report: build
	@if [ -z "$(JUDGED)" ]; then echo 'usage: make report COLLECTION=DIR KIND=search|result|expert [AGAINST=RUN.tsv] (DIR holds qrels.tsv too; run make eval first)' >&2; exit 2; fi
	bin/hongniang eval report $(EVALFILES) --run $(RUN) $(if $(AGAINST),--against $(AGAINST)) --out $(RUN:.tsv=.html)

cover:
	go test -cover ./...

docker:
	docker build -t hongniang:latest .

clean:
	rm -rf bin
