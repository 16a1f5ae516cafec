# maild: see README.md. `make demo` and `make test` need only a Swift toolchain and make.

SWIFT ?= swift
SCRATCH ?= .build
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR ?=

BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man
UNITDIR = $(PREFIX)/lib/systemd/system
SYSUSERSDIR = $(PREFIX)/lib/sysusers.d
TMPFILESDIR = $(PREFIX)/lib/tmpfiles.d
SAMPLEDIR = $(PREFIX)/share/maild
DOCDIR = $(PREFIX)/share/doc/maild

# Imports stay as Package.swift declares them, and a warning is an error.
CHECKS = --explicit-target-dependency-import-check error -Xswiftc -warnings-as-errors
FLAGS = --scratch-path $(SCRATCH) $(CHECKS)
# Programs that run where no Swift toolchain is, as any user.
RELEASE_FLAGS = -c release --static-swift-stdlib $(FLAGS)
RELEASE = $(SCRATCH)/release
MANUALS = $(wildcard docs/man/*.[1-8])
PROGRAMS = maild maildctl maild-bench
INSTALL = install

# Unit files name /usr/local/bin and /etc: put the chosen directories there.
PATHS = sed -e 's|/usr/local/bin|$(BINDIR)|g' -e 's|/etc/maild|$(SYSCONFDIR)/maild|g'

.PHONY: help setup build demo test torture check lint manuals units bench fuzz sanitize install uninstall clean

help:
	@echo 'make demo       build, and watch the loop close once (KEEP=1 leaves the daemon up)'
	@echo 'make test       the whole suite'
	@echo 'make torture    kill -9 at 50 instants of a run of 20,000, a million forged tokens, and its like'
	@echo 'make check      format, build, tests, manual pages, systemd unit'
	@echo 'make bench      figures: rendering, composing, sending beside smtp-source'
	@echo 'make sanitize   the suite under the address and the thread sanitizer'
	@echo 'make fuzz       hostile bytes under the address sanitizer (TARGET=, SECONDS=60, SEED=1)'
	@echo 'make install    honours DESTDIR, PREFIX ($(PREFIX)) and SYSCONFDIR ($(SYSCONFDIR))'
	@echo 'make uninstall  takes away what install put there; configuration and data stay'

setup:
	@.ci/setup

build: setup
	$(SWIFT) build $(RELEASE_FLAGS)

demo: build
	$(RELEASE)/maild-bench demo $(if $(KEEP),--keep)

test: setup
	$(SWIFT) test $(FLAGS)

# The crash scenarios as the design asks for them; MAILD_SEED=N repeats a run's random instants.
torture: setup
	MAILD_FORGERIES=1000000 MAILD_RECIPIENTS=20000 MAILD_KILLS=50 MAILD_PAUSE=30 \
		MAILD_RATE_SECONDS=60 $(SWIFT) test $(FLAGS) \
		--filter 'SealTests.SealerTests|ScenarioTests.(CrashTests|RateRunTests)'

check: lint manuals units test

lint:
	$(SWIFT) format lint --strict -r Package.swift Sources Tests

# groff warns on standard error and exits 0, so its output is the verdict.
manuals:
	@set -e; if command -v mandoc >/dev/null; then \
		mandoc -Tlint -W warning $(MANUALS); \
	elif command -v groff >/dev/null; then \
		for page in $(MANUALS); do \
			said=$$(groff -mdoc -Tutf8 -ww -z $$page 2>&1); \
			if [ -n "$$said" ]; then echo "$$said"; exit 1; fi; \
		done; \
	else echo 'manuals: neither mandoc nor groff here, not checked'; fi

# verify asks whether the program exists: a staged copy names one that always does.
units:
	@set -e; if command -v systemd-analyze >/dev/null; then \
		stage=$$(mktemp -d); trap 'rm -rf "$$stage"' EXIT; \
		sed -e 's|/usr/local/bin/maild|/bin/true|' systemd/maild.service > $$stage/maild.service; \
		cp systemd/maild.socket $$stage/maild.socket; \
		said=$$(systemd-analyze verify --man=no $$stage/maild.service \
			$$stage/maild.socket 2>&1) || true; \
		if [ -n "$$said" ]; then echo "$$said"; exit 1; fi; \
	else echo 'units: no systemd-analyze here, not checked'; fi

bench: build
	@.ci/bench $(RELEASE)
	@.ci/bench-sending $(RELEASE)
	@.ci/bench-endpoint $(RELEASE)

sanitize: setup
	$(SWIFT) test $(CHECKS) --scratch-path $(SCRATCH)/address --sanitize=address
	$(SWIFT) test $(CHECKS) --scratch-path $(SCRATCH)/thread --sanitize=thread

# After a crash the file names the run: `maild-fuzz TARGET --seed S --run I` repeats it alone, with
# the same corpus.
SECONDS ?= 60
SEED ?= 1
FUZZ = $(SCRATCH)/fuzz/release/maild-fuzz

fuzz: setup
	$(SWIFT) build -c release $(CHECKS) --scratch-path $(SCRATCH)/fuzz --sanitize=address \
		--product maild-fuzz
	$(FUZZ) --double
	$(FUZZ) $(TARGET) --seconds $(SECONDS) --seed $(SEED) --note $(SCRATCH)/fuzz/last-run \
		--corpus Templates --corpus Tests

# Installs what `make build` made, so that `sudo make install` never compiles as root.
install:
	@test -x $(RELEASE)/maild || { echo 'install: run make build first'; exit 1; }
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(UNITDIR) $(DESTDIR)$(SYSUSERSDIR) \
		$(DESTDIR)$(TMPFILESDIR) $(DESTDIR)$(SAMPLEDIR) $(DESTDIR)$(DOCDIR) \
		$(DESTDIR)$(SYSCONFDIR)/maild $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man5 \
		$(DESTDIR)$(MANDIR)/man8
	$(INSTALL) -m 0755 $(PROGRAMS:%=$(RELEASE)/%) $(DESTDIR)$(BINDIR)
	$(PATHS) systemd/maild.service > $(DESTDIR)$(UNITDIR)/maild.service
	$(INSTALL) -m 0644 systemd/maild.socket $(DESTDIR)$(UNITDIR)/maild.socket
	$(INSTALL) -m 0644 systemd/maild.sysusers $(DESTDIR)$(SYSUSERSDIR)/maild.conf
	$(INSTALL) -m 0644 systemd/maild.tmpfiles $(DESTDIR)$(TMPFILESDIR)/maild.conf
	for page in $(MANUALS); do \
		section=$${page##*.}; \
		$(PATHS) $$page > $(DESTDIR)$(MANDIR)/man$$section/$${page##*/} || exit 1; \
	done
	cp -R Templates $(DESTDIR)$(SAMPLEDIR)/
	$(INSTALL) -m 0644 Sources/Bounce/Judging/bounce.rules $(DESTDIR)$(SAMPLEDIR)
	$(INSTALL) -m 0644 Sources/Loop/Judging/agents.rules $(DESTDIR)$(SAMPLEDIR)
	$(INSTALL) -m 0644 etc/Caddyfile etc/nginx.conf $(DESTDIR)$(DOCDIR)
	$(INSTALL) -m 0644 etc/maild.conf README.md CHANGELOG.md LICENSE $(DESTDIR)$(DOCDIR)
	@if [ -e $(DESTDIR)$(SYSCONFDIR)/maild/maild.conf ]; then \
		echo 'kept $(SYSCONFDIR)/maild/maild.conf; the sample is in $(DOCDIR)'; \
	else \
		$(INSTALL) -m 0644 etc/maild.conf $(DESTDIR)$(SYSCONFDIR)/maild/maild.conf; \
	fi
	@if [ -z '$(DESTDIR)' ]; then \
		echo 'next: systemd-sysusers && systemd-tmpfiles --create && systemctl daemon-reload'; \
	fi

uninstall:
	rm -f $(PROGRAMS:%=$(DESTDIR)$(BINDIR)/%) $(DESTDIR)$(UNITDIR)/maild.service \
		$(DESTDIR)$(UNITDIR)/maild.socket \
		$(DESTDIR)$(SYSUSERSDIR)/maild.conf $(DESTDIR)$(TMPFILESDIR)/maild.conf
	for page in $(MANUALS); do \
		rm -f $(DESTDIR)$(MANDIR)/man$${page##*.}/$${page##*/}; \
	done
	rm -rf $(DESTDIR)$(SAMPLEDIR) $(DESTDIR)$(DOCDIR)

clean:
	rm -rf $(SCRATCH)
