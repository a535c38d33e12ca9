// Which tests prove a file of src: those of the folder of test that mirrors its folder, or the nearest above it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** @param {string[]} sources folders or files of src */
export function testsOf(sources) {
  const folders = new Set(sources.map((source) => mirrorOf(source)));
  return [...folders].flatMap((folder) => testFiles(folder)).sort();
}

/** Whether a test, or a helper that it imports, asks for the Temporal server of the test run. */
export function needsServer(file, seen = new Set()) {
  if (seen.has(file) || !existsSync(file)) return false;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  if (/\binject\(/.test(text)) return true;
  const imported = [...text.matchAll(/from '(\.[^']+)'/g)].map((match) =>
    path.join(path.dirname(file), match[1]),
  );
  return imported.some((each) => each.startsWith('test/') && needsServer(each, seen));
}

function mirrorOf(source) {
  for (let folder = source.replace(/^src\b/, 'test'); folder !== '.'; folder = path.dirname(folder))
    if (testFiles(folder).length > 0 && folder !== 'test') return folder;
  throw new Error(`No folder of test mirrors ${source}.`);
}

function testFiles(folder) {
  if (folder.endsWith('.ts') || !existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join(folder, name));
}
