// Where only types may be imported, which .dependency-cruiser.cjs cannot tell from values: workflows call activities
// through proxies, and commands start workflows by name. Types are imported by `import type` throughout this
// project (verbatimModuleSyntax, and a rule of biome), so the text of the import is enough to see it.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const rules = [
  { from: 'src/workflows', to: 'activities' },
  { from: 'src/cli', to: '(?:activities|workflows)' },
];

let violations = 0;
for (const { from, to } of rules) {
  const source = `['"](?:\\.\\./)+${to}/[^'"]*['"]`;
  const values = new RegExp(
    `^(?:import|export)\\s+(?!type\\b)[^;]*?from\\s+${source}|import\\(\\s*${source}`,
    'gm',
  );
  for (const file of typescriptFiles(from)) {
    for (const match of readFileSync(file, 'utf8').matchAll(values)) {
      violations += 1;
      const statement = match[0].replace(/\s+/g, ' ');
      process.stderr.write(`${file}: ${statement}\n  only types may come from there: use \`import type\`\n`);
    }
  }
}
process.exitCode = violations === 0 ? 0 : 1;

function typescriptFiles(directory) {
  const entries = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => name.endsWith('.ts')).map((name) => path.join(directory, name));
}
