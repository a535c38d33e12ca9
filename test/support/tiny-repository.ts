import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { AgentTask } from '../../src/domain/agent-protocol.ts';
import type { ConfigDraft } from '../../src/domain/config.ts';
import type { PacketDraft } from '../../src/domain/packet.ts';
import { jsonLines } from './json-lines.ts';
import { runGit } from './run-git.ts';
import { until } from './until.ts';

/** What the scripted agent does in one step; see scripted-agent.mjs. */
export interface Step {
  readonly write?: Readonly<Record<string, string>>;
  readonly append?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
  readonly progress?: { readonly percent?: number; readonly note: string };
  readonly usage?: Readonly<Record<string, number>>;
  readonly hold?: string;
  readonly checkpoint?: { readonly message: string; readonly run?: readonly string[] };
  /** A shell line. */
  readonly exec?: string;
  /** Prints for ever, and no event. */
  readonly flood?: boolean;
  readonly exit?: number;
  readonly silent?: boolean;
  readonly result?: unknown;
}
export type Script = Readonly<Record<string, readonly (readonly Step[])[]>>;

/**
 * Runs every `tests/*.sh` and writes a JUnit report: a repository's checks in plain shell, with no package.json.
 * A test file is named after what it proves.
 */
export const TINY_CHECK = `#!/bin/sh
status=0
cases=''
for file in tests/*.sh; do
  [ -e "$file" ] || continue
  name=$(basename "$file" .sh)
  if sh "$file" >/dev/null 2>&1; then cases="$cases<testcase classname=\\"tests\\" name=\\"$name\\"/>"
  else cases="$cases<testcase classname=\\"tests\\" name=\\"$name\\"><failure>red</failure></testcase>"; status=1; fi
done
printf '<testsuites><testsuite name="tests">%s</testsuite></testsuites>' "$cases" > report.xml
exit $status
`;

const role = { runner: 'command' as const, command: ['node', 'agents/agent.mjs'], env: ['BATON_TEST_TASKS'] };

/** The least configuration of a repository on which the scripted agent works. */
export const tinyConfig = {
  checks: {
    test: { run: 'sh check.sh', report: 'report.xml', files: 'tests/*.sh' },
    lint: '! grep -rn FORBIDDEN src',
  },
  crew: { design: role, implement: role, test: role, deploy: role },
  protected: ['baton.yaml', 'agents/**', 'check.sh'],
} satisfies ConfigDraft;

export interface TinyRepository {
  readonly dir: string;
  /** The repository; its `main` is checked out. */
  readonly repo: string;
  /** Prefix of a path outside of the repository at which an agent holds; see {@link Step.hold}. */
  hold(name: string): string;
  git(...args: string[]): Promise<string>;
  /** The tasks that the agents of a packet (or `design`) got, oldest first. */
  tasks(name: string): Promise<AgentTask[]>;
  /** What an agent was told in each of its runs, oldest first. */
  told(name: string): Promise<AgentTask['feedback'][]>;
  /** Writes a file outside of the repository. */
  put(name: string, text: string): Promise<void>;
  /** Waits until an agent holds at `{dir}/<name>`; answers its process id. */
  reached(name: string): Promise<number>;
  /** Commits files to the branch that is checked out. */
  commit(files: Readonly<Record<string, string>>): Promise<void>;
  /** Forgets who holds at `{dir}/<name>`, so that the next one can be waited for. */
  forget(name: string): Promise<void>;
  /** Lets an agent go on that holds at `{dir}/<name>`. */
  release(name: string): Promise<void>;
  /** Text of a file outside of the repository; undefined where it isn't there. */
  read(name: string): Promise<string | undefined>;
}

