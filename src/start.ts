import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory } from './dev-server/cache-directory.ts';
import { runCached } from './files/cached-code.ts';

// `dist/start.cjs`: runs the commands with the code that earlier runs compiled.

const file = path.join(path.dirname(fileURLToPath(import.meta.url)), 'commands.cjs');
const code = runCached(file, path.join(cacheDirectory(), 'code'));
void (code.exports as typeof import('./commands.ts')).runCommands().then(() => {
  // Node's own switch for its cache of the same kind.
  if (process.env.NODE_DISABLE_COMPILE_CACHE === undefined) code.keep(process.argv[2] ?? '');
});
