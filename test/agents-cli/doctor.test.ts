import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { examine, smoke } from '../../src/agents/examine.ts';
import type { AgentConfig } from '../../src/domain/crew-config.ts';
import { ScriptedModel } from '../support/scripted-model/server.ts';
import { doneResult, KEY, pathWithClis, UNDER_TEST } from './under-test.ts';

/** opencode's provider can't come from the smoke test's empty repository, and acp has no login of its own. */
const EXAMINED = UNDER_TEST.filter(({ name }) => ['claude', 'codex', 'gemini'].includes(name));

describe.for(EXAMINED)('baton doctor on $name', { timeout: 120_000 }, (under) => {
  const places = async (model: ScriptedModel, key: boolean) => {
    const [cwd, home] = [
      await mkdtemp(path.join(tmpdir(), 'baton-doc-')),
      await mkdtemp(path.join(tmpdir(), 'baton-doc-')),
    ];
    const keys = key ? { SCRIPTED_KEY: KEY, ...under.env?.(model.url) } : {};
    return { cwd, home, env: { PATH: pathWithClis(), HOME: home, ...keys } };
  };
  const states = async (agent: AgentConfig, where: Parameters<typeof examine>[1]) =>
    Object.fromEntries((await examine(agent, where)).map(({ what, state }) => [what, state]));

  it('finds the pinned version, and a key only where there is one', async () => {
    const model = await ScriptedModel.start(() => ({ text: 'nobody asks' }));
    try {
      const role = under.role(model.url);
      expect(await states(role, await places(model, true))).toMatchObject({
        installed: 'ok',
        version: 'ok',
        login: 'ok',
      });
      const without = { ...role, env: [] };
      expect(await states(without, await places(model, false))).toMatchObject({
        installed: 'ok',
        login: 'bad',
      });
      expect(model.requests).toEqual([]);
    } finally {
      await model.close();
    }
  });

  it('has it write one file, and is not content with a claim', async () => {
    let writes = true;
    const model = await ScriptedModel.start(({ number }) =>
      writes && number === 1
        ? { write: { path: 'smoke.txt', content: 'Baton was here\n' } }
        : { structured: { result: doneResult } },
    );
    try {
      const where = await places(model, true);
      expect(await smoke(under.role(model.url), where)).toMatchObject({ state: 'ok' });
      writes = false;
      expect(await smoke(under.role(model.url), where)).toMatchObject({
        state: 'bad',
        text: expect.stringContaining("smoke.txt isn't there"),
      });
    } finally {
      await model.close();
    }
  });
});

describe('baton doctor', () => {
  const where = async () => ({
    cwd: await mkdtemp(path.join(tmpdir(), 'baton-doc-')),
    env: { PATH: process.env.PATH },
  });
  const limits = { stall: 1000, timeout: 1000, env: [] };

  it('says where a program or a wrapper is missing, and what to do', async () => {
    const missing = await examine(
      { runner: 'claude', command: ['no-such-claude'], args: [], ...limits },
      await where(),
    );
    expect(missing).toEqual([
      { what: 'installed', state: 'bad', text: expect.stringMatching(/no-such-claude isn't there: install/) },
    ]);
    const wrapped = await examine(
      { runner: 'command', command: ['node', 'agent.mjs'], wrapper: ['no-such-sandbox'], ...limits },
      await where(),
    );
    expect(wrapped.map(({ what, state }) => `${what} ${state}`)).toEqual([
      'wrapper bad',
      'installed ok',
      'sandbox ok',
    ]);
  });
});
