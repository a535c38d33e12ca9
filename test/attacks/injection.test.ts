import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCommandRunner } from '../../src/agents/command.ts';
import { readEventLine } from '../../src/agents/event-line.ts';
import { finalResult } from '../../src/agents/final-result.ts';
import { agentEventSchema } from '../../src/domain/agent-protocol.ts';
import { envNames } from '../../src/domain/env-names.ts';
import { branchProblem, featureIdProblem, packetIdProblem } from '../../src/domain/ids.ts';
import { boundaryProblem } from '../../src/domain/packet.ts';
import { hubProblem } from '../../src/git/remote/hub-problem.ts';
import { originProblem } from '../../src/git/remote/origin.ts';
import { openRepository } from '../../src/git/repository.ts';
import { repositoryName } from '../../src/github/repository-name.ts';
import { homePaths, pathSegment } from '../../src/homes/paths.ts';
import { parsePacketFile } from '../../src/packets/parse-packet-file.ts';
import { runCommand } from '../../src/processes/run-command.ts';
import { recordingHost, requestFor } from '../agents/helpers.ts';
import { packetText } from '../cli/packet-folder.ts';
import { BASE, problemsOf } from '../config/base-config.ts';
import { contentsOf, git, setting, temporaryFolder, write } from '../git/fixture.ts';

/** What a shell would make a file of. Each is tried wherever a text of somebody else's goes. */
const SHELL = [
  '$(touch canary)',
  '`touch canary`',
  '; touch canary',
  '| touch canary',
  '&& touch canary',
  '\ntouch canary\n',
  "'; touch canary; '",
  '"; touch canary; "',
  '> canary',
  '$IFS touch canary',
] as const;
/** What a program would take for an option. */
const OPTIONS = [
  '--upload-pack=touch canary',
  '-c',
  '--help',
  '--output=canary',
  '-oProxyCommand=touch canary',
  '--',
];
/** What leads out of a folder, or into one that is nobody's. */
const WAYS_OUT = [
  '../canary',
  '/tmp/canary',
  'a/../../canary',
  '.git/config',
  'a/.GIT/hooks/x',
  'a\\..\\..\\canary',
  'C:\\canary',
];

const refusedAs = (what: string, texts: readonly string[], problem: (text: string) => unknown) =>
  texts.map((text) => ({ what, text, problem }));

describe('refused at the edge:', () => {
  const segments = [
    ...SHELL,
    ...OPTIONS,
    ...WAYS_OUT,
    '',
    '.',
    '..',
    'a\0b',
    'a\u202eb',
    'constructor ',
    'A',
  ];
  const throws = (work: () => unknown) => {
    try {
      work();
      return undefined;
    } catch (error) {
      return error;
    }
  };
  const inRef = [
    ...SHELL,
    ...OPTIONS,
    '../x',
    'a..b',
    'a/.b',
    'x.lock',
    '@{u}',
    '@',
    'HEAD',
    'a\0b',
    'a b',
    'a:b',
    '/x',
  ];
  const paths = [...WAYS_OUT, 'a\0b', 'a\nb', '\u001b]52;c;x\u0007'];
  it.each([
    ...refusedAs('a feature', segments, featureIdProblem),
    ...refusedAs('a packet', segments, packetIdProblem),
    ...refusedAs('a part of a path', segments, (text) => throws(() => pathSegment(text))),
    ...refusedAs('a branch', inRef, branchProblem),
    ...refusedAs('a path of a packet', paths, boundaryProblem),
    ...refusedAs(
      'the name of a variable',
      [...SHELL, 'A=B', 'A B', '', '1A', 'TEMPORAL_API_KEY', 'temporal_x', 'A\0'],
      (name) => (envNames.safeParse([name]).success ? undefined : 'refused'),
    ),
    ...refusedAs('an origin', [...OPTIONS, ''], (text) => originProblem(text, 'main')),
    ...refusedAs('the base of an origin', OPTIONS, (text) => originProblem('.', text)),
    ...refusedAs('a hub', OPTIONS, hubProblem),
    ...refusedAs(
      'a repository for gh',
      [...SHELL, ...OPTIONS, 'https://x/../y', 'https://-x/a/b', 'x:-a/--b c'],
      (text) => (repositoryName(text) === undefined ? 'refused' : undefined),
    ),
  ])('$text as $what', async ({ text, problem }) => {
    expect(await problem(text)).toBeDefined();
  });
});

describe('what is a command to git is none to Baton:', () => {
  it.each([
    'ext::sh -c "touch CANARY"',
    'ssh://-oProxyCommand=touch%20CANARY/x',
    'fd::17',
    'git://-x/y',
    'file:///dev/fd/0',
  ])('%s as an origin', async (text) => {
    const folder = temporaryFolder();
    const canary = path.join(folder, 'canary');
    const origin = text.replace('CANARY', canary);
    expect(await originProblem(origin, 'main')).toBeDefined();
    const repo = openRepository({ screen: 'none', home: homePaths(path.join(folder, 'home')), origin });
    await expect(repo.then((opened) => opened.resolveBase('main'))).rejects.toThrow();
    expect(existsSync(canary)).toBe(false);
  });
});

