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
