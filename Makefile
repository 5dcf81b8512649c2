# The front door: each target is a line or two over the presets of CMakePresets.json and the scripts of scripts/.
.PHONY: help run test build bench fuzz torture lint dist package-test
.DEFAULT_GOAL := help
SECONDS_EACH ?= 60
TARGET ?= --help

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: build  ## run the program: make run TARGET="timeline --json"
	build/release/govlog $(TARGET)

test:  ## install what is missing, build, and run every test
	scripts/test

build:  ## build the release program: build/release/govlog
	@scripts/deps
	@cmake --preset release >/dev/null
	cmake --build --preset release --target govlog

bench:  ## run the benchmarks, each beside its bare limit: docs/benchmarks.md
	@scripts/deps
	@cmake --preset release >/dev/null
	cmake --build --preset release --target benchmarks
	bench/report build/release

fuzz:  ## run each fuzz target for SECONDS_EACH (60) seconds
	scripts/fuzz $(SECONDS_EACH)

torture: build  ## every fault, for hours: make torture ROUNDS=2000 SEED=7
	cmake --build --preset release --target program_tests
	scripts/torture $(ROUNDS) $(SEED)

lint:  ## layers, format, clang-tidy
	@scripts/deps
	.ci/lint

dist:  ## the stripped program, checked, and as .deb, .tar.gz and MCP bundle: build/dist
	@$(MAKE) --no-print-directory build
	mkdir -p build/dist
	strip --remove-section=.comment -o build/dist/govlog build/release/govlog
	scripts/check-binary build/dist/govlog
	scripts/bundle build/dist/govlog
	scripts/package build/dist/govlog

package-test:  ## after make dist, as root: install, use and remove the packages in a fresh Debian tree
	tests/packages/install.py build/dist
