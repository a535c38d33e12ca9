import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { FeatureReport } from '../../src/domain/report.ts';
import { baton } from '../cli/in-process.ts';
import { MARK, POISONS, poisoned, rawIn } from './poison.ts';
import { fullReport } from './samples.ts';

let home: string;
beforeAll(async () => {
  // Whoever runs the tests may have a server, or want colours.
  for (const name of ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE']) vi.stubEnv(name, undefined);
  vi.stubEnv('NO_COLOR', '1');
  home = await mkdtemp(path.join(tmpdir(), 'baton-text-'));
  await mkdir(path.join(home, 'reports'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

it.each(POISONS)('baton report prints %s as text, and its JSON holds what was there', async (_, text) => {
  const report = poisoned(fullReport as FeatureReport, text);
  await writeFile(path.join(home, 'reports', 'prefs.json'), JSON.stringify(report));
  const shown = await baton('report', 'prefs', '--home', home);
  expect(shown.stdout).toContain(MARK);
  expect([...rawIn(shown.stdout), ...rawIn(shown.stderr)]).toEqual([]);
  const json = await baton('report', 'prefs', '--home', home, '--json');
  expect(rawIn(json.stdout)).toEqual([]);
  expect(JSON.parse(json.stdout)).toEqual(report);
});
