import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentRunInput } from '../../src/domain/activities.ts';
import type { ConfigDraft } from '../../src/domain/config.ts';
import type { Home } from '../../src/homes/home.ts';
import { readNote } from '../../src/homes/notes.ts';
import { runAgent } from '../../src/work/run-agent.ts';
import type { Site, Workshop } from '../../src/work/workshop.ts';
import { doneResult } from '../agents/helpers.ts';
import { tinyConfig, tinyRepository } from '../support/tiny-repository.ts';
import { begunFeature } from './run-input.ts';

const line = (said: unknown) => `echo '${JSON.stringify(said)}'`;
const done = { type: 'result', subtype: 'success', structured_output: { result: doneResult }, usage: {} };

/** Stands in for Claude Code: killed before its first word, then without its session, then done. */
const CLI = `#!/bin/sh
for word; do
  case "$before" in --session-id | --resume) echo "$before $word" >> "$HOME/asked" ;; esac
  before=$word
done
case $(wc -l < "$HOME/asked") in
  1) kill -9 $$ ;;
  2) ${line({ type: 'result', subtype: 'error', is_error: true, errors: ['No conversation found with session ID'] })}; exit 1 ;;
  *) cat > "$HOME/prompt"; ${line(done)} ;;
esac
`;

describe('an agent whose CLI takes the id of its session', () => {
  let home: Home;
  let shop: Workshop;
  let site: Site;
  let input: AgentRunInput;
  const known: { pid?: number; sessionId?: string }[] = [];
  const run = (more: Partial<AgentRunInput>) =>
    runAgent(
      shop,
      site,
      { ...input, ...more },
      {
        signal: new AbortController().signal,
        execution: 'execution',
        event: () => undefined,
        known: (facts) => known.push(facts),
      },
    );
  const inHome = (name: string) => readFile(path.join(home.paths.agentHome('given', 'one'), name), 'utf8');

  beforeAll(async () => {
    const role = { runner: 'claude', command: ['sh', 'cli.sh'] };
    const crew = { ...tinyConfig.crew, implement: role } as ConfigDraft['crew'];
    const tiny = await tinyRepository({}, { crew }, { 'cli.sh': CLI });
    ({ home, shop, site, input } = await begunFeature(tiny, 'given'));
  });
  afterAll(() => home.release());

  it('is known by it before its first word; if that came to nothing, a new one hears all of it', async () => {
    const told = [{ kind: 'check' as const, text: 'lint is red', files: [] }];
    const first = await run({ feedback: told });
    expect(first).not.toHaveProperty('heard');
    const id = first.sessionId as string;
    expect(id).toMatch(/^[\da-f]{8}-/);
    expect(known).toEqual([{ sessionId: id }, { pid: expect.any(Number) }]);
    expect(await readNote(home.paths, { feature: 'given', packet: 'one' })).toMatchObject({ sessionId: id });

    const resume = { sessionId: id, answer: 'the blue one' };
    const second = await run({ run: 2, resume, earlier: told });
    expect(second).toMatchObject({ heard: true, end: { kind: 'done' } });
    expect(second.sessionId).not.toBe(id);
    expect((await inHome('asked')).trim().split('\n')).toEqual([
      `--session-id ${id}`,
      `--resume ${id}`,
      `--session-id ${second.sessionId}`,
    ]);
    const prompt = await inHome('prompt');
    expect(prompt).toContain('lint is red');
    expect(prompt).toContain('the blue one');
  });
});
