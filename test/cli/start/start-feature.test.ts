import { afterEach, describe, expect, it, vi } from 'vitest';
import { prepareStart } from '../../../src/cli/start/start-feature.ts';
import { tinyRepository } from '../../support/tiny-repository.ts';

describe('starting a feature that is to land as a pull request', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each([
    ['pull-request', /not the address of a repository at a service.*feature\/one.*--repo/s],
    ['branch', /^$/],
  ] as const)('land: %s from a folder says what can not be done there', async (land, expected) => {
    let told = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      told += text;
      return true;
    });
    const { repo } = await tinyRepository({}, { land });
    await prepareStart({ request: 'Add it', repo, id: 'one', yes: false });
    expect(told).toMatch(expected);
  });
});
