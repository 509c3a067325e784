# `make` lists what can be made. Every target installs what it needs, says so, and never asks.

# Tests run one after the other: many block a thread or use a core, and Swift's executor has two of either here.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help build demo test test-release lint format sanitize bench microbench thresholds failover picture fuzz conformance faults soak

help:
	@echo "make build         build everything, debug"
	@echo "make demo          Swift, Go and netcat call each other's services"
	@echo "make test          all tests, with libjansson and TLS and without them"
	@echo "make test-release  the same tests, optimised"
	@echo "make lint          format, documentation of public declarations, no warnings"
	@echo "make format        rewrite the sources as lint wants them"
	@echo "make docs          the documentation, as pages for a browser"
	@echo "make bench         servers and clients against Go's, in this machine's figures: 20 minutes"
	@echo "make microbench    the scanner, the engines, and one call, each by itself"
	@echo "make thresholds    allocations and instructions of a call, against what is allowed"
	@echo "make failover      one of three servers is killed under load; what its callers notice"
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
	gofmt -w Examples/go Fuzz/go Benchmarks/go

sanitize:
	Scripts/setup test
	Scripts/sanitize

# Shorter with ROUNDS=1 SECONDS=0.3, and with words of the names of SUITES, PEERS and WORKS. OUTPUT is another folder.
bench:
	Scripts/setup test
	cd Benchmarks && python3 -m bench \
	  $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(OUTPUT),--output '$(OUTPUT)') \
	  $(if $(SUITES),--suites '$(SUITES)') $(if $(PEERS),--peers '$(PEERS)') $(if $(WORKS),--works '$(WORKS)')

microbench:
	Scripts/setup build
	swift package --package-path Benchmarks/Micro benchmark $(if $(FILTER),--filter '$(FILTER)')

# WRITE=1 makes what is measured what is allowed.
thresholds:
	Scripts/setup test
	Benchmarks/thresholds.py $(if $(WRITE),--write)

failover:
	Scripts/setup test
	Scripts/failover

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

.PHONY: docs
docs:
	Scripts/setup build
	Scripts/docs
