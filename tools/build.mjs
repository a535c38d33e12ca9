// The last steps of `npm run build`: what the compiler doesn't carry over.
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';

await cp('src/agents/roles', 'dist/agents/roles', { recursive: true });
const { bundle } = await import('../dist/worker/workflow-bundle.js');
await writeFile('dist/workflow-bundle.js', await bundle());

const { editorSchema } = await import('../dist/config/editor-schema.js');
await writeFile('dist/baton.schema.json', `${JSON.stringify(editorSchema(), null, 1)}\n`);

// As one file: npm leaves out what a .gitignore of theirs names, and the .gitignore too.
const leftOut = /(?:^|\/)(?:node_modules|dist|coverage|\.git|test-results\.xml)(?:\/|$)/;
const listed = await readdir('examples', { recursive: true }).catch(() => []);
const examples = {};
for (const file of listed.filter((name) => !leftOut.test(name)).sort()) {
  const found = await stat(`examples/${file}`);
  if (!found.isFile()) continue;
  examples[file] = {
    text: await readFile(`examples/${file}`, 'utf8'),
    ...(found.mode & 0o100 && { run: true }),
  };
}
await writeFile('dist/examples.json', JSON.stringify(examples));
