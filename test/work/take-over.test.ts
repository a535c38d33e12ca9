import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AgentRunInput } from '../../src/domain/activities.ts';
import { outageAt } from '../../src/git/outage.ts';
import type { Home } from '../../src/homes/home.ts';

import { runAgent } from '../../src/work/run-agent.ts';
import type { Site, Workshop } from '../../src/work/workshop.ts';
import { tinyConfig, tinyRepository } from '../support/tiny-repository.ts';
import { begunFeature } from './run-input.ts';

/** Does what the run's number says, and says that all is done. */
const AGENT = `#!/bin/sh
echo run >> "$HOME/runs"
run=$(grep -c run "$HOME/runs")
if test -e "$HOME/in-the-way"; then sh "$HOME/in-the-way" "$run"; fi
echo '{"type":"result","result":{"status":"done","summary":"done"}}'
`;

let home: Home;
let shop: Workshop;
let site: Site;
let input: AgentRunInput;
let inTheWay: (script: string) => Promise<void>;
let runs: () => Promise<number>;
const run = (number: number, execution = 'execution') =>
  runAgent(
    shop,
    site,
    { ...input, run: number },
    {
      signal: new AbortController().signal,
      execution,
      event: () => undefined,
      known: () => undefined,
    },
  );

beforeEach(async () => {
  const role = { runner: 'command' as const, command: ['sh', '../../../agent.sh'] };
  const tiny = await tinyRepository({}, { crew: { ...tinyConfig.crew, implement: role } });
  ({ home, shop, site, input } = await begunFeature(tiny, 'taken'));
  await writeFile(path.join(home.paths.dir, 'agent.sh'), AGENT);
  const agentHome = home.paths.agentHome('taken', 'one');
  await mkdir(agentHome, { recursive: true });
  inTheWay = (script) => writeFile(path.join(agentHome, 'in-the-way'), script);
  runs = async () => (await readFile(path.join(agentHome, 'runs'), 'utf8')).trim().split('\n').length;
});
afterEach(() => home.release());

it('what can’t be taken over is the agent’s to mend once, then a person’s; nothing is run twice for it', async () => {
  await inTheWay('if test "$1" -lt 3; then rm -rf "$PWD"; touch "$PWD"; else echo x > made.txt; fi');
  const first = await run(1);
  expect(first).toMatchObject({
    end: { kind: 'invalid' },
    figures: { outcome: 'done' },
    commit: input.start,
  });
  expect(first.end).toMatchObject({ problems: expect.stringMatching(/can't be committed.*Put that right/s) });
  expect(await run(1)).toEqual(first);
  expect((await run(2)).end).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining("didn't mend that"),
  });
  expect(await runs()).toBe(2);
  const third = await run(3);
  expect(third.end).toMatchObject({ kind: 'done' });
  expect(await site.repo.readFileAt(third.commit, 'made.txt')).toBe('x\n');
});

it('a run that ended keeps its outcome while its work can’t be kept, and is taken over later without another', async () => {
  const hub = site.repo.hub.url;
  const away = `${hub}.away`;
  await inTheWay(`echo x > made.txt; mv '${hub}' '${away}'; touch '${hub}'`);
  await expect(run(1)).rejects.toThrow();
  await expect(run(1)).rejects.toThrow();
  await rm(hub);
  await rename(away, hub);
  const { end, commit, figures } = await run(1);
  expect(end).toMatchObject({ kind: 'done', result: { summary: 'done' } });
  expect(figures).toMatchObject({ outcome: 'done', resumed: expect.any(Boolean) });
  expect(await site.repo.readFileAt(commit, 'made.txt')).toBe('x\n');
  expect(await runs()).toBe(1);
});

it('a checkpoint waits while the hub is away, and the agent that asked for it goes on in the same run', async () => {
  const answer = path.join(home.paths.agentHome('taken', 'one'), 'answer');
  await inTheWay(
    `echo x > made.txt; echo '{"type":"checkpoint","message":"half of it"}'; read -r task; read -r said; printf %s "$said" > '${answer}'`,
  );
  const { repo } = site;
  let tries = 0;
  site = {
    ...site,
    repo: {
      ...repo,
      commitAll: async (input) => {
        tries += 1;
        if (tries === 1) throw outageAt('the hub', new Error('it is read-only'));
        return repo.commitAll(input);
      },
    },
  };
  const { end, checkpoints } = await run(1);
  expect(end.kind).toBe('done');
  expect(checkpoints).toMatchObject([{ message: 'half of it' }]);
  expect(JSON.parse(await readFile(answer, 'utf8'))).toMatchObject({ commit: checkpoints[0]?.commit });
  expect(await runs()).toBe(1);
});

it('attributes that git takes for an error are told as what can’t be committed, or as a tree that can’t be checked out', async () => {
  await inTheWay("echo '*.txt working-tree-encoding' > .gitattributes; echo x > made.txt; echo y > made.md");
  const { end, commit } = await run(1);
  expect(end.kind).toBe('done');
  expect(await site.repo.listFilesAt(commit)).toEqual(expect.arrayContaining(['.gitattributes', 'made.md']));
  expect(await site.repo.readFileAt(commit, 'made.txt')).toBeUndefined();
});
