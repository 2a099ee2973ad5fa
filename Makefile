# The verbs; the work is in CMakeLists.txt and tools/. Each works as the first command on a machine
# with git and make. NPROC = how many at once.
NPROC ?= $(shell nproc)
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 600
SEEDS ?= 100
export NPROC FUZZ_SECONDS

.PHONY: all test demo demo-aphoria install bench fuzz sim battery11 lint check-sanitizers coverage format clean help

all: ## build the library and the program (build/release/bin/steme)
	@tools/install-deps build
	@tools/build release

test: ## install what is missing, build, run all tests
	@tools/install-deps build test
	@tools/test release

demo: ## the main job on real data: three nodes, three registries, their disputes, every lens
	@tools/install-deps build demo
	@tools/build release
	@tools/demo build/release

demo-aphoria: ## the linter on a small project and on real code
	@tools/install-deps build
	@tools/build release
	@tools/demo-aphoria build/release

install: all ## install to PREFIX (/usr/local), below DESTDIR where that is set
	@cmake --install build/release --prefix "$(PREFIX)"

bench: ## build and run the measurements beside SQLite and PostgreSQL
	@tools/install-deps build bench
	@tools/bench

fuzz: ## fuzz each parser for FUZZ_SECONDS (600)
	@tools/install-deps build test lint
	@tools/fuzz

sim: ## simulate clusters that suffer, from SEEDS (100) seeds for each scenario, or for SCENARIO
	@tools/install-deps build test
	@tools/sim --seeds $(SEEDS) $(if $(SCENARIO),--scenario $(SCENARIO))

battery11: ## nodes as processes, and five minutes of load and faults
	@tools/install-deps build test
	@tools/build release
	@for part in byzantine budget replication; do STEME=build/release/bin/steme STEME_SOURCE=. \
	    /usr/bin/python3 tests/battery/battery11_$$part.py 300 || exit 1; done

lint: ## clang-format, clang-tidy, cppcheck, the order of the rooms
	@tools/install-deps build lint
	@tools/lint

format: ## clang-format every C file in place
	@tools/install-deps lint
	@tools/lint --format

check-sanitizers: ## all tests under ASan and UBSan, those with threads under TSan
	@tools/install-deps build test
	@tools/test asan
	@tools/test tsan threads

coverage: ## which lines the tests run
	@tools/install-deps build test lint
	@tools/test coverage
	@gcovr --root . --filter src/ --filter apps/ --exclude-unreachable-branches --gcov-ignore-parse-errors build/coverage

clean: ## remove build/
	@rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' Makefile