/** A fresh repository with shell checks and an agent that follows `script`. */
export async function tinyRepository(
  script: Script,
  config: Partial<ConfigDraft> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<TinyRepository> {
  const dir = await mkdtemp(path.join(tmpdir(), 'baton-tiny-'));
  const repo = path.join(dir, 'repo');
  const write = async (name: string, content: string) => {
    await mkdir(path.dirname(path.join(repo, name)), { recursive: true });
    await writeFile(path.join(repo, name), content.replaceAll('{dir}', dir));
  };
  await write('check.sh', TINY_CHECK);
  await write('.gitignore', 'report.xml\n');
  await write('src/base.txt', 'base\n');
  await write('tests/base-is-there.sh', 'grep -q base src/base.txt\n');
  await write('baton.yaml', stringify({ ...tinyConfig, ...config }));
  await write('agents/script.json', JSON.stringify({ ...script, log: path.join(dir, 'tasks.jsonl') }));
  await cp(
    fileURLToPath(new URL('scripted-agent.mjs', import.meta.url)),
    path.join(repo, 'agents/agent.mjs'),
  );
  for (const [name, content] of Object.entries(files)) await write(name, content);
  const git = (...args: string[]) => runGit(repo, ...args);
  const commit = async (more: Readonly<Record<string, string>>) => {
    for (const [name, content] of Object.entries(more)) await write(name, content);
    await git('add', '-A');
    await git('-c', 'user.name=Test', '-c', 'user.email=test@localhost', 'commit', '-qm', 'A commit');
  };
  await git('init', '-q', '-b', 'main');
  await commit({});
  const read = (name: string) => readFile(path.join(dir, name), 'utf8').catch(() => undefined);
  const reached = async (name: string) =>
    Number(await until(`an agent at ${name}`, async () => (await read(`${name}.reached`)) || undefined));
  const put = (name: string, text: string) => writeFile(path.join(dir, name), text);
  const release = (name: string) => put(`${name}.release`, '');
  const forget = (name: string) => rm(path.join(dir, `${name}.reached`), { force: true });
  const tasks = async (name: string) =>
    jsonLines<AgentTask>((await read('tasks.jsonl')) ?? '').filter(
      ({ packet }) => (packet?.id ?? 'design') === name,
    );
  const told = async (name: string) => (await tasks(name)).map(({ feedback }) => feedback);
  return {
    dir,
    repo,
    told,
    hold: (name) => path.join(dir, name),
    git,
    tasks,
    read,
    release,
    reached,
    forget,
    commit,
    put,
  };
}

export const done = (summary: string, more: object = {}): Step => ({
  result: { status: 'done', summary, ...more },
});

/** A packet that adds `src/<id>.txt` and a test for it. */
export const tinyPacket = (id: string, more: Partial<PacketDraft> = {}): PacketDraft => ({
  id,
  objective: `Add src/${id}.txt`,
  criteria: [{ text: `${id} is there`, evidence: { test: `${id}-is-there` } }],
  boundaries: { inScope: [`src/${id}.txt`, `tests/${id}-*.sh`] },
  ...more,
});

/** The run of an agent that does such a packet, its test first. */
export const tinyWork = (id: string, ...between: Step[]): Step[] => [
  { write: { [`tests/${id}-is-there.sh`]: `grep -q ${id} src/${id}.txt\n` } },
  { checkpoint: { message: 'RED: the file is missing', run: ['test'] } },
  ...between,
  { write: { [`src/${id}.txt`]: `${id}\n` }, progress: { percent: 80, note: `${id} written` } },
  { checkpoint: { message: 'GREEN: the file is there', run: ['test'] } },
  done(`${id} added`, { decisions: [`${id} is a text file`] }),
];

/** The same in one go, without checkpoints. */
export const plainWork = (id: string, ...before: Step[]): Step[] => [
  ...before,
  { write: { [`tests/${id}-is-there.sh`]: `grep -q ${id} src/${id}.txt\n`, [`src/${id}.txt`]: `${id}\n` } },
  done(`${id} added`),
];

/** Nobody is asked to approve anything. */
export const unattended = { approvals: { design: 'auto', release: 'auto' } } as const;

/** The designer's run that plans these packets. */
export const tinyDesign = (packets: readonly PacketDraft[], more: object = {}): Step[] => [
  { write: { 'docs/design.md': '# Design\n{feedback}\n' } },
  done('a file for each packet', {
    decisions: ['one file each'],
    dataModel: { files: packets.map(({ id }) => id) },
    packets,
    ...more,
  }),
];
