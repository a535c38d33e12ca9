import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { deepHome, deepHomeProblem, homePaths, roomForSockets } from '../../src/homes/paths.ts';

const folder = (): string => {
  const made = mkdtempSync(path.join(tmpdir(), 'home-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
};

it('paths of trees are as long as each other, however long the names are, and no two are the same', () => {
  const paths = homePaths('/home/somebody/.baton');
  const long = 'a'.repeat(48);
  const trees = [
    paths.worktree('prefs', 'api'),
    paths.worktree('prefs', 'api--proof'),
    paths.worktree('prefs', 'integration'),
    paths.worktree(long, `${long}--proof`),
    paths.worktree('prefs-api', 'api'),
  ];
  expect(new Set(trees).size).toBe(trees.length);
  expect(new Set(trees.map((each) => each.length))).toEqual(new Set(['/home/somebody/.baton'.length + 20]));
  for (const each of trees.slice(0, 3)) expect(path.dirname(each)).toBe(paths.treesOf('prefs'));
  expect(`${trees[0]}/node_modules/.cache/tool/server.sock`.length).toBeLessThan(107);
});

it('many trees of one feature keep apart', () => {
  const paths = homePaths('/home');
  const all = Array.from({ length: 5000 }, (_, n) => paths.worktree('prefs', `packet-${n}`));
  expect(new Set(all).size).toBe(all.length);
});

it('a tree of before stays where it is', () => {
  const dir = folder();
  const before = path.join(dir, 'worktrees', 'prefs', 'api');
  mkdirSync(before, { recursive: true });
  expect(homePaths(dir).worktree('prefs', 'api')).toBe(before);
  expect(homePaths(dir).worktree('prefs', 'web')).toMatch(/\/t\/[0-9a-v]{8}\/[0-9a-v]{8}$/);
  rmSync(before, { recursive: true });
  expect(homePaths(dir).worktree('prefs', 'api')).toMatch(/\/t\/[0-9a-v]{8}\/[0-9a-v]{8}$/);
});

it('a home that lies too deep for sockets is named, with what to do', () => {
  const usual = '/home/somebody/.baton';
  expect(roomForSockets(usual)).toBe(107 - usual.length - 21);
  expect(deepHomeProblem(usual)).toBeUndefined();
  const deep = `/${'d'.repeat(60)}`;
  expect(deepHomeProblem(deep)).toMatch(
    /^the home \/d+ lies so deep that sockets in its trees can have 25 bytes below the tree: name a shorter folder by BATON_HOME/,
  );
  expect(deepHomeProblem(`/${'d'.repeat(90)}`)).toContain('no socket can be made in its trees');
  const odd = `/a: b/${'d'.repeat(90)}`;
  expect(deepHome(odd)).toMatchObject({
    what: `the home ${odd} lies so deep that no socket can be made in its trees`,
    todo: expect.stringMatching(/^name a shorter folder/),
  });
});
