# `make` lists what can be made. Every target installs what it needs, says so, and never asks.

# Tests run one after the other: many block a thread or use a core, and Swift's executor has two of either here.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help build demo test test-release lint format sanitize bench picture fuzz conformance faults soak

help:
	@echo "make build         build everything, debug"
	@echo "make demo          Swift, Go and netcat call each other's services"
	@echo "make test          all tests, with libjansson and without it"
	@echo "make test-release  the same tests, optimised"
	@echo "make lint          format, documentation of public declarations, no warnings"
	@echo "make format        rewrite the sources as lint wants them"
	@echo "make bench         RPCKit's server against Go's, in this machine's figures"
	@echo "make picture       Documentation/debug-page.png, from a browser without a screen"
	@echo "make sanitize      the tests under AddressSanitizer and ThreadSanitizer"
	@echo "make fuzz          hostile bytes from libFuzzer, a minute for each target, or SECONDS=…"
	@echo "make conformance   JSONTestSuite through every engine"
	@echo "make faults        hostile peers and lost connections in full size, or ROWS=\"R6 R9\""
	@echo "make soak          half an hour of calls and disconnects, or MINUTES=…"

build:
	Scripts/setup build
	swift build

demo:
	Scripts/setup demo
	swift build
	Scripts/demo

test:
	Scripts/setup test
	swift test --no-parallel
	swift test --no-parallel --disable-default-traits --scratch-path .build-notraits

test-release:
	Scripts/setup test
	swift test --no-parallel -c release -Xswiftc -enable-testing --scratch-path .build-release
	swift test --no-parallel -c release -Xswiftc -enable-testing --disable-default-traits --scratch-path .build-release-notraits

lint:
	Scripts/setup build
	Scripts/lint

format:
	git ls-files -z --cached --others --exclude-standard '*.swift' | xargs -0 swift format --in-place
	gofmt -w Examples/go Fuzz/go

sanitize:
	Scripts/setup test
	Scripts/sanitize

bench:
	Scripts/setup test
	Benchmarks/compare.py

picture:
	Scripts/setup test
	RPCKIT_PICTURE="$(CURDIR)/Documentation/debug-page.png" swift test --filter BrowserTests

fuzz:
	Scripts/setup build
	Fuzz/run $(or $(SECONDS),60) $(TARGETS)

conformance:
	Scripts/setup build
	Fuzz/conformance

faults:
	Scripts/setup test
	Fuzz/faults $(ROWS)

soak:
	Scripts/setup build
	Fuzz/faults soak $(or $(MINUTES),30)
