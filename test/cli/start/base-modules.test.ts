import { renameSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readBaseConfig } from '../../../src/cli/start/base-config.ts';
import { commit, git, temporaryFolder } from '../../git/fixture.ts';
import { repositoryWithModules } from '../../support/repositories.ts';

const YAML = `checks: { test: 'true' }
crew:
  design: { runner: claude }
  implement: { runner: person }
  test: { runner: person }
  deploy: { runner: person }
`;

describe('a submodule', () => {
  it('is named at the start if it can’t be read, unless no tree shall have it', async () => {
    const { origin, lib } = repositoryWithModules(temporaryFolder(), { 'baton.yaml': YAML });
    const start = () => readBaseConfig(origin, { base: 'main' });
    await expect(start()).resolves.toMatchObject({ base: 'main', config: { submodules: 'all' } });
    renameSync(lib, `${lib}.away`);
    await expect(start()).rejects.toThrow(`The submodule vendor/lib can't be read at ${lib}`);
    git(origin, 'config', '--file', '.gitmodules', 'submodule.vendor/lib.url', 'ext::sh -c true');
    commit(origin, {}, 'odd');
    await expect(start()).rejects.toThrow(`The submodule vendor/lib can't be fetched from "ext::sh -c true"`);
    commit(origin, { 'baton.yaml': `${YAML}submodules: none\n` });
    await expect(start()).resolves.toMatchObject({ config: { submodules: 'none' } });
  });
});
