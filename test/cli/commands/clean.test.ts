import { existsSync } from 'node:fs';
import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { bytesText } from '../../../src/cli/render/kept.ts';
import { openHome } from '../../../src/homes/home.ts';
import { homePaths } from '../../../src/homes/paths.ts';
import { baton } from '../in-process.ts';
import { report } from '../samples.ts';

let home: string;
const agents = (feature: string) => path.join(home, 'agents', feature);

beforeAll(async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', inject('temporalAddress'));
  home = await mkdtemp(path.join(tmpdir(), 'baton-clean-'));
  // Neither is known to the server; of one the home has the report.
  for (const feature of ['told-its-end', 'nobody-knows']) {
    await mkdir(path.join(agents(feature), 'api'), { recursive: true });
    await writeFile(path.join(agents(feature), 'api', 'cache'), 'x'.repeat(100_000));
  }
  await mkdir(path.join(home, 'reports'));
  await writeFile(
    path.join(home, 'reports', 'told-its-end.json'),
    JSON.stringify({ ...report, feature: 'told-its-end' }),
  );
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

const clean = (...args: string[]) => baton('clean', '--home', home, ...args);

describe('baton clean', () => {
  it('shows what is kept, how large it is and what may go, and removes nothing', async () => {
    const { stdout, stderr, exitCode } = await clean();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/told-its-end +\d+ KiB +may go +no trees/);
    expect(stdout).toMatch(/nobody-knows +\d+ KiB +stays: the server doesn't know it/);
    expect(stdout).toMatch(/work: hubs +0 B +stays/);
    expect(stderr).toContain('Nothing was removed: baton clean --yes');
    expect(JSON.parse((await clean('--json')).stdout).mayGo.features).toEqual(['told-its-end']);
    expect(existsSync(agents('told-its-end'))).toBe(true);
  });

  it('lists without a server what a report says has ended, and refuses --yes', async () => {
    vi.stubEnv('TEMPORAL_ADDRESS', undefined);
    try {
      const { stdout, stderr, exitCode } = await clean();
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/told-its-end +\d+ KiB +may go +no trees/);
      expect(stdout).toMatch(/nobody-knows +\d+ KiB +not known: no server, no report/);
      expect(stderr).toContain('No Temporal server: TEMPORAL_ADDRESS is not set');
      expect(stderr).toContain('1 ended feature may go, once a server says that none runs again');
      const said = JSON.parse((await clean('--json')).stdout);
      expect(said).toMatchObject({
        mayGo: { features: ['told-its-end'] },
        noServer: expect.stringMatching(/^No Temporal server/),
      });
      expect(await clean('--yes')).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('No Temporal server'),
      });
    } finally {
      vi.stubEnv('TEMPORAL_ADDRESS', inject('temporalAddress'));
    }
    expect(JSON.parse((await clean('--json')).stdout)).not.toHaveProperty('noServer');
    expect(existsSync(agents('told-its-end'))).toBe(true);
  });

  it('counts once what hub and clone share', async () => {
    const { hubs, repos } = homePaths(home);
    for (const folder of [hubs, repos]) await mkdir(folder, { recursive: true });
    await writeFile(path.join(hubs, 'pack'), Buffer.alloc(3 * 1024 * 1024, 1));
    await link(path.join(hubs, 'pack'), path.join(repos, 'pack'));
    const { stdout } = await clean();
    expect(stdout).toMatch(/work: hubs +3(?:\.0)? MiB/);
    expect(stdout).toMatch(/clones, beside what hubs have +\d(?:\.\d)? (?:B|KiB)/);
    for (const folder of [hubs, repos]) await rm(folder, { recursive: true });
  });

  it('refuses a home that a worker has, which clears up by itself', async () => {
    const held = await openHome(home);
    expect(await clean('--yes')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('is held by'),
    });
    await held.release();
    expect(existsSync(agents('told-its-end'))).toBe(true);
  });

  it('removes what ended features left, and nothing of one whose end nobody tells', async () => {
    expect(await clean('--yes')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^Removed \d+ KiB of 1 feature\.$/),
    });
    expect(existsSync(agents('told-its-end'))).toBe(false);
    expect(existsSync(agents('nobody-knows'))).toBe(true);
    expect((await clean('--yes')).stderr).toBe('Nothing may go.');
  });

  it.each([
    [0, '0 B'],
    [102_400, '100 KiB'],
    [3_500_000, '3.3 MiB'],
    [5 * 1024 ** 4, '5.0 TiB'],
  ])('says %i bytes as %s', (bytes, words) => {
    expect(bytesText(bytes)).toBe(words);
  });
});
