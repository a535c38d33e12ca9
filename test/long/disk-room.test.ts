import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LocalArtifactStore } from '../../src/artifacts/local-artifact-store.ts';
import { openHome } from '../../src/homes/home.ts';
import { agentTree } from '../../src/work/agent-tree.ts';
import { openIntegration } from '../../src/work/feature-files.ts';
import { Workshop } from '../../src/work/workshop.ts';
import { runSync } from '../support/sync-programs.ts';
import { tinyRepository } from '../support/tiny-repository.ts';

const mount = (...args: string[]): boolean => {
  try {
    runSync('mount', args);
    return true;
  } catch {
    return false;
  }
};

it('a tree is not begun on a disk without room, and is made once there is some', async ({ skip }) => {
  const dir = mkdtempSync(path.join(tmpdir(), 'baton-full-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  if (!mount('-t', 'tmpfs', '-o', 'size=64m', 'baton-full', dir)) skip('root and mount are needed');
  onTestFinished(() => void runSync('umount', ['--lazy', dir]));
  const home = await openHome(dir);
  onTestFinished(() => home.release());
  const shop = new Workshop(home, new LocalArtifactStore(home.paths.artifacts, home.id), undefined, 2, 'off');
  const tiny = await tinyRepository({});
  const baseCommit = await tiny.git('rev-parse', 'main');
  const site = await shop.open({ feature: 'full', repo: tiny.repo, base: 'main', baseCommit });
  const make = async () => {
    await openIntegration(site, 'execution');
    return agentTree(site, { name: 'one', epoch: 1, start: baseCommit });
  };
  const error = await make().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ type: 'Outage', where: `the disk of the home ${dir}` });
  expect(String(error)).toMatch(/has no room for a tree of (?:one|integration): \d+ MiB are free/);
  expect(mount('-o', 'remount,size=512m', dir)).toBe(true);
  expect((await make()).path).toContain(dir);
});
