# One static binary in an empty image. The version comes from the .git that is
# copied along (see `hongniang version`).
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o /out/hongniang ./cmd/hongniang && mkdir /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/go/lib/time/zoneinfo.zip /zoneinfo.zip
COPY --from=build /out/hongniang /hongniang
COPY --from=build --chown=65532:65532 /out/data /data
ENV ZONEINFO=/zoneinfo.zip TZ=Asia/Shanghai
ENV HONGNIANG_SERVER_ADDR=0.0.0.0:8080 HONGNIANG_DATA_DIR=/data HONGNIANG_LOG_FORMAT=json
USER 65532:65532
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/hongniang", "healthcheck"]
ENTRYPOINT ["/hongniang"]
CMD ["serve"]
