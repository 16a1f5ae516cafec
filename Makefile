# maild: see README.md. `make demo` and `make test` need only a Swift toolchain and make.
SWIFT ?= swift
FLAGS := --explicit-target-dependency-import-check error -Xswiftc -warnings-as-errors

.PHONY: build test
build:
	$(SWIFT) build -c release $(FLAGS)

test:
	$(SWIFT) test $(FLAGS)
