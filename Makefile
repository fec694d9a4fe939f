# The words of the project. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# One set of features for every step, so that nothing is compiled twice: `custom-protocol` embeds ui/dist in the window.
features := --features custom-protocol
sambung := target/debug/sambung
ui_sources := $(shell find ui/src ui/public ui/index.html ui/vite.config.ts ui/svelte.config.js -type f 2>/dev/null)
rust_sources := $(shell find Cargo.toml Cargo.lock tauri.conf.json migrations icons src-tauri -type f 2>/dev/null)

.PHONY: help run test lint bench fuzz chaos pictures package figures deps clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build Sambung and open the training office (without a display: serve it and print its address)
	@build/deps run
	@$(MAKE) --no-print-directory $(sambung)
	@if [[ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" || "$$(uname)" == Darwin ]]; then exec $(sambung) training; \
	else echo "there is no display; open the address below in a browser" >&2; exec $(sambung) training --serve 127.0.0.1:8790; fi

test: deps ## everything that CI checks; ends with the sum of all runners
	@tests/run

lint: deps node_modules ui/node_modules ui/dist/index.html ## formatting, lints, types, licences
	@tests/run lint

bench: deps ## the figures, each beside a peer or a bound measured in the same run
	tests/postgres/with-cluster cargo bench --workspace --bench '*' $(features)

fuzz: deps ## hostile bytes into the RouterOS client for FUZZ_SECONDS each (60): how many inputs, how long, what was found
	src-tauri/crates/routeros-api/fuzz/run

chaos: deps ## a day on which routers fail at random, with CHAOS_LINES customers (5000), then CHAOS_KILLS kills of the program (200); both engines, names its seed
	@seed=$${CHAOS_SEED:-$$RANDOM}; echo "CHAOS_SEED=$$seed"; \
	SAMBUNG_CHAOS_SEED=$$seed SAMBUNG_CHAOS_LINES=$${CHAOS_LINES:-5000} \
	tests/postgres/with-cluster cargo test --workspace $(features) --test chaos_day -- --nocapture --test-threads=1; \
	SAMBUNG_KILLS_SEED=$$seed SAMBUNG_KILLS=$${CHAOS_KILLS:-200} SAMBUNG_KILLS_CUSTOMERS=$${CHAOS_KILLS_CUSTOMERS:-1000} \
	tests/postgres/with-cluster cargo test --workspace $(features) --test killed -- --nocapture --test-threads=1

figures: package ## size of program and packages, time to a usable window, memory in window and tray, keystroke to painted rows
	@tests/run --only tauri-driver >/dev/null
	@tests/desktop/with-keyring xvfb-run -a -s '-screen 0 1366x768x24 -noreset' tests/desktop/figures target/release/sambung

pictures: deps $(sambung) ui/node_modules node_modules ## the pictures of the README, made from the running program
	tests/desktop/with-keyring npm --prefix ui run pictures
	tests/desktop/with-keyring xvfb-run -a -s '-screen 0 1366x768x24 -noreset' tests/desktop/window.mjs $(sambung) --pictures target/pictures

package: deps node_modules ui/node_modules ## deb and rpm for this machine, in target/release/bundle
	npx tauri build --bundles deb,rpm

deps: ## bring the system packages that are missing
	@build/deps test

clean: ## remove everything that was built
	rm -rf target ui/dist ui/node_modules node_modules gen

node_modules: package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

ui/node_modules: ui/package-lock.json
	npm --prefix ui ci --no-audit --no-fund
	@touch $@

ui/dist/index.html: ui/node_modules $(ui_sources)
	npm --prefix ui run build
	@touch $@

$(sambung): ui/dist/index.html $(rust_sources)
	cargo build $(features)
	@touch $@
