# Tutela. `make help` lists what can be made; `make` alone builds and never touches the network.
#
# To begin there must be git (to have this tree) and make. All else is a Debian package that
# `make deps` installs. Variables: CC, CFLAGS, CPPFLAGS, LDFLAGS, PREFIX, DESTDIR; V=1 shows the
# commands; CI=1 makes warnings errors; VARIANT is what the sanitizer targets set.

VARIANT ?= release
COMMA := ,
BUILD := build
OUT := $(BUILD)/$(VARIANT)
Q := $(if $(V),,@)
SAY = @$(if $(V),:,printf '  %-7s %s\n')

ifeq ($(origin CC),default)
CC := gcc
endif
PKG_CONFIG ?= pkg-config
OBJCOPY ?= objcopy
PACKAGES := libcrypto libhs yajl libxxhash sqlite3 libxml-2.0 libarchive
# What only tutela-worker is linked with, and of that, what it can do without: containers that need one
# that is not there are `unsupported`. Their code asks for HAVE_ and the package's name in capitals.
WORKER_PACKAGES := libmagic zlib libseccomp
OPTIONAL := libqpdf libmspack
# Second readers and writers, which the tests hold ours against where they are there.
WITNESSES := libgsf-1 libytnef
there = $(shell for p in $(1); do $(PKG_CONFIG) --exists $$p 2>/dev/null && echo $$p; done)
PRESENT := $(call there,$(OPTIONAL))
WITNESSES := $(call there,$(WITNESSES))
# The libraries of disk images: each has other ones of its family inside, not all of the same version, and
# exports their names, so that loaded together they would call into one another. Each is linked from its
# archive instead, with the one file that uses it, into one object that keeps all names but that file's.
archive = $(wildcard $(shell $(PKG_CONFIG) --variable=libdir $(1))/$(1).a)
MEDIA := $(foreach p,$(if $(call there,libbfio),$(call there,libewf libqcow libvhdi libvmdk)),$(if $(call archive,$(p)),$(p)))
MEDIA_C := $(patsubst lib%,scanner/disk/media_%.c,$(MEDIA:libvhdi=libvhd))
HAVE := $(shell for p in $(PRESENT) $(MEDIA) $(if $(MEDIA),libbfio) $(WITNESSES); do echo $$p | tr 'a-z.-' 'A-Z__'; done)
UNMET := $(shell for p in $(PACKAGES) $(WORKER_PACKAGES) tsk; do $(PKG_CONFIG) --exists $$p 2>/dev/null || echo $$p; done; \
	command -v $(firstword $(CC)) >/dev/null || echo $(firstword $(CC)))

# ---- Flags -----------------------------------------------------------------------------------

WARN := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	-Wundef -Wpointer-arith
WERROR := $(if $(filter 1 true yes on,$(CI)),-Werror)
CFLAGS ?= -O2 -g

# What each variant adds. They stand after CFLAGS, so that a sanitizer's -O1 holds.
FORTIFY := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
FLAGS_release := $(FORTIFY)
FLAGS_asan := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1
FLAGS_ubsan := -fsanitize=undefined -fno-sanitize-recover=all -O1
FLAGS_tsan := -fsanitize=thread -O1
FLAGS_fault := -DTT_FAULTS $(FLAGS_asan)
FLAGS_fuzz := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -O1
FLAGS_coverage := --coverage -O0
VARIANTS := release asan ubsan tsan fault fuzz coverage
$(if $(filter $(VARIANT),$(VARIANTS)),,$(error VARIANT is one of $(VARIANTS)))

ALL_CPPFLAGS := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Iscanner/include -Iscanner -I. \
	$(HAVE:%=-DHAVE_%) $(if $(UNMET),,$(shell $(PKG_CONFIG) --cflags $(PACKAGES) $(WORKER_PACKAGES) $(PRESENT) $(WITNESSES) \
	| sed 's/-I/-isystem /g')) $(CPPFLAGS)
