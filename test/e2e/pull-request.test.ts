import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { reportLines } from '../../src/cli/render/report.ts';
import { PLAIN } from '../../src/cli/render/style.ts';
import type { Handoff } from '../../src/domain/handoff.ts';
import { Engine } from '../support/engine.ts';
import { Service } from '../support/service.ts';
import {
  plainWork,
  type Script,
  tinyConfig,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  unattended,
} from '../support/tiny-repository.ts';

const TOKEN = 'stand-in-token-0123456789';
const former = { ...process.env };
let engine: Engine;
let service: Service;
beforeAll(async () => {
  service = await Service.create(TOKEN);
  Object.assign(process.env, service.env);
  engine = await Engine.start(inject('temporalAddress'));
});
afterAll(async () => {
  const failed = await engine.failedWorkflowTasks();
  const histories = [...(await engine.histories()).values()].map((text) =>
    [...text.matchAll(/"data": ?"([^"]+)"/g)].map(([, data]) =>
      Buffer.from(data as string, 'base64').toString(),
    ),
  );
  const kept = await engine.filesWith(TOKEN);
  await engine.stop();
  for (const name of Object.keys(service.env)) delete process.env[name];
  Object.assign(process.env, former);
  expect(failed).toEqual([]);
  expect(kept).toEqual([]);
  expect(histories.flat().length).toBeGreaterThan(100);
  expect(histories.flat().filter((payload) => payload.includes(TOKEN))).toEqual([]);
});

const script: Script = {
  design: [tinyDesign([])],
  one: [plainWork('one', { exec: 'env > {dir}/agent.env' })],
};
const repository = () =>
  tinyRepository(script, {
    ...unattended,
    land: 'pull-request',
    checks: { ...tinyConfig.checks, env: 'env > {dir}/check.env' },
    gates: { coverage: { run: 'echo "{\\"files\\": 2}"', metric: 'files', min: 2 } },
  });
const packets = [tinyPacket('one')];

describe.concurrent('land: pull-request', { timeout: 240_000 }, () => {
  it('pushes the branch and opens one with the report as its text, told everywhere', async () => {
    const tiny = await repository();
    const { repo, bare } = await service.host(tiny, 'opened');
    const request = 'Add the file "one" for $(everybody); see #1\n\n@team wants it';
    const feature = await engine.feature({ ...tiny, repo }, { id: 'opened', packets, request });
    const report = await feature.report();
    expect(report).toMatchObject({
      outcome: 'landed',
      branch: 'feature/opened',
      pullRequest: expect.stringMatching(/^https:\/\/git\.example\.com\/team\/opened\/pull\/\d+$/),
    });
    expect(report.landing).toBeUndefined();
    expect(await tiny.git('--git-dir', bare, 'rev-parse', 'feature/opened')).toBe(report.commit);
    const [made, ...more] = (await service.gh.requests()).filter(({ url }) => url === report.pullRequest);
    expect(more).toEqual([]);
    expect(made).toMatchObject({
      state: 'OPEN',
      baseRefName: 'main',
      headRefOid: report.commit,
      title: 'Add the file "one" for $(everybody); see #1 @team wants it',
    });
    for (const part of [
      report.commit,
      report.tree,
      '2 of 2 pass',
      '| `one` | Add src/one\\.txt | merged | 2 |',
      '| `coverage` | **met** | files 2 |',
      '| `performance` | absent (not configured) |',
      '| `design-approval-1` | approve | by itself',
      'sh check.sh',
      `git switch --detach ${report.commit}`,
    ])
      expect(made?.body).toContain(part);
    const handoffs = await feature.handle.query<Handoff[]>('handoffs');
    expect(handoffs.at(-1)).toMatchObject({
      name: 'context-004-complete',
      message: expect.stringContaining(report.pullRequest as string),
      deployment: { landed: { branch: 'feature/opened', pull_request: report.pullRequest } },
    });
    expect(reportLines(report, { style: PLAIN }).join('\n')).toContain(report.pullRequest);
    // What gh logs in with is nobody else's business.
    for (const file of ['agent.env', 'check.env']) expect(await tiny.read(file)).not.toContain(TOKEN);
  });

  it('asks where gh is not logged in, with what to do, and opens it once it is', async () => {
    const tiny = await repository();
    const { repo, bare } = await service.host(tiny, 'later');
    await service.gh.refuse({ repo: 'later', said: 'HTTP 401: Bad credentials {token}' });
    const feature = await engine.feature({ ...tiny, repo }, { id: 'later', packets });
    const item = await feature.item('environment');
    expect(item).toMatchObject({
      prompt: expect.stringMatching(/feature\/later.*no pull request.*not logged in.*gh auth login/s),
      options: ['retry', 'branch', 'stop'],
    });
    expect(await tiny.git('--git-dir', bare, 'rev-parse', '--verify', 'feature/later')).toMatch(
      /^[0-9a-f]{40}$/,
    );
    await service.gh.refuse();
    await feature.decide('environment', 'retry');
    expect(await feature.report()).toMatchObject({ pullRequest: expect.stringContaining('/later/pull/') });
  });

  it('leaves it at the branch where a person chooses so: the origin is a folder', async () => {
    const tiny = await repository();
    const bare = path.join(tiny.dir, 'bare.git');
    await tiny.git('clone', '-q', '--bare', '.', bare);
    const feature = await engine.feature({ ...tiny, repo: bare }, { id: 'folder', packets });
    expect((await feature.item('environment')).prompt).toMatch(/not the address of a repository.*--repo/s);
    await feature.decide('environment', 'branch');
    const report = await feature.report();
    expect(report).toMatchObject({
      outcome: 'landed',
      branch: 'feature/folder',
      landing: expect.stringContaining('no pull request, as a person chose'),
    });
    expect(report.pullRequest).toBeUndefined();
    expect(await tiny.git('--git-dir', bare, 'rev-parse', 'feature/folder')).toBe(report.commit);
  });
});
