import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
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

interface Mutation {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly original: string;
  readonly replacement: string;
}
const { mutationsOf, sampleOf, applied } = (await import(path.join(path.dirname(main), 'mutations.mjs'))) as {
  mutationsOf(text: string): Mutation[];
  sampleOf<T>(list: readonly T[], size: number, seed: number): T[];
  applied(text: string, mutation: Mutation): string;
};
const { interval } = (await import(path.join(path.dirname(main), 'terminal.mjs'))) as {
  interval(some: number, all: number): [number, number];
};

test('workflow code is mutated where it runs: neither in types nor in the names of modules', () => {
  const changes = mutationsOf(text).map(({ line, original, replacement }) => [line, original, replacement]);
  expect(changes).toEqual([
    [4, "kind === 'a' && tries < 3", "!(kind === 'a' && tries < 3)"],
    [4, "kind === 'a' && tries < 3", "((kind === 'a') || (tries < 3))"],
    [4, "'a'", "''"],
    [4, '3', '4'],
    [4, `['go', \`\${tries}\`]`, '[]'],
    [4, "'go'", "''"],
    [4, `\`\${tries}\``, '``'],
    [5, 'later(tries as number);', ';'],
  ]);
  const [first] = mutationsOf('if (a) b();');
  expect(first && applied('if (a) b();', first)).toBe('if (!(a)) b();');
});

test('a sample is the same for the same seed, and in the order of the file', () => {
  const list = Array.from({ length: 50 }, (_, index) => index);
  const drawn = sampleOf(list, 10, 1);
  expect(new Set(drawn).size).toBe(10);
  expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
  expect(sampleOf(list, 10, 1)).toEqual(drawn);
  expect(sampleOf(list, 10, 2)).not.toEqual(drawn);
  expect(sampleOf(list, 99, 2)).toEqual(list);
});

test('a sample is drawn evenly over the list', () => {
  const list = Array.from({ length: 50 }, (_, index) => index);
  for (const seed of [1, 2, 3])
    expect(sampleOf(list, 10, seed).map((each) => Math.floor(each / 5))).toEqual(list.slice(0, 10));
});

// Of none and of all the formula becomes n / (n + 1.96²).
test.each([
  [133, 150, 82.6, 92.8],
  [0, 10, 0, 27.8],
  [10, 10, 72.2, 100],
])('%i of %i say %f to %f per cent of the folder', (some, all, from, to) => {
  const [low, high] = interval(some, all);
  expect(low).toBeCloseTo(from, 1);
  expect(high).toBeCloseTo(to, 1);
});

test('a mutation that no test notices is told with its place, and the source is as before', async () => {
  const found = await mutate(
    `process.exit(text.includes('later(tries') ? 0 : 1);`,
    '--sample',
    '2',
    '--seed',
    '9',
  );
  expect(found.stdout.split('\n')).toEqual([
    '2 of 8 mutations, seed 9, 1 test files',
    `${source}:4 survived: kind === 'a' && tries < 3 => !(kind === 'a' && tries < 3)`,
    '1 of 2 tried',
    '2 of 2 tried',
    'src/workflows: 50.0 %, 1 of 2 mutations noticed, a sample: 9.5 to 90.5 % with 95 % certainty',
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

test('of what Stryker could try, a sample is tried, and its score is told as one', async () => {
  const root = path.join(path.dirname(main), '..', '..');
  await symlink(path.join(root, 'node_modules'), path.join(checkout, 'node_modules'));
  for (const own of ['vitest.config.ts', 'warm-tests.ts'])
    await write(`tools/mutate/${own}`, await readFile(path.join(root, 'tools/mutate', own), 'utf8'));
  for (const setup of ['tools/mutate/properties.ts', 'test/support/through-launcher.ts'])
    await write(setup, '');
  await write('src/sizes/large.ts', 'export const isLarge = (size: number) => size > 3 && size < 9;\n');
  await write('src/sizes/small.ts', 'export const isSmall = (size: number) => size < 2 && size > 0;\n');
  await write(
    'test/sizes/sizes.test.ts',
    `import { appendFileSync } from 'node:fs';
    import { expect, test } from 'vitest';
    import { isLarge } from '../../src/sizes/large.ts';
    import '../../src/sizes/small.ts';
    appendFileSync('${checkout}/loads', 'x');
    test('sizes', () => expect([3, 4, 8, 9].map(isLarge)).toEqual([false, true, true, false]));`,
  );
  const found = await execa(process.execPath, [main, 'src/sizes', '--sample', '16', '--seed', '3'], {
    cwd: checkout,
    reject: false,
    // Vitest's own, of the test that runs this one.
    extendEnv: false,
    env: { PATH: process.env.PATH, HOME: checkout },
  });
  expect(found.stderr).toBe('');
  expect(found.stdout).toContain('16 of 20 mutations, seed 3\n');
  expect(found.stdout).not.toContain('src/sizes/large.ts');
  expect(found.stdout.match(/^src\/sizes\/small.ts:1 not run by any test/gm)).toHaveLength(7);
  expect(found.stdout.match(/^src\/sizes\/small.ts:1 survived/gm)).toHaveLength(1);
  expect(found.stdout).toContain(
    'src/sizes: 50.0 %, 8 of 16 mutations noticed, a sample: 28.0 to 72.0 % with 95 % certainty',
  );
  // Once to see what they run, once for all mutations, and for both functions, which are made as their files are loaded.
  expect(await readFile(path.join(checkout, 'loads'), 'utf8')).toBe('xxxx');
});
