import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { writeFiles } from '../work/stacks/open-feature.ts';
import { detectFiles, packageJson, runsOf } from './detect-files.ts';

const testOf = (test: string, more: Record<string, string> = {}) =>
  runsOf(detectFiles({ 'package.json': packageJson({ test, ...more }), 'a.test.js': '' })).test ?? '';

describe('variables before a runner', () => {
  const JEST = 'jest --ci --json --outputFile=test-results.json';
  const cases: readonly (readonly [script: string, run: string, seen: string])[] = [
    [
      "NODE_OPTIONS='--experimental-vm-modules --no-warnings' jest",
      `NODE_OPTIONS='--experimental-vm-modules --no-warnings' npx --no-install ${JEST}`,
      '--experimental-vm-modules --no-warnings',
    ],
    [
      'NODE_OPTIONS="--no-warnings --title=\\"a b\\"" jest',
      `NODE_OPTIONS="--no-warnings --title=\\"a b\\"" npx --no-install ${JEST}`,
      '--no-warnings --title="a b"',
    ],
    [
      'node_env=a NODE_OPTIONS=--no-warnings jest',
      `node_env=a NODE_OPTIONS=--no-warnings npx --no-install ${JEST}`,
      '--no-warnings',
    ],
    [
      "NODE_OPTIONS=--no-'warnings' jest",
      `NODE_OPTIONS=--no-'warnings' npx --no-install ${JEST}`,
      '--no-warnings',
    ],
    [
      "env NODE_OPTIONS='--no-warnings --no-deprecation' jest",
      `env NODE_OPTIONS='--no-warnings --no-deprecation' npx --no-install ${JEST}`,
      '--no-warnings --no-deprecation',
    ],
    [
      'env -u CI NODE_OPTIONS=--no-warnings jest',
      `env -u CI NODE_OPTIONS=--no-warnings npx --no-install ${JEST}`,
      '--no-warnings',
    ],
    [
      "A='x y' cross-env NODE_OPTIONS='--no-warnings --no-deprecation' jest",
      `A='x y' npx --no-install cross-env NODE_OPTIONS='--no-warnings --no-deprecation' ${JEST}`,
      '--no-warnings --no-deprecation',
    ],
  ];

  it.each(cases)('stay before the command that starts it: %s', (script, run) => {
    expect(testOf(script)).toBe(run);
  });

  it('reach it as the script says', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'baton-scripts-'));
    try {
      const show = '#!/bin/sh\nprintf %s "$NODE_OPTIONS" > seen\nprintf %s "$*" > words\n';
      // All that the real one does here: it sets variables, and starts the rest.
      const crossEnv = '#!/bin/sh\nexec env "$@"\n';
      await writeFiles(folder, {
        'package.json': '{}',
        'node_modules/.bin/jest': show,
        'node_modules/.bin/cross-env': crossEnv,
      });
      for (const name of ['jest', 'cross-env'])
        await chmod(path.join(folder, 'node_modules/.bin', name), 0o755);
      for (const [script, , seen] of cases) {
        const { stdout } = await execa(
          'sh',
          ['-c', `rm -f seen words; ${testOf(script)}; cat seen; echo; cat words`],
          {
            cwd: folder,
          },
        );
        expect(stdout.split('\n')).toEqual([seen, '--ci --json --outputFile=test-results.json']);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a script `check`', () => {
  const TSC = { devDependencies: { typescript: '5' } };
  const checksOf = (scripts: Record<string, string>) => {
    const root = packageJson({ test: 'node --test', ...scripts }, TSC);
    return runsOf(detectFiles({ 'package.json': root, 'a.test.js': '', 'tsconfig.json': '{}' }));
  };

  it.each([
    'npm run lint && npm test && npm run build',
    'tsc --noEmit && npm test',
    'tsc --noEmit; npm test',
    'npm run types:all && vite build',
    'biome check .',
    'run-s lint test',
  ])('that does something else than check types is not taken for a check of types: %s', (check) => {
    const scripts = { check, lint: 'eslint .', build: 'tsc && vite build', 'types:all': 'tsc' };
    expect(checksOf(scripts).types).toBe('npx --no-install tsc --noEmit');
  });

  it.each([
    'tsc --noEmit',
    'npx tsc -p .',
    'npm run types:all',
    'svelte-kit sync && svelte-check --tsconfig ./tsconfig.json',
    'npm run types:all && vue-tsc --build',
    'astro check',
    'NODE_OPTIONS="--max-old-space-size=4096 --no-warnings" tsc',
  ])('that does nothing else is: %s', (check) => {
    expect(checksOf({ check, 'types:all': 'tsc' }).types).toBe('npm run --silent check');
  });
});

describe('tests that need a browser', () => {
  const detectIn = (members: Readonly<Record<string, Readonly<Record<string, string>>>>) =>
    detectFiles({
      'package.json': packageJson({}, { workspaces: ['packages/*'] }),
      'package-lock.json': '{}',
      ...Object.fromEntries(
        Object.entries(members).map(([name, scripts]) => [
          `packages/${name}/package.json`,
          packageJson(scripts, { devDependencies: { '@playwright/test': '1', cypress: '14' } }),
        ]),
      ),
    });
  const LEFT = [
    'Cypress is left out: its browser is not in the sandbox. Add it as a check if it is.',
    'Playwright is left out: it needs browsers. Add it as a check, such as `e2e`, if the worker has them.',
  ];

  it('are left out of a workspace that has others, as the notes say', () => {
    const detected = detectIn({
      api: { test: 'vitest' },
      both: { test: 'vitest run && playwright test' },
      e2e: { test: 'npm run pw', pw: 'playwright test' },
      ui: { test: 'cypress run --headless' },
    });
    const { test = '' } = runsOf(detected);
    expect(test).toContain(
      'for part in packages/api packages/both; do (cd "$part" && npx --no-install vitest run',
    );
    expect(test).not.toMatch(/playwright|cypress|e2e|ui/);
    expect(detected.notes).toEqual(LEFT);
  });

  it.each([
    ['node --test && playwright test', 'node --test --test-reporter=spec'],
    ['npm run unit && npm run pw', 'node --test --test-reporter=spec'],
    ['node test.js', 'npm run --silent test'],
  ])('are left out of a root’s script, and do not stand for it: %s', (test, run) => {
    const scripts = { test, unit: 'node --test', pw: 'playwright test' };
    const root = packageJson(scripts, { devDependencies: { '@playwright/test': '1' } });
    const detected = detectFiles({ 'package.json': root, 'package-lock.json': '{}' });
    expect(runsOf(detected).test).toContain(run);
    expect(runsOf(detected).test).not.toMatch(/playwright|pw/);
    expect(detected.notes).toContain(LEFT[1]);
  });

  it('are what is tested if there are no others, and no note says that they are left out', () => {
    expect(runsOf(detectIn({ e2e: { test: 'playwright test' } })).test).toContain('playwright test');
    expect(detectIn({ e2e: { test: 'playwright test' } }).notes).toEqual([LEFT[0]]);
    const cypress = detectFiles({
      'package.json': packageJson({ test: 'cypress run' }, { dependencies: { cypress: '14' } }),
    });
    expect(runsOf(cypress).test).toBe('npm run --silent test');
    expect(cypress.notes.join()).not.toContain('left out');
  });

  it('are left out too in a project of their own beside others', () => {
    const detected = detectFiles({
      'package.json': packageJson({ test: 'node --test' }),
      'a.test.js': '',
      'e2e/package.json': packageJson(
        { test: 'playwright test' },
        { devDependencies: { '@playwright/test': '1' } },
      ),
      'e2e/package-lock.json': '{}',
    });
    expect(Object.keys(runsOf(detected))).toEqual(['test']);
    expect(detected.setup).toBeUndefined();
    expect(detected.notes).toEqual([
      'The tests of e2e/ (npm) are left out: they need a browser. Add them as a check, such as `e2e`, if the worker has one.',
    ]);
    const scripts = { test: 'playwright test', lint: 'eslint .' };
    const python = detectFiles({
      'package.json': packageJson(scripts),
      'pytest.ini': '',
      'test_a.py': '',
      'setup.py': '',
    });
    expect(runsOf(python)).toEqual({
      test: expect.stringContaining('pytest'),
      lint: 'npm run --silent lint',
    });
    expect(python.notes[1]).toContain('The tests of the top folder (npm) are left out');
  });
});

describe('a script `test` of a package below another', () => {
  const ROOT = {
    'package.json': packageJson({ test: 'jest' }, { devDependencies: { jest: '29' } }),
    'a.test.js': '',
  };
  const below = (test: string, files: readonly string[] = [], more: Record<string, unknown> = {}) =>
    Object.keys(
      runsOf(
        detectFiles({
          ...ROOT,
          'part/package.json': packageJson({ test, unit: 'echo no unit' }, more),
          ...Object.fromEntries(files.map((file) => [`part/${file}`, ''])),
        }),
      ),
    );

  it.each([
    'echo ok',
    'echo "Error: no test" && exit 1',
    "echo 'none; yet' ; exit 0",
    'exit 0',
    'true',
    ':',
    'npm run unit',
    'tsc && webpack',
    'gulp test',
  ])('is no check without a runner and without tests: %s', (test) => {
    expect(below(test)).toEqual(['test']);
    expect(below(test, ['build.js'], { devDependencies: { jest: '29' } })).toEqual(['test']);
  });

  it('is none if it does nothing, whatever files there are', () => {
    expect(below('echo ok', ['src/a.test.js'])).toEqual(['test']);
  });

  it.each<[string, readonly string[]]>([
    ['vitest run', []],
    ['echo start && mocha', []],
    ['npm run build && node --test', []],
    ['gulp test', ['src/a.test.js']],
    ['node test.js', ['test.js']],
    ['node ./check/all.mjs', ['check/all.mjs']],
    ['tsc && node dist/test/run.js', ['test/run.ts']],
    ['playwright-like', ['tests/helper.ts']],
  ])('is one with a runner, or with tests or a file that it starts: %s', (test, files) => {
    expect(below(test, files)).toEqual(['test', 'test-part']);
  });
});

it('a root whose script only says something has the way of its kind', () => {
  for (const test of ['echo ok', 'exit 0'])
    expect(runsOf(detectFiles({ 'package.json': packageJson({ test }) })).test).toContain('node --test');
});
