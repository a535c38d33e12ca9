import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { parseDocument } from 'yaml';
import { readExample } from '../../src/cli/demo/example.ts';
import { bringUp } from '../../src/cli/demo/production.ts';
import { makeDemoRepository } from '../../src/cli/demo/repository.ts';
import { QUERIES } from '../../src/domain/messages.ts';
import type { PlanStatus } from '../../src/domain/plan-edit.ts';
import { Engine, type Feature } from '../support/engine.ts';
import { npmCi } from '../support/npm-ci.ts';
import { ScriptedModel } from '../support/scripted-model/server.ts';
import { CrewMind } from './crew-mind.ts';
import { codexArgs, KEY, opencodeJson, pathWithClis } from './under-test.ts';

const former = { ...process.env };
let model: ScriptedModel;
let engine: Engine;
let feature: Feature;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const example = await readExample('user-preferences');
  const mind = new CrewMind(example.request, async (id) => {
    const { packets } = await feature.handle.query<PlanStatus>(QUERIES.plan);
    const found = packets.find((one) => one.packet.id === id);
    if (found === undefined) throw new Error(`no packet ${id}`);
    return found.packet;
  });
  model = await ScriptedModel.start((turn) => mind.answer(turn));
  Object.assign(process.env, {
    PATH: pathWithClis(),
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: KEY,
    SCRIPTED_KEY: KEY,
  });
  engine = await Engine.start(inject('temporalAddress'));
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
  await engine?.stop();
  await model?.close();
  for (const name of Object.keys(process.env)) if (!(name in former)) delete process.env[name];
  Object.assign(process.env, former);
});

it('a feature goes to its full rollout with Claude Code designing, Codex implementing and opencode testing', async () => {
  const example = await readExample('user-preferences');
  const { repo, folder, production } = await makeDemoRepository(example, undefined);
  ends.push(async () => void (await execa('rm', ['-rf', folder])));
  const file = path.join(repo, 'baton.yaml');
  const config = parseDocument(await readFile(file, 'utf8'));
  const claude = { runner: 'claude', model: 'claude-opus-4-8' };
  config.set('crew', {
    design: claude,
    implement: { runner: 'codex', model: 'gpt-5.1', args: codexArgs(model.url), env: ['SCRIPTED_KEY'] },
    test: { runner: 'opencode', model: 'scripted/scripted-model', env: ['SCRIPTED_KEY'] },
    deploy: claude,
  });
  await writeFile(file, String(config));
  await writeFile(path.join(repo, 'opencode.json'), opencodeJson(model.url));
  await npmCi(repo);
  // As the repository's own lint wants them.
  await execa('node_modules/.bin/biome', ['check', '--write', '--config-path=lint-rules.json', '.'], {
    cwd: repo,
  });
  const git = async (...args: string[]) => (await execa('git', args, { cwd: repo })).stdout;
  await git('add', '-A');
  await git(
    '-c',
    'user.name=Test',
    '-c',
    'user.email=test@localhost',
    'commit',
    '-qm',
    'A crew of real CLIs',
  );
  if (example.production === undefined) throw new Error('the example has no production');
  process.env[example.production.state] = production;
  ends.push(await bringUp(repo, example.production));

  feature = await engine.feature({ repo, git }, { id: 'by-real-clis', request: example.request, yes: true });
  const report = await feature.report();
  expect(report).toMatchObject({ outcome: 'rolled-out' });
  const ran = (runner: string) =>
    report.runs.filter((run) => run.runner === runner && run.outcome === 'done');
  expect(ran('claude').map(({ packet }) => packet)).toEqual(expect.arrayContaining(['design']));
  expect(ran('codex').map(({ packet }) => packet)).toEqual(
    expect.arrayContaining(['storage', 'rate-limit', 'page', 'api']),
  );
  expect(ran('opencode').length).toBeGreaterThan(0);
  // The question about PATCH was answered in the session that had asked it.
  expect(report.runs.some(({ runner, outcome }) => runner === 'codex' && outcome === 'blocked')).toBe(true);
  expect(
    report.gates
      .filter(({ outcome }) => outcome === 'met')
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['accessibility', 'coverage', 'performance', 'security']);
  // Claude tells its cost; what the others cost isn't known, and so is the sum.
  expect(report.figures.costUsd.known).toBeGreaterThan(0);
  expect(report.figures.inputTokens.known).toBeGreaterThan(1000);
  expect(model.requests.flatMap(({ failure }) => failure ?? [])).toEqual([]);
  expect(await engine.filesWith(KEY)).toEqual([]);
}, 900_000);
