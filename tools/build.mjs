// `npm run build`: the code as few files in dist/, with all that isn't code and that an installed Baton needs.
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

await rm('dist', { recursive: true, force: true });
const all = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  legalComments: 'none',
  logLevel: 'warning',
};
await build({
  ...all,
  // Each is started as a process or a thread of its own, and keeps its place; what they share lies beside.
  entryPoints: [
    'client',
    'worker',
    'processes/launcher/main',
    'installed/aside-main',
    'dev-server/ui-proxy-main',
  ].map((name) => `src/${name}.ts`),
  outbase: 'src',
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  packages: 'external',
  format: 'esm',
});
// CommonJS, because of that alone Node 20 can keep what it compiled. Modules in it run when they are first wanted.
await build({
  ...all,
  entryPoints: { start: 'src/start.ts', commands: 'src/commands.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  // Names stay, since errors and Temporal's messages tell them.
  minifySyntax: true,
  minifyWhitespace: true,
  // What brings native code, or is big and seldom wanted; they are loaded when a command wants them.
  external: ['@temporalio/worker', '@temporalio/core-bridge', '@temporalio/testing', '@secretlint/*', 'tsx'],
  define: { 'import.meta.url': '__url' },
  banner: { js: "const __url = require('node:url').pathToFileURL(__dirname + '/client.js').href;" },
});
await cp('src/agents/roles', 'dist/agents/roles', { recursive: true });
await cp('schemas', 'dist/schemas', { recursive: true });
// Engines read text that is all ASCII in a third of the time; what isn't stands in patterns, where an escape means the same.
const commands = await readFile('dist/commands.cjs', 'utf8');
const escaped = (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
await writeFile('dist/commands.cjs', commands.replace(/[^\0-\x7f]/g, escaped));
const { listCommands } = await import('../src/cli/catalogue.ts');
const { makeProgram } = await import('../src/cli/program.ts');
await writeFile('dist/catalogue.json', JSON.stringify(listCommands(await makeProgram(() => {}, ''))));
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

/** Commands that may start a worker in their own process, where every module is to be there once. */
const WITH_WORKER = ['demo', 'dev', 'worker'];

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
  import(${JSON.stringify(WITH_WORKER)}.indexOf(process.argv[2]) < 0 ? './start.cjs' : './client.js').catch(function (error) {
    process.stderr.write('baton: ' + (error && error.stack || error) + '\\n');
    process.exitCode = 2;
  });
}
`,
  { mode: 0o755 },
);
