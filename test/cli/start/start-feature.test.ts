import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import proto from '@temporalio/proto';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { prepareStart, startFeature } from '../../../src/cli/start/start-feature.ts';
import { ownNamespace } from '../../support/namespace.ts';
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

describe('starting a feature with a secret in what its history would keep', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is refused for the address of the repository, which is told without it and with what to do', async () => {
    const repo = 'https://alice:pass-word-1@localhost/team/app';
    const start = prepareStart({ request: 'Add it', repo, yes: false });
    await expect(start).rejects.toThrow(/--repo https:\/\/localhost\/team\/app,.*credential helper/s);
    await expect(start).rejects.not.toThrow(/pass-word-1/);
  });

  it('is refused for the request', async () => {
    vi.stubEnv('DEPLOY_TOKEN', 'a-token-0123');
    const start = prepareStart({ request: 'Deploy with a-token-0123', repo: '.', yes: false });
    await expect(start).rejects.toThrow(/the value of DEPLOY_TOKEN/);
    await expect(start).rejects.not.toThrow(/a-token-0123/);
  });
});

describe('starting a feature whose request may be meant otherwise', () => {
  const start = async (request: string) => {
    const { repo } = await tinyRepository({}, {}, { 'src/app/users.txt': 'x' });
    return (await prepareStart({ request, repo, id: 'one', yes: false })).doubts;
  };

  it('has its doubts with it, by the names of the base’s files', async () => {
    expect(await start('Rename the users in src/app/user.txt')).toEqual({
      questions: [expect.objectContaining({ recommended: 'src/app/users.txt is meant' })],
      remarks: [],
    });
  });

  it('has none if it is clear', async () => {
    expect(await start('Rename the users in src/app/users.txt')).toBeUndefined();
  });
});

describe('a feature that was started', () => {
  const key = defineSearchAttributeKey('BatonRepository', SearchAttributeType.KEYWORD);
  const { INDEXED_VALUE_TYPE_KEYWORD } = proto.temporal.api.enums.v1.IndexedValueType;

  it('is found by its repository where the server keeps that attribute, and starts where it does not', async () => {
    const address = inject('temporalAddress');
    const { client, namespace } = await ownNamespace(address);
    const server = {
      client,
      settings: { address, namespace, source: 'configured' as const },
      close: () => client.connection.close(),
    };
    const { repo } = await tinyRepository({});
    const started = async (id: string, from = repo) => {
      const request = await prepareStart({ request: 'Add it', repo, id, yes: false });
      const runId = await startFeature(server, { ...request, repo: from });
      const handle = client.workflow.getHandle(`feature:${id}`, runId);
      const { typedSearchAttributes } = await handle.describe();
      await handle.terminate();
      return typedSearchAttributes.get(key);
    };
    expect(await started('before')).toBeUndefined();
    await client.connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: { [key.name]: INDEXED_VALUE_TYPE_KEYWORD },
    });
    expect(await started('folder')).toBe(repo);
    expect(await started('service', 'git@github.com:acme/shop.git')).toBe('github.com/acme/shop');
    expect(await started('long', `/${'deep/'.repeat(60)}`)).toBeUndefined();
    await server.close();
  });
});
