# Each target sets up what it needs: Go, Node and npm have to be there, the rest comes from their registries and Debian.
.DEFAULT_GOAL := help
.PHONY: help run build test lint generate clean

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
LINT := go tool -modfile=tools/lint/go.mod golangci-lint
GO_FILES = $(shell find . -name '*.go' -not -path './web/node_modules/*')
WEB_SOURCES := $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' -not -path 'web/test/*' \
	-not -path 'web/screenshots/*' -not -name '*.go')

help: ## Say what there is
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: build ## Build everything and serve it with the sample Petstore; nothing to configure
	bin/keyward serve --sample

build: web/dist/.built ## Build bin/keyward, with the frontend inside
	CGO_ENABLED=0 go build -trimpath -ldflags '-X main.version=$(VERSION)' -o bin/keyward .

test: build ## Run every test, Go and web, against real databases and a real browser
	scripts/need gcc gcc libc6-dev
	scripts/need chromium chromium
	scripts/need /usr/sbin/sshd openssh-server
	scripts/need /usr/sbin/slapd slapd
	CGO_ENABLED=1 go run ./internal/testservers/run -- go test -race -timeout 30m ./...
	go run ./internal/testservers/run -- go test -run TestOAuth_one_refresh ./internal/gatewaytest
	cd web && npm test

lint: web/node_modules/.installed ## Check style, types, who imports whom, and go.mod
	@files=$$(gofmt -l $(GO_FILES)); test -z "$$files" || { echo "Not formatted. Run: gofmt -w" $$files; exit 1; }
	@go mod tidy -diff || { echo "go.mod and the imports differ. Run: go mod tidy"; exit 1; }
	go vet ./...
	$(LINT) run
	cd web && npm run lint --if-present

generate: web/node_modules/.installed ## Write the generated code anew, after a change of the schema
	go tool gqlgen generate
	cd web && npm run generate --if-present

clean: ## Remove what was built; data stays
	rm -rf bin web/node_modules web/screenshots
	find web/dist -mindepth 1 ! -name .gitkeep -delete

web/node_modules/.installed: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/.built: web/node_modules/.installed $(WEB_SOURCES)
	cd web && npm run build
	@touch $@
