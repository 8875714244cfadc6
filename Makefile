# The front door: what people type. CMake does the work (CMakeLists.txt), each
# mode in a folder of its own below build/; scripts/ does the rest.
#
#   CXX=clang++   another compiler          JOBS=n     so many at a time
#   WERROR=ON     warnings are errors       SEED=n     for sim
#   ARGS="..."    for run                   SECONDS=n  for soak and fuzz

JOBS ?= $(shell nproc 2>/dev/null || echo 2)
WERROR ?= OFF
SECONDS ?= 60
PREFIX ?= /usr/local
ifneq ($(origin CXX),default)
  compiler = -DCMAKE_CXX_COMPILER=$(CXX)
endif

# $(call build,MODE,OPTIONS,TARGET)
build = mkdir -p build/$(1) && \
  cmake -S . -B build/$(1) -DPAPO_WERROR=$(WERROR) $(compiler) $(2) \
    >build/$(1)/configure.log || { cat build/$(1)/configure.log; exit 1; }; \
  MAKELEVEL=0 MAKEFLAGS= cmake --build build/$(1) --parallel $(JOBS) --target $(3)
ctest = ctest --output-on-failure --parallel $(JOBS) --test-dir

.PHONY: build help run test sim soak bench fuzz format lint check asan tsan \
  screenshots static install clean

build: ## the program: build/release/papo (what plain "make" does)
	@scripts/setup build
	@$(call build,release,,papo)

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' \
	  Makefile

run: build ## build, then serve http://localhost:5501 (ARGS="--static static")
	@exec build/release/papo $(ARGS)

test: ## build and run every test
	@scripts/setup test
	@$(call build,release,,all)
	@$(ctest) build/release

sim: ## the simulator, with its fixed seeds, or SEED=n alone
	@scripts/setup test
	@$(call build,release,,papo_sim_tests)
	@$(if $(SEED),PAPO_SIM_SEED=$(SEED)) build/release/papo_sim_tests \
	  --gtest_brief=1

soak: ## the simulator with fresh seeds for SECONDS (60)
	@scripts/setup test
	@$(call build,release,,papo_sim_tests)
	@scripts/soak build/release/papo_sim_tests $(SECONDS)

bench: ## speed and memory, next to a bare responder: a table
	@scripts/setup build
	@$(call build,release,,papo papo_bench)
	@scripts/bench $(ARGS)

fuzz: ## every fuzz target for SECONDS (60), with clang
	@scripts/setup fuzz
	@$(call build,fuzz,-DPAPO_FUZZ=ON -DCMAKE_CXX_COMPILER=clang++,all)
	@scripts/fuzz build/fuzz $(SECONDS)

format: ## lay out all C++ by .clang-format
	@scripts/setup lint
	@scripts/check-format --fix

lint: ## clang-tidy and the house's own checks
	@scripts/setup lint
	@scripts/check-layers
	@scripts/check-sources
	@scripts/check-format
	@scripts/lint

asan: ## every test but the browser's, address and undefined-behaviour sanitizers
	@scripts/setup test
	@$(call build,asan,-DPAPO_SANITIZE=address$(comma)undefined,all)
	@$(ctest) build/asan --label-exclude browser

tsan: ## what has threads, under the thread sanitizer
	@scripts/setup test
	@$(call build,tsan,-DPAPO_SANITIZE=thread,papo_tests)
	@$(ctest) build/tsan --tests-regex \
	  'Thread|Worker|Wakeup|Condition[.]|LineWriter|Diagnostics|AccessLogFile'

screenshots: build ## the README's pictures, in tests/browser/screenshots
	@scripts/setup screenshots
	@scripts/screenshots

static: ## build/static/papo, which needs no shared library
	@scripts/setup build
	@$(call build,static,-DPAPO_STATIC=ON -DPAPO_TESTS=OFF,papo)
	@scripts/check-size build/static/papo

install: build ## into $(DESTDIR)$(PREFIX)/bin
	@cmake --install build/release --prefix $(PREFIX) --strip

clean: ## remove build/
	@rm -rf build

comma := ,
