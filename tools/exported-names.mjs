// One word for one thing: no two files of src declare an export of the same name, be it a value or a type. What a file
// hands on from another (`export { … } from`) is that other's.
//   node tools/exported-names.mjs [FOLDER]
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const root = process.argv[2] ?? 'src';

const kinds = 'function|class|const|let|var|type|interface|enum|namespace';
const declared = new RegExp(
  `^export (?:declare )?(?:abstract )?(?:async )?(?:${kinds})\\b[ *]*([\\p{ID_Start}$_][\\p{ID_Continue}$]*)`,
  'gmu',
);
/** Names that are declared first and exported below; `type` before one, and `as` after it. */
const listed = /^export (?:type )?\{([^}]*)\}(?!\s*from\b)/gm;

/** @type {Map<string, Map<string, number>>} the line in each file, by name */
const places = new Map();
for (const file of typescriptFiles(root)) {
  const text = readFileSync(file, 'utf8');
  for (const { name, offset } of exportsOf(text)) {
    const lines = places.get(name) ?? new Map();
    // Overloads, and a type beside its value, are one name of one file.
    if (!lines.has(file)) lines.set(file, text.slice(0, offset).split('\n').length);
    places.set(name, lines);
  }
}

const twice = [...places].filter(([, lines]) => lines.size > 1).sort(([a], [b]) => (a < b ? -1 : 1));
for (const [name, lines] of twice) {
  const where = [...lines].map(([file, line]) => `  ${file}:${line}\n`).join('');
  process.stderr.write(`${name} is exported by ${lines.size} files:\n${where}`);
}
if (twice.length > 0)
  process.stderr.write(
    'Where they mean the same, keep one and import it. Where they mean different things, give each its own word ' +
      '("Terms" in docs/design.md).\n',
  );
process.exitCode = twice.length === 0 ? 0 : 1;

function exportsOf(text) {
  const direct = [...text.matchAll(declared)].map((match) => ({ name: match[1], offset: match.index }));
  const below = [...text.matchAll(listed)].flatMap((match) =>
    match[1]
      .split(',')
      .map(
        (each) =>
          each
            .trim()
            .replace(/^type /, '')
            .split(' as ')
            .at(-1)
            ?.trim() ?? '',
      )
      .filter((name) => name !== '')
      .map((name) => ({ name, offset: match.index })),
  );
  return [...direct, ...below];
}

function typescriptFiles(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => path.join(folder, name))
    .sort();
}
