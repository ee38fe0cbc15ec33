# syntax=docker/dockerfile:1

FROM node:24-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=web /src/web/dist web/dist
ARG VERSION=development
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-X main.version=$VERSION" -o /keyward . \
	&& mkdir /data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /keyward /keyward
# Without it, a new volume would belong to root.
COPY --from=build --chown=nonroot:nonroot --chmod=700 /data /data
ENV KEYWARD_ADDR=:8080 KEYWARD_DATA_DIR=/data
EXPOSE 8080
VOLUME /data
USER nonroot
ENTRYPOINT ["/keyward"]
CMD ["serve"]
