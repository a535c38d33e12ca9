import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AgentConfig } from '../../src/domain/crew-config.ts';
import { Engine } from '../support/engine.ts';
import type { ModelTurn } from '../support/scripted-model/model-turn.ts';
import { ScriptedModel } from '../support/scripted-model/server.ts';
import {
  tinyConfig,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  unattended,
} from '../support/tiny-repository.ts';
import { until } from '../support/until.ts';
import { doneResult, KEY, pathWithClis, UNDER_TEST } from './under-test.ts';

/** As baton.yaml has it. */
const inYaml = (role: AgentConfig) => ({ ...role, stall: '1m', timeout: '2m' });

describe.for(UNDER_TEST)('a worker killed while $name works', { timeout: 240_000 }, (under) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await Engine.start(inject('temporalAddress'), { worker: false });
  });
  afterAll(() => engine.stop());

  it('is followed by one that ends what is left and goes on in the same session', async () => {
    let stuck: ModelTurn | undefined;
    const model = await ScriptedModel.start((turn) => {
      if (turn.number === 1) return { write: { path: 'src/one.txt', content: 'one\n' } };
      if (turn.number === 2 && stuck === undefined) {
        stuck = turn;
        return { hang: true };
      }
      const there = turn.messages.some(({ toolCalls }) =>
        toolCalls?.some(({ input }) => JSON.stringify(input).includes('one-is-there')),
      );
      return there
        ? { structured: { result: doneResult } }
        : { write: { path: 'tests/one-is-there.sh', content: 'grep -q one src/one.txt\n' } };
    });
    try {
      const tiny = await tinyRepository(
        { design: [tinyDesign([tinyPacket('one')])] },
        { ...unattended, crew: { ...tinyConfig.crew, implement: inYaml(under.role(model.url)) } },
        under.files?.(model.url),
      );
      const env = { PATH: pathWithClis(), SCRIPTED_KEY: KEY, ...under.env?.(model.url) };
      const first = await engine.workerProcess(env);
      const feature = await engine.feature(tiny, { id: `killed-${under.name}` });
      const hanging = await until('the model to be asked for its second turn', async () => stuck);
      first.kill('SIGKILL');
      await first.ended;
      await engine.workerProcess(env);
      const report = await feature.report();
      expect(report.outcome).toBe('landed');
      const runs = report.runs.filter(({ packet }) => packet === 'one');
      expect(runs.map(({ runner, resumed, outcome }) => ({ runner, resumed, outcome }))).toEqual([
        { runner: under.name, resumed: true, outcome: 'done' },
      ]);
      // The CLI that the killed worker left was ended, and its successor was told what had gone before.
      expect(hanging.signal.aborted).toBe(true);
      const last = model.turns.at(-1);
      expect(last?.messages.some(({ text }) => text?.includes('## Your packet: one'))).toBe(true);
      expect(last?.messages.flatMap(({ toolCalls }) => toolCalls ?? []).length).toBeGreaterThanOrEqual(2);
      expect(model.requests.flatMap(({ failure }) => failure ?? [])).toEqual([]);
      expect(await engine.filesWith(KEY)).toEqual([]);
    } finally {
      await model.close();
    }
  });
});
