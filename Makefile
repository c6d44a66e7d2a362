# Tutela. `make help` lists what can be made.
# Optional: V=1 shows commands; VARIANT is chosen by the sanitizer targets.

CC ?= gcc
VARIANT ?= release
BUILD := build
OUT := $(BUILD)/$(VARIANT)
Q := $(if $(V),,@)

PACKAGES := libcrypto libhs libmagic yajl libxxhash
CPPFLAGS += -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Iscanner/include -Iscanner -I. $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
WARN := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef -Wpointer-arith
WERROR := $(if $(CI),-Werror)
CFLAGS ?= -O2 -g
HARDEN_release := -D_FORTIFY_SOURCE=2
FLAGS_fault := -DTT_FAULTS
FLAGS_asan := -fsanitize=address -fno-omit-frame-pointer -O1
FLAGS_ubsan := -fsanitize=undefined -fno-sanitize-recover=all -O1
FLAGS_tsan := -fsanitize=thread -O1
ALL_CFLAGS := -std=gnu11 $(WARN) $(WERROR) $(CFLAGS) -fPIC -fvisibility=hidden -fstack-protector-strong -pthread $(HARDEN_$(VARIANT)) $(FLAGS_$(VARIANT))
LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm
ALL_LDFLAGS := $(LDFLAGS) -pthread -Wl,-z,relro,-z,now $(FLAGS_$(VARIANT))

LIB_SRC := $(sort $(filter-out scanner/cli/%,$(wildcard scanner/*/*.c)) $(wildcard hashsets/*.c hashsets/import/*.c))
CLI_SRC := $(sort $(wildcard scanner/cli/*.c))
LIB_OBJ := $(LIB_SRC:%.c=$(OUT)/%.o)
CLI_OBJ := $(CLI_SRC:%.c=$(OUT)/%.o)
UNIT_SRC := $(sort $(wildcard tests/unit/t_*.c))
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(OUT)/tests/%)

all: $(OUT)/tutela

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC $<")
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/libtutela.a: $(LIB_OBJ)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(OUT)/tutela: $(CLI_OBJ) $(OUT)/libtutela.a
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(OUT)/tests/%: tests/unit/%.c $(OUT)/libtutela.a tests/tap.h
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -Itests $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(OUT)/libtutela.a $(LIBS)

unit: $(UNIT_BIN)
	$(Q)prove -j4 -e '' $(UNIT_BIN)

clean:
	rm -rf $(BUILD)

-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d)
.PHONY: all unit clean
