#!/usr/bin/env node
import { cp } from 'node:fs/promises';
import { build } from 'esbuild';

// Everything that a running service needs, in dist/: one bundled file and its migrations.
await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/service.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'error',
  // Bundled CommonJS packages call require() for node's own modules.
  banner: {
    js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
});
await cp('src/db/migrations', 'dist/migrations', { recursive: true });
