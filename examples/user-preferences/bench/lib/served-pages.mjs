import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createAdaptorServer } from '@hono/node-server';
import { build } from 'esbuild';

/** A page is the same for everyone: what it shows of a user, its own script asks the API for. */
const noDatabase = {
  tx: () => Promise.reject(new Error('pages are served without a database here')),
  close: () => Promise.resolve(),
};

/** Serves the service's routes on a loopback port for as long as `work` takes, without a database. */
export async function withServedPages(root, work) {
  const directory = await mkdtemp(join(tmpdir(), 'accounts-pages-'));
  const outfile = join(directory, 'app.mjs');
  let server;
  try {
    await build({
      entryPoints: [join(root, 'src/app.ts')],
      outfile,
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
    const { createApp } = await import(pathToFileURL(outfile));
    const app = createApp({ db: noDatabase, log: (entry) => console.error(JSON.stringify(entry)) });
    server = createAdaptorServer({ fetch: app.fetch });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return await work(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server?.close();
    server?.closeAllConnections();
    await rm(directory, { recursive: true, force: true });
  }
}
