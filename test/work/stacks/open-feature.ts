import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { stringify } from 'yaml';
import type { BaselineResult, MergePreparation, VerifyResult } from '../../../src/domain/activities.ts';
import type { ConfigDraft } from '../../../src/domain/config.ts';
import { integrationBranch } from '../../../src/domain/ids.ts';
import type { RepositoryRef } from '../../../src/domain/messages.ts';
import { type Packet, type PacketDraft, packetSchema } from '../../../src/domain/packet.ts';
import { agentTree } from '../../../src/work/agent-tree.ts';
import { baseline, openIntegration } from '../../../src/work/feature-files.ts';
import { moveIntegration, prepareMerge, verify } from '../../../src/work/integrate.ts';
import { setUp } from '../../../src/work/set-up.ts';
import { proofTree, type Tree } from '../../../src/work/trees.ts';
import type { Site, Workshop } from '../../../src/work/workshop.ts';
import { newWorkshop } from '../new-workshop.ts';

/** Text of files by path; `{dir}` in it is a folder outside of the repository. */
export type Files = Readonly<Record<string, string>>;

export interface UsersRepository {
  readonly files: Files;
  readonly checks: ConfigDraft['checks'];
  readonly config?: Partial<ConfigDraft>;
  /** A shell line run before the first commit, such as one that writes a lock file. */
  readonly prepare?: string;
  /** The origin is a bare clone of it: its base can be landed on. Default false. */
  readonly bare?: boolean;
}

/** Work that an agent has submitted. */
export interface HandedIn {
  readonly packet: Packet;
  readonly start: string;
  readonly tree: Tree;
  readonly verified: VerifyResult;
  /** Names of failing tests, or of checks without a report that failed. */
  readonly red: string[];
}

export interface OpenFeature {
  readonly shop: Workshop;
  readonly site: Site;
  readonly ref: RepositoryRef;
  /** Outside of the repository. */
  readonly dir: string;
  /** Of the base. */
  readonly baseline: BaselineResult;
  /** An agent's tree at the integration head, set up. */
  begin(packet: string): Promise<Tree>;
  /** Writes files in an agent's tree as an agent would, and verifies it. */
  handIn(packet: string | PacketDraft, files: Files, ...more: AgentStep[]): Promise<HandedIn>;
  /** Prepares the merge of what was submitted; if it is ready, moves the integration branch. */
  merge(work: HandedIn, more?: { summary?: string }): Promise<MergePreparation>;
  head(): Promise<string>;
  /** The tree in which a packet's work is judged. */
  judgedIn(work: HandedIn): Promise<Tree>;
  /** Runs git in the origin. */
  git(...args: string[]): Promise<string>;
  /** Lines of a file outside of the repository. */
  lines(file: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Something else that an agent does in its tree. */
export type AgentStep = (tree: Tree) => Promise<unknown>;

export const writeFiles = async (folder: string, files: Files): Promise<void> => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
};

/** An agent that has nothing to do. */
const AGENT = `echo '{"type":"result","result":{"status":"done","summary":"all done"}}'\n`;
const role = { runner: 'command' as const, command: ['sh', 'agents/agent.sh'] };

/** A user's repository, and a feature on it whose base was measured; work is done by the test in place of agents. */
export async function openFeature(users: UsersRepository): Promise<OpenFeature> {
  const dir = await mkdtemp(path.join(tmpdir(), 'baton-stack-'));
  const config = {
    crew: { design: role, implement: role, test: role, deploy: role },
    checks: users.checks,
    ...users.config,
  };
  const repo = await usersRepository(dir, { 'baton.yaml': stringify(config), ...users.files }, users);
  const git = async (...args: string[]) => (await execa('git', args, { cwd: repo })).stdout;
  const { home, shop } = await newWorkshop();
  const { signal } = new AbortController();
  const feature = 'stack';
  const first = { feature, repo, base: 'main', baseCommit: await git('rev-parse', 'main') };
  await openIntegration(await shop.open(first), 'first');
  const measured = await baseline(shop, await shop.open(first), signal);
  const ref = { ...first, ...(measured.leftBehind && { leftBehind: measured.leftBehind }) };
  const site = await shop.open(ref);
  const place = { home: home.id, epoch: 1 };

  const head = async () => (await site.repo.branchAt(integrationBranch(feature))) ?? first.baseCommit;
  const beginAt = async (name: string, start: string) => {
    const tree = await agentTree(site, { name, epoch: 1, start });
    const failed = await setUp(shop, site, tree, signal);
    if (failed !== undefined) throw new Error(`the set-up failed in ${tree.path}: ${failed.tail}`);
    return tree;
  };
  return {
    shop,
    site,
    ref,
    dir,
    baseline: measured,
    git,
    head,
    begin: async (name) => beginAt(name, await head()),
    handIn: async (draft, files, ...more) => {
      const packet = packetSchema.parse(
        typeof draft === 'string' ? { id: draft, objective: `Work on ${draft}` } : draft,
      );
      const start = await head();
      const tree = await beginAt(packet.id, start);
      await writeFiles(tree.path, files);
      for (const step of more) await step(tree);
      const input = { name: packet.id, place, packet, start, claimed: [], allowed: [], ticked: [] };
      const verified = await verify(shop, site, { ...ref, ...input, check: true }, signal);
      const red = verified.checks
        .filter(({ passed }) => !passed)
        .flatMap(({ name, failing }) => (failing.length > 0 ? failing : [name]));
      return { packet, start, tree, verified, red };
    },
    merge: async ({ packet, verified }, more = {}) => {
      const input = { name: packet.id, place, packet, commit: verified.commit, claimed: [], ticked: [] };
      const branch = `baton/${feature}/${packet.id}`;
      const prepared = await prepareMerge(
        shop,
        site,
        { ...ref, ...input, branch, submission: 1, ...more },
        signal,
      );
      if (prepared.kind === 'ready') await moveIntegration(site, prepared.merge);
      return prepared;
    },
    judgedIn: ({ packet, verified }) => proofTree(site, packet, verified.commit),
    lines: async (file) =>
      (await readFile(path.join(dir, file), 'utf8').catch(() => ''))
        .split('\n')
        .filter((line) => line !== ''),
    close: async () => {
      await home.release();
      for (const folder of [dir, home.dir]) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function usersRepository(dir: string, files: Files, users: UsersRepository): Promise<string> {
  const repo = path.join(dir, 'repo');
  const all = { 'agents/agent.sh': AGENT, ...files };
  await writeFiles(
    repo,
    Object.fromEntries(Object.entries(all).map(([name, text]) => [name, text.replaceAll('{dir}', dir)])),
  );
  const git = (...args: string[]) => execa('git', args, { cwd: repo });
  await git('init', '-q', '-b', 'main');
  if (users.prepare !== undefined) await execa(users.prepare, { cwd: repo, shell: true });
  await git('add', '-A');
  await git('-c', 'user.name=Test', '-c', 'user.email=test@localhost', 'commit', '-qm', 'A commit');
  if (users.bare !== true) return repo;
  await git('clone', '-q', '--bare', repo, path.join(dir, 'origin.git'));
  return path.join(dir, 'origin.git');
}