ALL_CFLAGS := -std=gnu11 $(WARN) $(WERROR) -fPIC -fvisibility=hidden -fstack-protector-strong \
	-pthread $(CFLAGS) $(FLAGS_$(VARIANT))
ALL_LDFLAGS := -pthread -Wl,-z,relro,-z,now $(LDFLAGS) $(filter -fsanitize=% --coverage,$(FLAGS_$(VARIANT)))
LIBS := $(if $(UNMET),,$(shell $(PKG_CONFIG) --libs $(PACKAGES))) -lm
WITNESS_LIBS := $(if $(WITNESSES),-Wl$(COMMA)--as-needed $(shell $(PKG_CONFIG) --libs $(WITNESSES)))
# The Sleuth Kit needs no other library for what is asked of it, but its shared form brings forty: a program
# that is started for each scan is linked with the other one, where that is there. What it was compiled with
# need not be here: its run-time library, which its package brings, is enough.
SLEUTH := $(if $(findstring /,$(shell $(CC) -print-file-name=libtsk.a 2>/dev/null)),-l:libtsk.a,-ltsk) -l:libstdc++.so.6
WORKER_LIBS := $(if $(UNMET),,-Wl,--as-needed $(SLEUTH) $(shell $(PKG_CONFIG) --libs $(WORKER_PACKAGES) $(PRESENT)))

# ---- What there is ---------------------------------------------------------------------------

HEADER := scanner/include/tutela.h
VERSION := $(shell awk '$$2 ~ /^TUTELA_VERSION_(MAJOR|MINOR|PATCH)$$/ { printf "%s%s", dot, $$3; dot = "." }' $(HEADER))
SOVERSION := $(firstword $(subst ., ,$(VERSION)))
SONAME := libtutela.so.$(SOVERSION)

