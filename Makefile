GO ?= go
BUILD = CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w"

.DEFAULT_GOAL := help
.PHONY: help run build program check test journeys conformance torture bench-herd bench-open bench-bff bench-board bench-frames access gallery screenshots clean

help: ## list what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start the product with a tenant of its own; Ctrl-C ends it
	@CGO_ENABLED=0 $(GO) run ./cmd/build -fast
	@mkdir -p bin
	@CGO_ENABLED=0 $(GO) build -o bin/sandbox ./cmd/sandbox
	@exec bin/sandbox

build: program ## bin/timeclock and bin/sandbox, the browser program within
	@mkdir -p bin
	@$(BUILD) -o bin/timeclock ./cmd/timeclock
	@$(BUILD) -o bin/sandbox ./cmd/sandbox

program: ## the browser program alone, as it is shipped
	@CGO_ENABLED=0 $(GO) run ./cmd/build

check: ## the quick part of test: format, vet, short tests
	@GO="$(GO)" .ci/test short

test: ## all there is, journeys in a browser included
	@GO="$(GO)" .ci/test all

journeys: ## the journeys in a browser alone
	@GO="$(GO)" .ci/test journeys

conformance: ## hold every exchange with Graph to what is published, where it is at hand
	@GO="$(GO)" .ci/test conformance

torture: ## kill the server under load, KILLS times (2000)
	@GO="$(GO)" .ci/test torture

bench-herd: ## 5,000 people press within a minute; prints the figures
	@GO="$(GO)" .ci/test bench-herd

bench-open: ## how fast the clock opens, cold and warm; prints the figures
	@GO="$(GO)" .ci/test bench-open

bench-frames: ## how smoothly the screens move on a slow phone; prints the figures
	@GO="$(GO)" .ci/test bench-frames

bench-bff: ## what a read costs here and at a bare proxy; prints the figures
	@GO="$(GO)" .ci/test bench-bff

bench-board: ## what board and report of 1,000 people cost; prints the figures
	@GO="$(GO)" .ci/test bench-board

access: ## have every screen judged by axe-core, in every form
	@GO="$(GO)" .ci/test access

gallery: ## draw every screen in every form into screenshots/index.html
	@GO="$(GO)" .ci/test gallery

screenshots: ## draw every screen into screenshots/
	@GO="$(GO)" .ci/test screenshots

clean: ## remove what was built; data of make run stays
	@rm -rf bin screenshots
	@find web/dist -type f ! -name .gitkeep -delete
