import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { requestDoubts } from '../../src/domain/request-doubts.ts';

const FILES = [
  'README.md',
  'src/app/users.ts',
  'src/app/users.test.ts',
  'src/app/orders.ts',
  'src/db/schema.ts',
  'src/index.ts',
  'web/index.ts',
  'packages/auth/package.json',
  'packages/billing/package.json',
];
const asked = (request: string, given: readonly unknown[] = []) =>
  requestDoubts(request, FILES, given).questions.map(({ text }) => text);
const remarks = (request: string) => requestDoubts(request, FILES).remarks;

describe('a request that says what is to be built', () => {
  it.each([
    'Greet people by name',
    'words',
    'Add dark mode',
    'ダークモードを追加する',
    'Rename users to members in src/app/users.ts',
    'Move users.ts',
    'Add src/app/user.ts with a cache in front of src/app/users.ts',
    'Create a settings page, saved in src/app/user.ts',
    'Answer 404 at /api/user/profile.json instead of 500',
    'See https://example.com/src/app/user.ts for the idea, and build it',
    'Test src/**/user.ts',
    'Drop packages/auth and src/app',
    'Use @app/user.ts style imports',
    'Support and/or in queries, client/server, read/write splitting',
    'Speed up src/app',
    'Fix the race in ./src/app/orders.ts',
    'Look at app/users.ts',
  ])('is asked nothing: %s', (request) => expect(asked(request)).toEqual([]));

  it('is asked nothing in any example, whatever its repository has', () => {
    const examples = new URL('../../examples/', import.meta.url);
    const requests = readdirSync(examples)
      .map((name) => new URL(`${name}/demo.yaml`, examples))
      .flatMap((file) => {
        try {
          return [String(parse(readFileSync(file, 'utf8')).request)];
        } catch {
          return [];
        }
      });
    expect(requests.length).toBeGreaterThan(1);
    for (const request of requests) expect(asked(request)).toEqual([]);
  });
});

describe('a request that says nothing', () => {
  it.each(['fix', 'fix it', 'Improve the code!', 'todo', '...', 'Please make it better', 'new feature'])(
    'is asked what is to be built: %s',
    (request) => {
      const [question, ...others] = requestDoubts(request, FILES).questions;
      expect(others).toEqual([]);
      expect(question?.text).toContain(`The request is "${request}": what is to be built`);
      // Any text answers it, and nobody can recommend one.
      expect(question).not.toHaveProperty('recommended');
    },
  );

  it('is asked nothing if packets say what is to be built', () => expect(asked('fix it', [{}])).toEqual([]));
});

describe('a name that the base does not have', () => {
  it.each([
    ['Rename the class in src/app/user.ts', 'src/app/user.ts', 'src/app/users.ts'],
    ['Speed up `src/app/oders.ts`.', 'src/app/oders.ts', 'src/app/orders.ts'],
    ['The schema in src/app/schema.ts lacks an index', 'src/app/schema.ts', 'src/db/schema.ts'],
    ['Log in faster: packages/atuh is slow', 'packages/atuh', 'packages/auth'],
  ])('and is most likely a slip is asked about: %s', (request, name, meant) => {
    expect(requestDoubts(request, FILES)).toEqual({
      questions: [
        {
          text: `The request names \`${name}\`, which the base doesn't have. Is \`${meant}\` meant?`,
          options: [`${meant} is meant`, `${name} is to be made`],
          recommended: `${meant} is meant`,
        },
      ],
      remarks: [],
    });
  });

  it('and may be anything is told to the designer', () => {
    expect(asked('Remove the flag from src/flags/all.ts')).toEqual([]);
    expect(remarks('Remove the flag from src/flags/all.ts')).toEqual([
      "The request names `src/flags/all.ts`, which the base doesn't have: it is to be made, or a mistake.",
    ]);
    // Two files have that name: which one is meant can't be guessed.
    expect(remarks('Look at lib/index.ts')).toHaveLength(1);
  });

  it('is asked about once, and five at most', () => {
    const names = Array.from({ length: 9 }, (_, at) => `src/app/users.t${at}s`);
    expect(asked('src/app/user.ts is slow; src/app/user.ts is old')).toHaveLength(1);
    const files = Array.from({ length: 9 }, (_, at) => `src/a${at}bcdefg.ts`);
    const request = files.map((file) => file.replace('bc', 'cb')).join(', ');
    expect(
      requestDoubts(
        request,
        files.filter((_, at) => at < 1),
      ).questions.length,
    ).toBeLessThanOrEqual(5);
    expect(requestDoubts(names.join(' '), FILES).remarks.length).toBeLessThanOrEqual(10);
  });
});

it('a request of any size is looked at within a moment', () => {
  const many = Array.from({ length: 20_000 }, (_, at) => `src/folder-${at % 500}/file-${at}.ts`);
  const start = performance.now();
  requestDoubts('a/b/'.repeat(2000), many);
  requestDoubts('src/folder-1/fill-1.ts '.repeat(300), many);
  expect(performance.now() - start).toBeLessThan(5000);
});
