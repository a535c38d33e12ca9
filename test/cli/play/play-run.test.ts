import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { playRun } from '../../../src/cli/play/play-run.ts';
import type { AgentTask } from '../../../src/domain/agent-protocol.ts';
import {
  newHead,
  patchName,
  type RecordedRun,
  type RecordedStep,
  recordingName,
  recordingText,
} from '../../../src/domain/recording.ts';
import { openRepository } from '../../../src/git/repository.ts';
import { editedFiles, writePatch } from '../../../src/git/worktree/edits.ts';
import { homePaths } from '../../../src/homes/paths.ts';

let root: string;
const at = (...parts: string[]) => path.join(root, ...parts);
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...args], {
    cwd: at('tree'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
const put = (name: string, content: string | Buffer) => {
  mkdirSync(path.dirname(at('tree', name)), { recursive: true });
  writeFileSync(at('tree', name), content);
};
const text = (name: string) => readFileSync(at('tree', name), 'utf8');
const commit = () => {
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '-m', 'x');
  return git('rev-parse', 'HEAD');
};

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'baton-play-'));
  mkdirSync(at('tree'));
  mkdirSync(at('tape'));
  git('init', '--quiet', '-b', 'main');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Edits as Baton keeps them: what `change` makes of the tree. */
async function edits(number: number, change: () => void, run = 1): Promise<RecordedStep> {
  const repo = await openRepository({ screen: 'none', home: homePaths(at('home')), origin: at('tree') });
  const from = commit();
  change();
  const to = commit();
  await repo.resolveBase('main');
  const patch = patchName('one', run, number);
  await writePatch(repo, { from, to }, at('tape', patch));
  const files = await editedFiles(repo, { from, to });
  return { kind: 'edits', at: number * 1000, commit: to, message: `edit ${number}`, files, patch };
}

const event = (type: string, more: object = {}, after = 0): RecordedStep => ({
  kind: 'event',
  at: after,
  event: { type, ...more },
});
const checkpoint = (message: string) => event('checkpoint', { message, run: ['test'] });
const answered = (passed: boolean) => ({
  type: 'checkpoint',
  commit: 'c',
  checks: [{ name: 'test', passed }],
});
const answer = (passed: boolean): RecordedStep => ({ kind: 'answer', at: 0, answer: answered(passed) });
const done = event('result', { result: { status: 'done', summary: 'x' } });

function record(steps: readonly RecordedStep[], more: Partial<RecordedRun> = {}) {
  const head = newHead({
    feature: 'prefs',
    packet: 'one',
    run: 1,
    role: 'tdd-typescript',
    runner: 'claude',
    startedAt: '2026-03-01T10:00:00.000Z',
    outcome: 'done',
    ...more,
  });
  writeFileSync(at('tape', recordingName(head.packet, head.run)), recordingText({ head, steps }));
}

/** What was said and logged, the tree at each checkpoint, the exit code, and the recorded pauses. */
async function play(attempt = 1, { packet = 'one', passed = true, answers = 99 } = {}) {
  const said: Record<string, unknown>[] = [];
  const logged: string[] = [];
  const pauses: number[] = [];
  const trees: string[][] = [];
  const task = { feature: { id: 'prefs' }, packet: packet === 'design' ? null : { id: packet }, attempt };
  let left = answers;
  const exitCode = await playRun(task as AgentTask, {
    folder: at('tape'),
    worktree: at('tree'),
    answer: async () => {
      trees.push(git('ls-files', '--cached', '--others').split('\n').sort());
      return left-- > 0 ? answered(passed) : undefined;
    },
    say: (one) => void said.push(one as Record<string, unknown>),
    log: (line) => void logged.push(line),
    pause: (ms) => {
      pauses.push(ms);
      return 0;
    },
  });
  return { said, types: said.map(({ type }) => type), logged, pauses, trees, exitCode };
}

const reasonOf = (said: readonly Record<string, unknown>[]) => {
  const result = said.at(-1)?.result as { status: string; reason: string } | undefined;
  expect(result?.status).toBe('failed');
  return result?.reason;
};