# The worker's own: all that opens containers, but not what knows them by their first bytes; and libmagic,
# which the library must not have: it parses hostile bytes, and the library is where the hash sets are.
WORKER_SRC := $(sort $(filter-out %/heads.c %/plain.c %/signs.c %/tails.c scanner/unpack/signs_%,$(wildcard scanner/unpack/*.c)) \
	$(filter-out %/bfio.c,$(wildcard scanner/disk/*.c)) $(wildcard scanner/carve/*.c) \
	$(addprefix scanner/worker/,gather.c pages.c sandbox.c serve.c typed.c) $(addprefix scanner/identify/,full.c libmagic.c))
LIB_SRC := $(sort $(filter-out scanner/cli/% $(WORKER_SRC) scanner/disk/bfio.c scanner/worker/main.c,$(wildcard scanner/*/*.c)) \
	$(wildcard hashsets/*.c hashsets/import/*.c))
CLI_SRC := $(sort $(wildcard scanner/cli/*.c))
UNIT_SRC := $(sort $(wildcard tests/unit/t_*.c))
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))
LIB_OBJ := $(LIB_SRC:%.c=$(OUT)/%.o)
WORKER_OBJ := $(patsubst %.c,$(OUT)/%.o,$(filter-out $(MEDIA_C),$(WORKER_SRC))) $(MEDIA_C:%.c=$(OUT)/%.whole.o)
CLI_OBJ := $(CLI_SRC:%.c=$(OUT)/%.o)
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(OUT)/tests/%)
BENCH_BIN := $(patsubst bench/%.c,$(OUT)/bench/%,$(wildcard bench/*.c))
FAULT_BIN := $(OUT)/fault/mkzoo $(OUT)/fault/shim.so $(OUT)/fault/kill.so
FUZZ_BIN := $(FUZZ_SRC:tests/fuzz/%.c=$(OUT)/fuzz/%)

STATIC := $(OUT)/libtutela.a
OPENERS := $(OUT)/openers.a
SHARED := $(OUT)/$(SONAME).$(VERSION:$(SOVERSION).%=%)
PROGRAM := $(if $(CLI_SRC),$(OUT)/tutela)
WORKER := $(OUT)/tutela-worker

# As many jobs as processors, unless the caller chose.
JOBS := $(shell nproc 2>/dev/null || echo 1)
AGAIN = +$(Q)$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS))

all: library $(WORKER) $(if $(PROGRAM),$(BUILD)/tutela) ## build/tutela, libtutela.so, libtutela.a (the default)
library: $(STATIC) $(SHARED)
programs: $(PROGRAM) $(WORKER) $(UNIT_BIN) $(FUZZ_BIN) $(FAULT_BIN) $(BENCH_BIN)
program: $(PROGRAM) $(WORKER)
fuzz-build: $(FUZZ_BIN)

# ---- Building --------------------------------------------------------------------------------

# A changed flag or a changed list of files rebuilds what depends on it: each is kept in a file
# that is rewritten only when it differs.
define remember
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(1))' | cmp -s - $@ || echo '$(subst ','\'',$(1))' > $@
endef

$(OUT)/flags: FORCE
	$(if $(UNMET),@UNMET='$(UNMET)' tests/deps --explain build >&2; exit 1)
	$(call remember,$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(WORKER_LIBS) $(LIBS))

$(OUT)/sources: FORCE
	$(call remember,$(LIB_SRC) / $(WORKER_SRC) / $(CLI_SRC))

$(OUT)/%.o: %.c $(OUT)/flags
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

.SECONDARY: $(MEDIA_C:%.c=$(OUT)/%.o) $(OUT)/scanner/disk/bfio.o
$(OUT)/scanner/disk/media_%.whole.o: $(OUT)/scanner/disk/media_%.o $(OUT)/scanner/disk/bfio.o
	$(SAY) LD $@
	$(Q)$(CC) -r -nostdlib -o $@.all $^ $(call archive,lib$(*:vhd=vhdi)) $(call archive,libbfio)
	$(Q)$(OBJCOPY) --keep-global-symbol=tt_media_$* $@.all $@ && rm -f $@.all

$(STATIC): $(LIB_OBJ) $(OUT)/sources
	$(SAY) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $(LIB_OBJ)

$(OPENERS): $(WORKER_OBJ) $(OUT)/sources
	$(SAY) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $(WORKER_OBJ)

$(SHARED): $(LIB_OBJ) $(OUT)/sources scanner/tutela.map
	$(SAY) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -shared -Wl,-soname,$(SONAME) \
		-Wl,--version-script=scanner/tutela.map $(if $(filter release,$(VARIANT)),-Wl$(COMMA)-z$(COMMA)defs) \
		-o $@ $(LIB_OBJ) $(LIBS)
	$(Q)ln -sf $(notdir $@) $(OUT)/$(SONAME) && ln -sf $(SONAME) $(OUT)/libtutela.so

# The program holds the library, so that it runs in place and wherever it is copied to.
$(OUT)/tutela: $(CLI_OBJ) $(STATIC)
	$(SAY) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -pie -o $@ $(CLI_OBJ) $(STATIC) $(LIBS)

# What opens containers, in a process of its own that has no more libraries than that needs.
$(OUT)/tutela-worker: $(OUT)/scanner/worker/main.o $(OPENERS) $(STATIC)
	$(SAY) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -pie -o $@ $< $(OPENERS) $(STATIC) $(WORKER_LIBS) $(LIBS)

$(BUILD)/tutela: $(BUILD)/release/tutela
	$(Q)ln -sf release/tutela $@

$(OUT)/tests/%: tests/unit/%.c $(OPENERS) $(STATIC) $(OUT)/flags
	@mkdir -p $(@D)
	$(SAY) TEST $@
	$(Q)$(CC) $(ALL_CPPFLAGS) -Itests $(ALL_CFLAGS) $(ALL_LDFLAGS) -pie -MMD -MP -MF $@.d -MT $@ -o $@ $< $(OPENERS) $(STATIC) $(WORKER_LIBS) $(WITNESS_LIBS) $(LIBS)

# Under libFuzzer the target is the program; elsewhere driver.c feeds it its seeds, as a test.
FUZZ_MAIN := $(if $(filter fuzz,$(VARIANT)),-fsanitize=fuzzer,tests/fuzz/driver.c)
$(OUT)/fuzz/%: tests/fuzz/%.c $(wildcard tests/fuzz/*.h) tests/tap.h tests/fuzz/driver.c $(OPENERS) $(STATIC) $(OUT)/flags
	@mkdir -p $(@D)
	$(SAY) FUZZ $@
	$(Q)$(CC) $(ALL_CPPFLAGS) -Itests $(ALL_CFLAGS) $(ALL_LDFLAGS) -pie -o $@ $< $(FUZZ_MAIN) $(OPENERS) $(STATIC) $(WORKER_LIBS) $(LIBS)

# What bench/ measures with; it sees the inner look-ups, and so holds the library.
$(OUT)/bench/%: bench/%.c $(STATIC) $(OUT)/flags
	@mkdir -p $(@D)
	$(SAY) BENCH $@
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) -pie -MMD -MP -MF $@.d -MT $@ -o $@ $< $(STATIC) $(LIBS)

# What carves is the worker's.
$(OUT)/bench/carve: bench/carve.c $(OPENERS) $(STATIC) $(OUT)/flags
	@mkdir -p $(@D)
	$(SAY) BENCH $@
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) -pie -MMD -MP -MF $@.d -MT $@ -o $@ $< $(OPENERS) $(STATIC) $(WORKER_LIBS) $(LIBS)

# What the fault tests spoil files with (zoo.t) and kill programs by (kill.t): plain C, in no variant.
$(OUT)/fault/mkzoo: tests/fault/mkzoo.c $(OUT)/flags
	@mkdir -p $(@D)
	$(SAY) ZOO $@
	$(Q)$(CC) -D_GNU_SOURCE -std=gnu11 $(WARN) $(WERROR) -O1 -o $@ $<
$(OUT)/fault/%.so: tests/fault/%.c $(OUT)/flags
	@mkdir -p $(@D)
	$(SAY) ZOO $@
	$(Q)$(CC) -D_GNU_SOURCE -std=gnu11 $(WARN) $(WERROR) -O1 -fPIC -shared -pthread -o $@ $< -ldl

# ---- Setting up, trying out, testing ---------------------------------------------------------

deps: ## install the Debian packages that are missing (needs root or sudo only then)
	$(Q)tests/deps build test

demo: ## set up, build, make a synthetic tree and lists, scan, leave an HTML report
	$(Q)tests/deps build
	$(AGAIN) all
	$(Q)TUTELA=$(BUILD)/tutela tests/demo.sh $(BUILD)/demo

test: ## set up, build, then every test and lint
	$(Q)tests/deps build test
	$(AGAIN) check

# The tests of one variant, without looking for packages. The release run also torments the fault
# build (tests/fault/torture.t).
check: $(if $(filter release,$(VARIANT)),all fault-build) programs
	$(Q)tests/run $(VARIANT)
fault-build:
	+$(Q)$(MAKE) --no-print-directory VARIANT=fault program $(BUILD)/fault/tests/t_engine_fault $(BUILD)/fault/tests/t_worker_fault

asan: ## the tests under the sanitizers of addresses, leaks and undefined behaviour
	$(AGAIN) VARIANT=asan check
ubsan: ## the tests under the undefined behaviour sanitizer alone
	$(AGAIN) VARIANT=ubsan check
tsan: ## the tests under the thread sanitizer
	$(AGAIN) VARIANT=tsan check
valgrind: ## the unit tests under valgrind
	$(Q)tests/deps build test long
	$(AGAIN) programs
	$(Q)TEST_LIMIT=1200 TEST_UNDER='valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --suppressions=tests/valgrind.supp' \
		tests/run release unit
lint: ## layers, ceilings, banned calls, exported symbols, house rules
	$(Q)tests/deps build test
	$(AGAIN) all
	$(Q)tests/run release lint
real: ## every file of /usr against hashdeep, and a thousand of them in each list format (long)
	$(AGAIN) all
	$(Q)REAL_TREES=/usr REAL_COUNT=1000 TEST_LIMIT=1800 tests/run release real
torture: ## fail every n-th allocation, open, read, write of every command, kill every n-th step (long)
	$(AGAIN) all $(BUILD)/release/fault/kill.so
	$(AGAIN) fault-build
	$(Q)TORTURE=long TEST_LIMIT=1800 TEST_JOBS=$(JOBS) tests/run release torture
slow: ## more than 4 GiB through every digest kernel (minutes)
	$(AGAIN) $(OUT)/tests/t_digest_long
	$(Q)TEST_SLOW=1 $(OUT)/tests/t_digest_long
arm64: ## the digest kernels' tests for arm64 under qemu
	$(Q)tests/arm64 $(BUILD)/arm64
fuzz-smoke: ## each fuzz target under libFuzzer for FUZZ_SECONDS (20)
	$(Q)tests/deps build long
	$(AGAIN) programs
	$(AGAIN) VARIANT=fuzz CC=clang fuzz-build
	$(Q)tests/fuzz/smoke $(FUZZ_SRC:tests/fuzz/%.c=%)
bench: ## scans beside md5sum, md5deep, hashdeep, OpenSSL: BENCH="--full --json full.json"
	$(Q)tests/deps build bench
	$(AGAIN) $(PROGRAM) $(BENCH_BIN)
	$(Q)bench/run --programs $(OUT) $(BENCH)
bench-compare: ## what changed between two of them, or noise: A=old.json B=new.json
	$(Q)bench/compare '$(A)' '$(B)'
bench-sets: ## hash sets beside hfind, SQLite, grep and md5deep: BENCH_SETS="--size 1e6 --size 1e7"
	$(AGAIN) $(BENCH_BIN)
	$(Q)bench/sets --programs $(OUT)/bench $(BENCH_SETS)
bench-kernels: ## digest kernels beside OpenSSL: BENCH_KERNELS="--rounds 99 MD5"
	$(AGAIN) $(BENCH_BIN)
	$(Q)$(OUT)/bench/kernels $(BENCH_KERNELS)
bench-walk: ## listing trees beside find and fts: BENCH_WALK="--files 1e5"
	$(AGAIN) $(BENCH_BIN)
	$(Q)bench/walk --programs $(OUT) $(BENCH_WALK)
bench-pipeline: ## what each stage of a scan costs: BENCH_PIPELINE="--files 1e5"
	$(AGAIN) $(PROGRAM) $(BENCH_BIN)
	$(Q)bench/pipeline --programs $(OUT) $(BENCH_PIPELINE)
bench-types: ## what identifying files costs beside scanning: BENCH_TYPES="--rounds 21 --threads 1"
	$(AGAIN) $(BENCH_BIN)
	$(Q)t=$$(mktemp -d) && trap 'rm -rf "$$t"' EXIT && $(OUT)/bench/corpus small $$t 20000 1 && \
		$(OUT)/bench/types $(BENCH_TYPES) $$t
bench-carve: ## searching raw space beside scalpel and foremost: BENCH_CARVE="--size 4096"
	$(AGAIN) $(OUT)/bench/carve
	$(Q)bench/carve --programs $(OUT)/bench $(BENCH_CARVE)
bench-open: ## opening archives beside libarchive, bsdtar, 7z, clamscan: BENCH_OPEN="--full --json open.json"
	$(Q)tests/deps build bench
	$(AGAIN) program $(BENCH_BIN)
	$(Q)bench/open --programs $(OUT) $(BENCH_OPEN)
bench-images: ## disk images beside fiwalk and reading: BENCH_IMAGES="--full --json images.json"
	$(Q)tests/deps build bench
	$(AGAIN) program $(BENCH_BIN)
	$(Q)bench/images --programs $(OUT) $(BENCH_IMAGES)
bench-counts: ## instructions of the hot paths against bench/counts.json: BENCH_COUNTS="--write"
	$(Q)tests/deps build counts
	$(AGAIN) $(PROGRAM) $(BENCH_BIN)
	$(Q)bench/counts --programs $(OUT) $(BENCH_COUNTS)
coverage: ## which lines the tests reach
	$(Q)find $(BUILD)/coverage -name '*.gcda' -delete 2>/dev/null || :
	$(AGAIN) VARIANT=coverage check
	$(Q)tests/coverage $(BUILD)/coverage

# ---- Installing ------------------------------------------------------------------------------

PREFIX ?= /usr/local
prefix ?= $(PREFIX)
exec_prefix ?= $(prefix)
bindir ?= $(exec_prefix)/bin
libdir ?= $(exec_prefix)/lib
libexecdir ?= $(exec_prefix)/libexec
includedir ?= $(prefix)/include
datarootdir ?= $(prefix)/share
mandir ?= $(datarootdir)/man
BINDIR ?= $(bindir)
LIBDIR ?= $(libdir)
LIBEXECDIR ?= $(libexecdir)
INCLUDEDIR ?= $(includedir)
DATADIR ?= $(datarootdir)
MANDIR ?= $(mandir)
PKGCONFIGDIR ?= $(LIBDIR)/pkgconfig
BASHDIR ?= $(DATADIR)/bash-completion/completions
ZSHDIR ?= $(DATADIR)/zsh/site-functions
FISHDIR ?= $(DATADIR)/fish/vendor_completions.d
INSTALL ?= install
TO := $(DESTDIR)

# What tutela-worker has of libmagic, which the library itself does not know.
$(OUT)/scanner/api/components.o: ALL_CPPFLAGS += -DTT_LIBMAGIC='"$(shell $(PKG_CONFIG) --modversion libmagic 2>/dev/null)"' \
	-DTT_LIBTSK='"$(shell $(PKG_CONFIG) --modversion tsk 2>/dev/null)"'

# Where a program that is neither beside the worker nor installed with it finds it.
$(OUT)/scanner/worker/place.o: ALL_CPPFLAGS += -DTT_WORKER_PATH='"$(LIBEXECDIR)/tutela/tutela-worker"'

# The program itself writes its man pages and completions, from its tables of commands and options:
# one page for the whole, one for the first word of each command.
COMMANDS := $(sort $(shell awk -F '[" ]' '/^COMMAND./ { print $$3 }' scanner/cli/commands.def 2>/dev/null))
PAGES := tutela.1 $(COMMANDS:%=tutela-%.1)
SHELLS := bash zsh fish
SHARE := $(PAGES:%=$(BUILD)/share/man/%) $(SHELLS:%=$(BUILD)/share/completion/%)

$(BUILD)/share/man/tutela.1: $(BUILD)/tutela
	@mkdir -p $(@D)
	$(Q)$< help --man > $@
$(BUILD)/share/man/tutela-%.1: $(BUILD)/tutela
	@mkdir -p $(@D)
	$(Q)$< help --man $* > $@
$(BUILD)/share/completion/%: $(BUILD)/tutela
	@mkdir -p $(@D)
	$(Q)$< help --completion $* > $@

$(BUILD)/tutela.pc: scanner/tutela.pc.in $(HEADER) FORCE
	@mkdir -p $(@D)
	$(Q)sed -e 's|@prefix@|$(prefix)|; s|@libdir@|$(LIBDIR)|; s|@includedir@|$(INCLUDEDIR)|' \
		-e 's|@libexecdir@|$(LIBEXECDIR)|' \
		-e 's|@version@|$(VERSION)|; s|@libs@|$(LIBS)|' $< > $@

docs: $(SHARE) ## man pages and completions under build/share

install: all docs $(BUILD)/tutela.pc ## install under DESTDIR and PREFIX (/usr/local)
	$(INSTALL) -d '$(TO)$(BINDIR)' '$(TO)$(LIBEXECDIR)/tutela' '$(TO)$(LIBDIR)' '$(TO)$(INCLUDEDIR)' '$(TO)$(PKGCONFIGDIR)' \
		'$(TO)$(MANDIR)/man1' '$(TO)$(BASHDIR)' '$(TO)$(ZSHDIR)' '$(TO)$(FISHDIR)'
	$(INSTALL) -m 755 $(OUT)/tutela '$(TO)$(BINDIR)/tutela'
	$(INSTALL) -m 755 $(WORKER) '$(TO)$(LIBEXECDIR)/tutela/tutela-worker'
	$(INSTALL) -m 755 $(SHARED) '$(TO)$(LIBDIR)/$(notdir $(SHARED))'
	ln -sf $(notdir $(SHARED)) '$(TO)$(LIBDIR)/$(SONAME)'
	ln -sf $(SONAME) '$(TO)$(LIBDIR)/libtutela.so'
	$(INSTALL) -m 644 $(STATIC) '$(TO)$(LIBDIR)/libtutela.a'
	$(INSTALL) -m 644 $(HEADER) '$(TO)$(INCLUDEDIR)/tutela.h'
	$(INSTALL) -m 644 $(BUILD)/tutela.pc '$(TO)$(PKGCONFIGDIR)/tutela.pc'
	$(INSTALL) -m 644 $(PAGES:%=$(BUILD)/share/man/%) '$(TO)$(MANDIR)/man1'
	$(INSTALL) -m 644 $(BUILD)/share/completion/bash '$(TO)$(BASHDIR)/tutela'
	$(INSTALL) -m 644 $(BUILD)/share/completion/zsh '$(TO)$(ZSHDIR)/_tutela'
	$(INSTALL) -m 644 $(BUILD)/share/completion/fish '$(TO)$(FISHDIR)/tutela.fish'

uninstall: ## remove what `make install` put there
	rm -f '$(TO)$(BINDIR)/tutela' '$(TO)$(LIBEXECDIR)/tutela/tutela-worker' '$(TO)$(LIBDIR)/$(notdir $(SHARED))' '$(TO)$(LIBDIR)/$(SONAME)' \
		'$(TO)$(LIBDIR)/libtutela.so' '$(TO)$(LIBDIR)/libtutela.a' '$(TO)$(INCLUDEDIR)/tutela.h' \
		'$(TO)$(PKGCONFIGDIR)/tutela.pc' '$(TO)$(BASHDIR)/tutela' '$(TO)$(ZSHDIR)/_tutela' \
		'$(TO)$(FISHDIR)/tutela.fish' $(PAGES:%='$(TO)$(MANDIR)/man1/%')

clean: ## remove build/
	rm -rf $(BUILD)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

-include $(LIB_OBJ:.o=.d) $(WORKER_OBJ:.o=.d) $(MEDIA_C:%.c=$(OUT)/%.d) $(OUT)/scanner/disk/bfio.d $(OUT)/scanner/worker/main.d $(CLI_OBJ:.o=.d) $(UNIT_BIN:%=%.d) $(BENCH_BIN:%=%.d)
.DELETE_ON_ERROR:
.PHONY: FORCE all library program programs deps demo test check real slow fault-build fuzz-build asan ubsan tsan valgrind lint \
	torture arm64 fuzz-smoke bench bench-compare bench-sets bench-kernels bench-walk bench-pipeline \
	bench-types bench-carve bench-open bench-images bench-counts coverage docs install uninstall clean help
