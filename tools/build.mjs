// `npm run build`: the code as few files in dist/, with all that isn't code and that an installed Baton needs.
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

await rm('dist', { recursive: true, force: true });
await build({
  // Each is started as a process of its own, and keeps its place; what they share lies beside.
  entryPoints: ['client', 'worker', 'processes/launcher/main', 'dev-server/ui-proxy-main'].map(
    (name) => `src/${name}.ts`,
  ),
  outbase: 'src',
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  legalComments: 'none',
  logLevel: 'warning',
});
await cp('src/agents/roles', 'dist/agents/roles', { recursive: true });
await cp('schemas', 'dist/schemas', { recursive: true });
const { bundle } = await import('../src/worker/workflow-bundle.ts');
await writeFile('dist/workflow-bundle.js', await bundle());

/** What an example's own work leaves in its folder. */
const LEFT = new Set(['node_modules', 'dist', 'coverage', 'test-results.xml']);
for (const name of await readdir('examples')) {
  const to = path.join('dist/examples', name);
  await cp(path.join('examples', name), to, {
    recursive: true,
    filter: (file) => !LEFT.has(path.basename(file)),
  });
  // npm packs no such file, and takes it as its own settings.
  const ignores = path.join(to, '.gitignore');
  if (existsSync(ignores)) await rename(ignores, path.join(to, 'gitignore'));
}

/** Node that can't read the code says so in a line, so this file is written for any. */
const { engines, bin } = JSON.parse(await readFile('package.json', 'utf8'));
const floor = engines.node.replace('>=', '');
await writeFile(
  bin.baton,
  `#!/usr/bin/env node
'use strict';
var floor = '${floor}'.split('.').map(Number);
var here = process.versions.node.split('.').map(Number);
if (here[0] < floor[0] || (here[0] === floor[0] && here[1] < floor[1])) {
  process.stderr.write('baton: Node.js ${floor} or newer is needed, and this is ' + process.versions.node + '.\\n');
  process.exitCode = 2;
} else {
  import('./client.js').catch(function (error) {
    process.stderr.write('baton: ' + (error && error.stack || error) + '\\n');
    process.exitCode = 2;
  });
}
`,
  { mode: 0o755 },
);
