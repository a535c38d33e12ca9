import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '../../src/config/parse-config.ts';
import type { Config, ConfigDraft } from '../../src/domain/config.ts';
import { copiedSecrets, namedSecrets, workerSecrets } from '../../src/work/known-values.ts';
import { temporaryFolder } from '../processes/helpers.ts';
import { runSync } from '../support/sync-programs.ts';
import { tinyConfig } from '../support/tiny-repository.ts';

const configOf = (more: Partial<ConfigDraft>): Config => {
  const parsed = parseConfig(stringify({ ...tinyConfig, ...more }));
  if (!parsed.ok) throw new Error('the configuration of the test is wrong');
  return parsed.config;
};
const role = { runner: 'command' as const, command: ['agent'], env: ['CREW_VALUE'] };
const other = { ...role, env: ['OTHER_VALUE'] };

test('a worker knows the keys of all runners and services, what has the name of a secret, and passwords in URLs', () => {
  const found = workerSecrets({
    ANTHROPIC_API_KEY: 'anthropic-1',
    GH_TOKEN: 'github-1',
    COMPANY_PASSWORD: 'company-1',
    HTTPS_PROXY: 'http://me:proxy-1@proxy:3128',
    BATON_HUB: 'https://baton:hub-one@git.example/hub.git',
    SSH_AUTH_SOCK: '/tmp/ssh-1/agent',
    EDITOR: 'vim-of-mine',
    PWD: '/somewhere/else',
  });
  expect(new Set(found.map(({ value }) => value))).toEqual(
    new Set(['anthropic-1', 'github-1', 'company-1', 'proxy-1', 'hub-one']),
  );
});

test('a repository names variables for each role, for who falls back, and for its release', () => {
  const config = configOf({
    crew: { ...tinyConfig.crew, design: role, test: { ...role, fallback: other } },
    release: { env: ['RELEASE_VALUE'], staging: { deploy: 'true' } },
  });
  const env = { CREW_VALUE: 'crew-value', OTHER_VALUE: 'other-value', RELEASE_VALUE: 'release-value' };
  expect(new Set(namedSecrets(config, env).map(({ name }) => name))).toEqual(new Set(Object.keys(env)));
});

test('copied files are read in folders too, none through a link that leads out, and no FIFO is waited for', async () => {
  const origin = temporaryFolder();
  const outside = path.join(temporaryFolder(), 'outside');
  writeFileSync(outside, 'OUTSIDE=outside-1\n');
  mkdirSync(path.join(origin, 'settings'));
  writeFileSync(path.join(origin, '.env'), 'ONE=value-1\n');
  writeFileSync(path.join(origin, 'settings/two.json'), '{"two": "value-2"}');
  symlinkSync(outside, path.join(origin, 'settings/out'));
  runSync('mkfifo', [path.join(origin, 'settings/fifo')]);
  const config = configOf({ worktrees: { copy: ['.env', 'settings', 'not-there'] } });
  expect((await copiedSecrets(origin, config)).map(({ value }) => value)).toEqual(['value-1', 'value-2']);
  expect(await copiedSecrets('https://localhost/x', config)).toEqual([]);
});
