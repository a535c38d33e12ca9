import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Builds everything that one version of the service needs to run into `target`: one bundled file, its
 * migrations and its API description. Nothing in there refers back to `root`.
 */
export async function buildService({ root, target }) {
  await mkdir(target, { recursive: true });
  const file = join(target, 'service.mjs');
  await build({
    entryPoints: [join(root, 'src/main.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'error',
    // Bundled CommonJS packages call require() for node's own modules.
    banner: {
      js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
    },
  });
  await cp(join(root, 'migrations'), join(target, 'migrations'), { recursive: true });
  await cp(join(root, 'docs/openapi'), join(target, 'openapi'), { recursive: true });
  return { file };
}
