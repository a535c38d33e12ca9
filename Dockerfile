# Baton's worker: git, Node 20 and the built package. Agents' own command lines are for you to add in an image
# made from this one.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /baton
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY tools tools
COPY examples examples
COPY schemas schemas
COPY src src
RUN npm run build && npm prune --omit=dev

FROM node:20.20.2-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates git openssh-client procps \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /baton
ENV NODE_ENV=production
COPY --from=build /baton/package.json ./
COPY --from=build /baton/node_modules node_modules
COPY --from=build /baton/schemas schemas
COPY --from=build /baton/dist dist
RUN ln -s /baton/dist/baton.cjs /usr/local/bin/baton \
  && install --directory --owner=node --group=node /var/lib/baton
USER node
VOLUME /var/lib/baton
CMD ["node", "dist/worker.js"]
