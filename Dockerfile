# vipctl in an image without a shell: docker run --rm -v "$PWD:/work" vipctl lint .
FROM gcr.io/distroless/nodejs24-debian12:nonroot AS runtime

FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# The package as users of npm get it, and the code that the Node of the image compiles of it.
RUN node bin/setup.mjs --build --page \
    && npm pack --ignore-scripts \
    && mkdir /app \
    && tar -xzf vipctl-*.tgz -C /app --strip-components=1
COPY --from=runtime /nodejs /nodejs
RUN rm -rf dist/compiled \
    && /nodejs/bin/node bin/compile-ahead.cjs dist \
    && cp -r dist/compiled /app/dist/

FROM runtime
COPY --from=build /app /app
WORKDIR /work
ENTRYPOINT ["/nodejs/bin/node", "/app/bin/vipctl.js"]
