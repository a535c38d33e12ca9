import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { placeOnPath } from '../../src/processes/on-path.ts';
import { sandboxProblem } from '../../src/sandbox/probe.ts';
import { packetOf, Workplace } from '../work/judged/workplace.ts';
import { type Files, writeFiles } from '../work/stacks/open-feature.ts';
import { LOCK_CASES, type LockCase } from './lock-cases.ts';
import { lockTools } from './lock-tools.ts';

const problem = await sandboxProblem();
let tools: Awaited<ReturnType<typeof lockTools>>;
const ownPath = process.env.PATH ?? '';
beforeAll(async () => {
  tools = await lockTools();
});

/** What the tool itself makes of a manifest, beginning with a lock file or none. */
async function lockedBy({ lock, lockCommand }: LockCase, files: Files): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bl-'));
  await writeFiles(folder, files);
  await execa(lockCommand, { cwd: folder, shell: true });
  return readFile(path.join(folder, lock), 'utf8');
}

describe.skipIf(problem !== undefined).each(LOCK_CASES.map((each) => [each.name, each] as const))(
  '%s',
  (_, each) => {
    it('makes the lock file anew if two packets add a dependency each, in the sandbox, and no agent is asked', async ({
      skip,
    }) => {
      // Yarn first, in one of its majors: where it fetches from is asked once in a process.
      vi.stubEnv('PATH', [tools.yarn[each.yarn ?? 'classic'], ...tools.paths, ownPath].join(':'));
      if ((await placeOnPath(each.tool)) === undefined) skip(`${each.tool} is not on this machine`);
      const files = { ...each.files, ...each.manifest([]) };
      const base = { ...files, [each.lock]: await lockedBy(each, files) };
      const here = await Workplace.begun({
        sandbox: 'on',
        files: { ...base, '.gitignore': 'node_modules/\nreport.xml\ntarget/\n.yarn/\n.pnp.*\nvendor/\n' },
        config: { checks: { test: { run: each.looks, network: ['registries'] } } },
      });
      for (const name of ['first', 'last'] as const) {
        const manifest = each.manifest([name]);
        await here.write(name, { ...manifest, [each.lock]: await lockedBy(each, { ...base, ...manifest }) });
      }
      await here.merge(packetOf('first'));
      const second = await here.verify(packetOf('last'));
      expect(second.checks).toMatchObject([{ name: 'test', passed: true }]);
      const prepared = await here.prepare(packetOf('last'), { commit: second.commit });
      expect(prepared).toMatchObject({ kind: 'ready' });
      await here.merge(packetOf('last'));
      const lock = here.git('show', `${await here.head()}:${each.lock}`);
      for (const locked of each.locked) expect(lock).toMatch(locked);
      // Nothing else was made newer on the way.
      for (const kept of each.kept(base[each.lock] ?? '')) expect(lock).toContain(kept);
    });
  },
);
