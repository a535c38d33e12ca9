import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { askRegistries } from '../../src/sandbox/registries.ts';
import { temporaryFolder } from '../processes/helpers.ts';

afterEach(() => vi.unstubAllEnvs());

/** A machine on which there is nothing but a shell and this program. */
const machineWith = (program: string, script: string) => {
  const folder = temporaryFolder();
  symlinkSync('/bin/sh', path.join(folder, 'sh'));
  writeFileSync(path.join(folder, program), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(folder, program), 0o755);
  for (const name of [
    'npm_config_registry',
    'PIP_INDEX_URL',
    'PIP_FIND_LINKS',
    'UV_INDEX_URL',
    'UV_DEFAULT_INDEX',
  ])
    vi.stubEnv(name, undefined);
  vi.stubEnv('HOME', temporaryFolder());
  vi.stubEnv('PATH', folder);
};

it.each([
  ['the first major', 'if [ "$3" = registry ]; then echo https://yarn.example/; else echo undefined; fi'],
  [
    'later majors',
    'if [ "$3" = npmRegistryServer ]; then echo https://yarn.example; else echo "Usage Error" >&2; exit 1; fi',
  ],
])('yarn is asked where it fetches from, by the name that it has for that: %s', async (_, script) => {
  machineWith('yarn', script);
  expect((await askRegistries()).hosts).toEqual([{ host: 'yarn.example', port: 443 }]);
});

it('a stand-in for yarn that would have to fetch it first is not made to', async () => {
  machineWith('yarn', '[ "$COREPACK_ENABLE_NETWORK" = 0 ] || echo https://fetched.example; exit 1');
  expect((await askRegistries()).hosts).toEqual([]);
});
