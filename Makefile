# The commands of this repository; `make` alone names them. Each is a line or a script in scripts/.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo serve test check bench proof test-scale

# Where `make demo` listens, and where it keeps its record.
ADDRESS ?= 127.0.0.1:8080
DATA ?= demo-data
# The configuration that `make serve` reads.
CONFIG ?= config.toml

help: ## say what there is
	@awk -F': ## ' '/^[a-z-]+: ## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile
	@echo 'Suites of make test, each also alone:'
	@scripts/test.sh --list | sed 's/^/  /'

demo: ## build Sarsen, fill a record with synthetic people and serve it
	@scripts/setup.sh build
	@source scripts/environment.sh && cargo build --locked --package cli && \
	  exec "$$CARGO_TARGET_DIR/debug/sarsen" demo --address $(ADDRESS) --data $(DATA)

serve: ## serve the record that CONFIG (config.toml) names
	@scripts/setup.sh build
	@source scripts/environment.sh && cargo build --locked --package cli && \
	  exec "$$CARGO_TARGET_DIR/debug/sarsen" serve --config $(CONFIG)

test: ## run every suite; the last line is the total
	@scripts/test.sh

check: ## run the quick suites: everything but tests, browser and proofs
	@scripts/test.sh check scripts format spelling licences unused clippy

bench: ## measure the product and append to bench/history.csv
	@scripts/bench.sh
	@scripts/bench-columns.sh
	@scripts/lighthouse.sh

proof: ## run the proofs in full: 200 runs of each death, cut and held commit, releases side by side; reports in docs/proofs
	@mkdir -p docs/proofs
	@scripts/setup.sh test
	@source scripts/environment.sh && cargo build --locked --package testkit --bins && \
	  for proof in durability held outage; do \
	    "$$CARGO_TARGET_DIR/debug/$$proof" --runs 200 --report docs/proofs/$$proof.md || exit 1; \
	  done
	@scripts/proof-followers.sh
	@scripts/proof-releases.sh
	@scripts/proof-door.sh
	@scripts/proof-scanners.sh

test-scale: ## say what is to come
	@echo 'The tests at scale come with the query crate; there is none yet.'
