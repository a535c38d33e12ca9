import { access, cp, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npmCi } from '../support/npm-ci.ts';

const EXAMPLE = path.resolve(import.meta.dirname, '../../examples/user-preferences');
const NOT_COPIED = ['node_modules', 'dist', 'coverage'];
const REQUEST =
  'Add user preferences feature: users can save theme (light/dark), language (en/es/fr), and notification settings (email, push).';
const PAGE = 'src/pages/user-preferences.ts';
/** Node and nothing else, so no browser either. */
const WITHOUT_BROWSER = { PATH: '/nowhere' };

interface Audit {
  readonly violations?: number;
  readonly engine: string;
  readonly details: readonly { readonly rule: string; readonly element: string }[];
  readonly not_seen: readonly string[];
  readonly problem?: string;
}

let folder: string;
let repo: string;
let packets: readonly { readonly id: string }[];
let session: string;

/** One run of the scripted crew in the copy; Baton's side of it does nothing. */
async function crew(role: string, id: string | undefined, more: object = {}) {
  const packet = packets?.find((one) => one.id === id) ?? null;
  const task = {
    role,
    packet,
    feature: { request: REQUEST },
    given: [],
    feedback: [],
    resume: null,
    checks: [],
  };
  const measured = { type: 'checkpoint', commit: 'c', checks: [] };
  const input = [{ ...task, ...more }, measured, measured, measured]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
  const { stdout } = await execa(process.execPath, ['crew/agent.mjs'], {
    cwd: repo,
    input,
    env: { HOME: folder },
  });
  const events = stdout.split('\n').map((line) => JSON.parse(line));
  session = events[0].id;
  return events.at(-1).result;
}

/** The gate's command: its report and its exit code. */
async function audit(env: Record<string, string> = {}) {
  const { stdout, stderr, exitCode } = await execa(process.execPath, ['bench/accessibility.mjs'], {
    cwd: repo,
    env,
    reject: false,
  });
  return { report: JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Audit, said: stderr, exitCode };
}

const isThere = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
const folders = (process.env.PATH ?? '').split(path.delimiter);
const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].flatMap((name) =>
  folders.map((each) => path.join(each, name)),
);
const hasBrowser = (await Promise.all(browsers.map(isThere))).includes(true);

beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'baton-page-')));
  repo = path.join(folder, 'repo');
  await cp(EXAMPLE, repo, { recursive: true, filter: (file) => !NOT_COPIED.includes(path.basename(file)) });
  await npmCi(repo);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the accessibility gate of user-preferences', () => {
  it('has no figure as long as there is no page, so it is not met', async () => {
    const none = await audit(WITHOUT_BROWSER);
    expect(none).toMatchObject({ exitCode: 1, report: { problem: 'docs/openapi describes no page' } });
    expect(none.report.violations).toBeUndefined();
    ({ packets } = await crew('backend-architect', undefined));
    const described = await audit(WITHOUT_BROWSER);
    expect(described.report).toEqual({ problem: 'GET /settings/preferences answers 404' });
  });

  it('counts the choices without a label of the first page, and none once the crew heard of it', async () => {
    await crew('tdd-typescript', 'page');
    const first = await audit(WITHOUT_BROWSER);
    expect(first.exitCode).toBe(1);
    expect(first.report).toMatchObject({ violations: 2, engine: expect.stringMatching(/^jsdom /) });
    expect(first.report.details.map(({ rule, element }) => [rule, element])).toEqual([
      ['select-name', '#theme'],
      ['select-name', '#language'],
    ]);
    const feedback = [{ kind: 'criteria', text: 'not met', files: [] }];
    await crew('tdd-typescript', 'page', { feedback, resume: { sessionId: session, answer: null } });
    expect(await audit(WITHOUT_BROWSER)).toMatchObject({
      exitCode: 0,
      report: { violations: 0, details: [] },
    });
  });

  it('says what jsdom does not see', async () => {
    const { report, said } = await audit(WITHOUT_BROWSER);
    expect(report.not_seen).toEqual(expect.arrayContaining(['color-contrast', 'target-size']));
    expect(said).toContain('Without Chromium (this machine has none) nobody looked at: color-contrast');
  });

  it('goes on in jsdom, and says why, if Chromium does not start', async () => {
    const bin = path.join(folder, 'bin');
    await execa('mkdir', ['-p', bin]);
    await writeFile(path.join(bin, 'chromium'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
    const { report, said, exitCode } = await audit({ PATH: `${bin}:/bin` });
    expect([exitCode, report.engine]).toEqual([0, expect.stringMatching(/^jsdom /)]);
    expect(said).toContain('Without Chromium (Chromium ended (3))');
  });

  it.skipIf(!hasBrowser)('sees pale text in Chromium', async () => {
    const text = await readFile(path.join(repo, PAGE), 'utf8');
    expect(await audit()).toMatchObject({ exitCode: 0, report: { violations: 0, not_seen: [] } });
    await writeFile(path.join(repo, PAGE), text.replace('body {', 'body { color: #ccc;'));
    const pale = await audit();
    expect(pale.exitCode).toBe(1);
    expect(new Set(pale.report.details.map(({ rule }) => rule))).toEqual(new Set(['color-contrast']));
    expect((await audit(WITHOUT_BROWSER)).report.violations).toBe(0);
    await writeFile(path.join(repo, PAGE), text);
  });
});
