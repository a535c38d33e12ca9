import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';

const main = path.join(import.meta.dirname, '..', '..', 'tools/mutate/main.mjs');
const source = 'src/workflows/turn.ts';
const text = `import { later } from './later.ts';
export type Kind = 'a' | 'b';
export function turn(kind: Kind, tries: number): string[] {
  if (kind === 'a' && tries < 3) return ['go', \`\${tries}\`];
  later(tries as number);
  return [];
}
`;
let checkout: string;

beforeEach(async () => {
  checkout = await mkdtemp(path.join(tmpdir(), 'baton-mutate-test-'));
  await write(source, text);
});

afterEach(async () => {
  await rm(checkout, { recursive: true, force: true });
});

async function write(name: string, content: string) {
  const file = path.join(checkout, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

/** Mutates the source; `tests` stands for vitest and finds the source's text in `text`. */
async function mutate(tests: string, ...options: string[]) {
  const read = `import { readFileSync } from 'node:fs';\nconst text = readFileSync('${source}', 'utf8');\n`;
  await write('node_modules/vitest/vitest.mjs', read + tests);
  await write('a.test.ts', '');
  return await execa(process.execPath, [main, source, '--tests', 'a.test.ts', ...options], {
    cwd: checkout,
    reject: false,
    env: { BATON_CACHE: path.join(checkout, 'cache') },
  });
}

test('a mutation of workflow code that no test notices is told with its place, and the source is as before', async () => {
  const found = await mutate(
    `process.exit(text.includes('!(kind') || !text.includes('later(tries') ? 1 : 0);`,
  );
  expect(found.stdout.split('\n').filter((line) => !line.endsWith('tried'))).toEqual([
    '8 of 8 mutations, seed 1, 1 test files',
    `${source}:4 survived: kind === 'a' && tries < 3 => ((kind === 'a') || (tries < 3))`,
    `${source}:4 survived: 'a' => ''`,
    `${source}:4 survived: 3 => 4`,
    `${source}:4 survived: ['go', \`\${tries}\`] => []`,
    `${source}:4 survived: 'go' => ''`,
    `${source}:4 survived: \`\${tries}\` => \`\``,
    'src/workflows: 25.0 %, 2 of 8 mutations noticed',
  ]);
  expect(await readFile(path.join(checkout, source), 'utf8')).toBe(text);
});

test('a run that is interrupted restores the source', async () => {
  const found = await mutate(
    `if (text === ${JSON.stringify(text)}) process.exit(0);
    process.kill(process.ppid, 'SIGINT');
    setInterval(() => {}, 1000);`,
  );
  expect(found.exitCode).toBe(130);
  expect(found.stdout).toMatch(/^8 of 8 mutations, seed 1, 1 test files$/);
  expect(await readFile(path.join(checkout, source), 'utf8')).toBe(text);
});

test('what a killed run left mutated is restored by the next', async () => {
  await write('.stryker-tmp/in-place.json', JSON.stringify({ file: source, text }));
  await write(source, 'mutated');
  await mutate('process.exit(0)', '--sample', '0');
  expect(await readFile(path.join(checkout, source), 'utf8')).toBe(text);
});

test('tests that fail anyway are refused, because they notice everything', async () => {
  const found = await mutate('process.exit(1)');
  expect(found.stderr).toContain('The tests fail without any mutation');
  expect(found.exitCode).toBe(2);
});