describe('playing a recorded run', () => {
  it('makes its edits before the events that tell of them, whatever the files hold, and touches no index', async () => {
    const binary = Buffer.from([0, 255, 1, 10, 13]);
    put('old.txt', 'old\n');
    put('latin.txt', Buffer.from('caf\xe9\n', 'latin1'));
    put('space name.bin', Buffer.from([0, 1]));
    const start = commit();
    const first = await edits(1, () => {
      put('new/bin', binary);
      put('space name.bin', binary);
      rmSync(at('tree', 'old.txt'));
    });
    const second = await edits(2, () => {
      put('latin.txt', Buffer.from('caf\xe9\nth\xe9\n', 'latin1'));
      symlinkSync('latin.txt', at('tree', 'link'));
      writeFileSync(at('tree', 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
    });
    const end = git('rev-parse', 'HEAD^{tree}');
    record([
      event('session', { id: 's' }),
      event('progress', { note: 'x' }, 900),
      first,
      checkpoint('RED'),
      answer(false),
      event('usage', { costUsd: 9 }),
      second,
      done,
    ]);
    git('checkout', '--quiet', start);
    const index = readFileSync(at('tree', '.git', 'index'));
    const { types, trees, exitCode, logged, pauses, said } = await play();
    expect(types).toEqual(['session', 'progress', 'checkpoint', 'result']);
    expect(said.at(-1)).toEqual({ type: 'result', result: { status: 'done', summary: 'x' } });
    expect(exitCode).toBe(0);
    expect(pauses[1]).toBe(900);
    expect(trees).toEqual([expect.arrayContaining(['new/bin'])]);
    expect(trees[0]).not.toContain('run.sh');
    expect(existsSync(at('tree', 'old.txt'))).toBe(false);
    expect(logged).toEqual(['The check test passes here. When this was recorded: fails.']);
    expect(readFileSync(at('tree', '.git', 'index')).equals(index)).toBe(true);
    git('add', '--all');
    expect(git('write-tree')).toBe(end);
  });

  it('goes on behind the edits that are there when it is started again, its session told first', async () => {
    put('a', 'a\n');
    const first = await edits(1, () => put('test', 't\n'));
    const second = await edits(2, () => put('a', 'b\n'));
    record([event('session', { id: 's' }), first, checkpoint('RED'), second, checkpoint('GREEN'), done]);
    git('checkout', '--quiet', 'HEAD~1');
    const again = await play();
    expect(again.said.map(({ type, message }) => message ?? type)).toEqual([
      'session',
      'RED',
      'GREEN',
      'result',
    ]);
    expect(again.logged[0]).toContain('"edit 1"');
    expect(text('a')).toBe('b\n');
    const more = await play(2);
    expect(more.said.map(({ type, message }) => message ?? type)).toEqual(['session', 'GREEN', 'result']);
  });

  it('fails with the files and what to do where its edits do not fit, and leaves them as they are', async () => {
    put('a', 'a\n');
    put('b', 'b\n');
    const start = commit();
    const step = await edits(1, () => {
      put('a', 'recorded\n');
      put('b', 'recorded\n');
    });
    record([step, done]);
    git('checkout', '--quiet', start);
    put('b', 'something else\n');
    const { said, exitCode } = await play();
    expect(exitCode).toBe(0);
    expect(reasonOf(said)).toMatch(
      /^the edits of "edit 1" don't fit this tree: b\. Play them on the base commit .*git apply says: error: patch failed: b:1/s,
    );
    expect(text('a')).toBe('a\n');
  });

  it('settles a conflict as it was settled, whatever commits the markers name', async () => {
    const conflict = (label: string) =>
      `<<<<<<< HEAD\none\n||||||| ${label}0\nbase\n=======\ntwo\n>>>>>>> ${label}1\n`;
    put('a', conflict('abc'));
    const step = await edits(1, () => put('a', 'one\ntwo\n'));
    record([step, done]);
    put('a', conflict('def'));
    expect((await play()).types).toEqual(['result']);
    expect(text('a')).toBe('one\ntwo\n');
  });

  it('ends as the recorded run ended', async () => {
    const progress = event('progress', { note: 'x' });
    record([progress], { outcome: 'crashed', exitCode: 3 });
    expect(await play()).toMatchObject({ types: ['progress'], exitCode: 3 });
    record([progress], { outcome: 'no-result' });
    expect(await play()).toMatchObject({ types: ['progress'], exitCode: 0 });
    record([progress], { outcome: 'invalid' });
    expect((await play()).said.at(-1)).toEqual({ type: 'result', result: null });
    record([progress], { outcome: 'stalled' });
    expect(reasonOf((await play()).said)).toContain(
      'it ended "stalled". Choose "retry" to play the next run',
    );
  });

  it('goes on into the next run where one was cut short, without a result of the first', async () => {
    record([event('session', { id: 's' }), done], { outcome: 'cancelled' });
    record([event('progress', { note: 'x' }), done], { run: 2 });
    expect((await play()).types).toEqual(['session', 'progress', 'result']);
  });

  it('ends without a word when nobody answers its checkpoint any more', async () => {
    record([checkpoint('RED'), done]);
    expect(await play(1, { answers: 0 })).toMatchObject({ types: ['checkpoint'], exitCode: 0 });
  });

  it('says what is missing: a recording, a run, a patch, a whole file', async () => {
    expect(reasonOf((await play()).said)).toContain('has no recording of "one"; it has none at all');
    record([done], { outcome: 'blocked' });
    expect(reasonOf((await play(1, { packet: 'design' })).said)).toContain('"design"; it has one');
    expect(reasonOf((await play(2)).said)).toMatch(
      /there are recordings for 1, and the last ended "blocked".*baton logs prefs one/,
    );
    const files = [{ path: 'a', status: 'added' as const, before: null, after: 'x' }];
    const lost = { kind: 'edits' as const, at: 0, commit: 'c', message: 'work', files };
    record([{ ...lost, patch: null, reason: 'it holds the value of TOKEN' }, done]);
    expect(reasonOf((await play()).said)).toContain(
      'the edits of "work" are not in the recording: it holds the value of TOKEN',
    );
    record([{ ...lost, patch: 'one.1.1.patch' }, done]);
    expect(reasonOf((await play()).said)).toContain("one.1.1.patch can't be read (ENOENT)");
    writeFileSync(at('tape', 'one.1.jsonl'), 'no recording\n');
    expect(reasonOf((await play()).said)).toMatch(/one\.1\.jsonl is no recording: line 1: /);
  });
});