it('names and words of agents reach git as they are, and start nothing', async () => {
  const { repo, worktree, base } = await setting({ 'a.txt': 'a\n' });
  const { id, path: at } = await worktree('one');
  const names = [
    ...SHELL,
    ...OPTIONS,
    ':(glob)**',
    ':!a',
    ':/',
    '@{u}',
    'HEAD',
    '-',
    'a\tb',
    '"q"',
    "it's",
    '*',
  ];
  const files = Object.fromEntries(
    names.filter((name) => !name.includes('/')).map((name, number) => [name, `${number}\n`]),
  );
  write(at, files);
  symlinkSync('$(touch canary)', path.join(at, 'link'));
  const message = 'Work\0\n\nBaton-Base: 0000 evil\nSigned-off-by: $(touch canary)';
  const { commit, unusable } = await repo.commitAll({ worktree: id, message });
  expect(unusable).toEqual([]);
  expect(contentsOf(repo, commit)).toMatchObject({ ...files, link: '-> $(touch canary)' });
  for (const name of Object.keys(files)) expect(await repo.readFileAt(commit, name)).toBe(files[name]);
  expect((await repo.changedFiles({ from: base, to: commit })).map((change) => change.path)).toEqual(
    expect.arrayContaining(Object.keys(files)),
  );
  expect(await repo.patch({ from: base, to: commit, files: ['--output=canary'] })).toContain(
    '--output=canary',
  );
  expect(await repo.workBase(commit, 'one')).toBe(base);
  expect(git(repo.clone, 'log', '-1', '--format=%s', commit)).toContain('$(touch canary)');
  expect([...readdirSync(at), ...readdirSync(repo.clone)]).not.toContain('canary');
  const made = await repo.makeCommit({ tree: await repo.tree(commit), parents: [commit], message: 'a\0b' });
  expect(git(repo.clone, 'log', '-1', '--format=%B', made)).toBe('a b');
});

it('arguments of a program are never a shell’s', async () => {
  const cwd = temporaryFolder();
  const command = ['printf', '%s|', ...SHELL];
  const run = await runCommand({ command, cwd, env: { PATH: process.env.PATH ?? '' }, timeoutMs: 10_000 });
  await run.disposeLog();
  expect(run.stdout).toBe(`${SHELL.join('|')}|`);
  expect(readdirSync(cwd)).toEqual([]);
});

describe('in YAML:', () => {
  it.each([
    ['a tag that makes a function', 'budget: !!js/function "function () {}"\n'],
    ['a tag of another language', 'budget: !!python/object/apply:os.system ["touch canary"]\n'],
    ['the prototype', '__proto__: { polluted: true }\n'],
    ['a constructor', 'constructor: { prototype: { polluted: true } }\n'],
    ['a key twice', 'crew: {}\n'],
    [
      'aliases that multiply',
      `x: &a [${'z,'.repeat(9)}]\ny: &b [${'*a,'.repeat(9)}]\nz: [${'*b,'.repeat(9)}]\n`,
    ],
    ['an unknown key', '$(touch canary): 1\n'],
  ])('%s is refused', (_, more) => {
    expect(problemsOf(`${BASE}${more}`)).not.toBe('');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('thousands of levels are refused, and end', () => {
    expect(problemsOf(`${BASE}x: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`)).not.toBe('');
  });
});

describe('in a packet’s file:', () => {
  it.each([
    ['an id that leads out', '../../x', {}],
    ['an id that is an option', '--help', {}],
    ['a branch that is an option', 'a', { branch: '--upload-pack=x' }],
    ['a branch of two words', 'a', { branch: 'a b' }],
    ['a scope outside', 'a', { scope: '../../etc/**' }],
    ['a scope in git’s folder', 'a', { scope: '.git/hooks/**' }],
    ['an absolute scope', 'a', { scope: '/etc/**' }],
  ])('%s is refused', (_, id, parts) => {
    expect(parsePacketFile(packetText('a', {}), 'x.md').ok).toBe(true);
    expect(parsePacketFile(packetText(id, parts), 'x.md').ok).toBe(false);
  });
});

describe('on an agent’s standard output:', () => {
  const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
  it.each([
    ['a prototype', '{"type":"progress","note":"x","__proto__":{"polluted":true}}'],
    ['a type of the prototype’s', '{"type":"__proto__","note":"x"}'],
    ['a type that is none', '{"type":"constructor"}'],
    ['a type that is an object', '{"type":{"toString":"x"}}'],
    ['two events in a line', '{"type":"progress","note":"x"}{"type":"result","result":{}}'],
    ['a session that is no text', '{"type":"session","id":["x"]}'],
    ['a checkpoint of too many words', JSON.stringify({ type: 'checkpoint', message: 'x'.repeat(501) })],
    ['figures below zero', '{"type":"usage","inputTokens":-1}'],
    ['figures that are none', '{"type":"usage","costUsd":1e999}'],
    ['an answer of Baton’s', '{"type":"answer","answer":{}}'],
    ['an entry of a transcript', '{"kind":"commit","from":"x","commit":"y"}'],
  ])('%s is a log line or refused, and nothing else', (_, text) => {
    const read = readEventLine(text);
    if (read.kind === 'event') expect(Object.keys(read.event).sort()).toEqual(['note', 'type']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(['log', 'bad-event', 'event']).toContain(read.kind);
    expect(read.kind === 'event' && read.event.type === 'result').toBe(false);
  });

  it('a result of 10,000 levels is refused in words, whoever tells it', async () => {
    const problems = expect.stringContaining('nested deeper');
    expect(finalResult(`\`\`\`json\n${deep}\n\`\`\``)).toMatchObject({ kind: 'unreadable', problems });
    expect(agentEventSchema.safeParse({ type: 'result', result: JSON.parse(deep) }).success).toBe(true);
    // A value to be blotted out is looked for in every part of it.
    const request = requestFor(
      `process.stdout.write('{"type":"result","result":${deep}}\\n'); await nextLine();`,
      {
        secretNames: ['KEY'],
      },
    );
    const env = { ...request.env, KEY: 'a-secret-value' };
    const outcome = await createCommandRunner({ resultGraceMs: 500, endGraceMs: 500 }).run(
      { ...request, env },
      recordingHost().host,
    );
    expect(outcome).toMatchObject({ kind: 'invalid', problems });
  });
});
