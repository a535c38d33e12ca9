import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type {
  LandingPreparation,
  MergeInput,
  MergePreparation,
  VerifyInput,
  VerifyResult,
} from '../../../src/domain/activities.ts';
import type { ConfigDraft } from '../../../src/domain/config.ts';
import type { GitContent } from '../../../src/domain/git-content.ts';
import { integrationBranch, packetBranch } from '../../../src/domain/ids.ts';
import type { RepositoryRef } from '../../../src/domain/messages.ts';
import type { Merge } from '../../../src/domain/outcomes.ts';
import { type Packet, type PacketDraft, packetSchema } from '../../../src/domain/packet.ts';
import { agentTree } from '../../../src/work/agent-tree.ts';
import { baseline, openIntegration } from '../../../src/work/feature-files.ts';
import { bringTreeUpTo, moveIntegration, prepareMerge, verify } from '../../../src/work/integrate.ts';
import { beginMending, land, prepareLanding } from '../../../src/work/landing.ts';
import { measureGate } from '../../../src/work/release.ts';
import type { Site, Workshop } from '../../../src/work/workshop.ts';
import { git } from '../../git/fixture.ts';
import { runSync } from '../../support/sync-programs.ts';
import { type TinyRepository, tinyRepository } from '../../support/tiny-repository.ts';
import { newWorkshop } from '../new-workshop.ts';

export interface WorkplaceOptions {
  readonly config?: Partial<ConfigDraft>;
  /** Files of the user's repository; `{dir}` in them is a folder outside of it. */
  readonly files?: Readonly<Record<string, string>>;
  readonly feature?: string;
  /** How the person's git converts files. */
  readonly content?: GitContent;
  /** Default: off. */
  readonly sandbox?: 'on' | 'off';
}

type Files = Readonly<Record<string, string | null>>;

/** A packet that may write everywhere and has nothing to prove. */
export const packetOf = (id: string, more: Partial<PacketDraft> = {}): Packet =>
  packetSchema.parse({ id, objective: `Do ${id}`, ...more });

/** A check that notes each of its runs in `{dir}/<name>.runs`. */
export const counted = (name: string, command: string): string =>
  `echo run >> {dir}/${name}.runs; ${command}`;

/** The checks of a tiny repository, its runs counted. */
export const countedTest = {
  run: counted('test', 'sh check.sh'),
  report: 'report.xml',
  files: 'tests/*.sh',
} as const;

/** All that a feature's workflow would have done with one user's repository, called by hand. */
export class Workplace {
  readonly signal = new AbortController().signal;

  private constructor(
    readonly tiny: TinyRepository,
    readonly shop: Workshop,
    readonly site: Site,
    readonly homeId: string,
  ) {}

  /** A new repository in a new home; its main is not checked out, so a feature can land in it. */
  static async open(options: WorkplaceOptions = {}): Promise<Workplace> {
    const { config, files, feature = 'prefs', content, sandbox } = options;
    const tiny = await tinyRepository({}, config, files);
    await tiny.git('checkout', '--quiet', '--detach');
    const { home, shop } = await newWorkshop(undefined, sandbox);
    onTestFinished(async () => {
      await home.release();
      for (const folder of [tiny.dir, home.dir]) rmSync(folder, { recursive: true, force: true });
    });
    return new Workplace(tiny, shop, await siteOf(shop, tiny, feature, content), home.id);
  }

  /** The same, with a feature begun on it and measured. */
  static async begun(options: WorkplaceOptions = {}): Promise<Workplace> {
    const place = await Workplace.open(options);
    await place.begin();
    await place.baseline();
    return place;
  }

  /** Another feature on the same repository as it is now, in the same home. */
  async another(feature: string): Promise<Workplace> {
    return new Workplace(this.tiny, this.shop, await siteOf(this.shop, this.tiny, feature), this.homeId);
  }

  /** The same feature, told what the baseline found. */
  knowing(leftBehind: readonly string[]): Workplace {
    const site = { ...this.site, ref: { ...this.site.ref, leftBehind: [...leftBehind] } };
    return new Workplace(this.tiny, this.shop, site, this.homeId);
  }

  begin = (execution = 'first') => openIntegration(this.site, execution);
  baseline = (request?: string) => baseline(this.shop, this.site, this.signal, request);

  head = async (): Promise<string> =>
    (await this.site.repo.branchAt(integrationBranch(this.site.ref.feature))) as string;

  /** An agent's tree, which begins at the integration head unless told otherwise. */
  async tree(name: string, start?: string): Promise<string> {
    return (await agentTree(this.site, { name, epoch: 1, start: start ?? (await this.head()) })).path;
  }

  /** Writes what an agent would write; null removes. */
  async write(name: string, files: Files): Promise<string> {
    const tree = await this.tree(name);
    for (const [file, text] of Object.entries(files)) {
      const at = path.join(tree, file);
      mkdirSync(path.dirname(at), { recursive: true });
      if (text === null) rmSync(at, { recursive: true });
      else writeFileSync(at, text.replaceAll('{dir}', this.tiny.dir));
    }
    return tree;
  }

  read = async (name: string, file: string): Promise<string> =>
    readFileSync(path.join(await this.tree(name), file), 'utf8');

  /** What the agent's runner does at a checkpoint. */
  async checkpoint(name: string, message: string): Promise<string> {
    await this.tree(name);
    const worktree = { feature: this.site.ref.feature, name, epoch: 1 };
    return (await this.site.repo.commitAll({ worktree, message: `${name}: ${message}` })).commit;
  }

  private ref(name: string) {
    return { ...this.site.ref, name, place: { home: this.homeId, epoch: 1 } };
  }

  async verify(packet: Packet | null, more: Partial<VerifyInput> = {}): Promise<VerifyResult> {
    const start = await this.head();
    const input = { claimed: [], check: true, allowed: [], ticked: [], ...more };
    const tree = this.ref(packet?.id ?? 'design');
    return verify(this.shop, this.site, { ...tree, packet, start, ...input }, this.signal);
  }

  async prepare(
    packet: Packet | null,
    more: Partial<MergeInput> & Pick<MergeInput, 'commit'>,
  ): Promise<MergePreparation> {
    const branch = packetBranch(this.site.ref.feature, packet ?? { id: 'design' });
    const input = { branch, packet, claimed: [], ticked: [], submission: 1, ...more };
    const tree = this.ref(packet?.id ?? 'design');
    return prepareMerge(this.shop, this.site, { ...tree, ...input }, this.signal);
  }

  move = (merge: Merge) => moveIntegration(this.site, merge);

  /** Hands the packet in and merges it. @throws unless it is green */
  async merge(packet: Packet, more: Partial<VerifyInput> = {}): Promise<Merge> {
    const { commit } = await this.verify(packet, more);
    const prepared = await this.prepare(packet, { ...more, packet, commit });
    if (prepared.kind !== 'ready') throw new Error(`${packet.id} isn't ready: ${JSON.stringify(prepared)}`);
    await this.move(prepared.merge);
    return prepared.merge;
  }

  /** As when a packet is brought up to the head, for feedback or a conflict. */
  bringUp = async (name: string) => bringTreeUpTo(this, { ...this.ref(name), head: await this.head() });

  async prepareLanding(
    more: Partial<Parameters<typeof prepareLanding>[2]> = {},
  ): Promise<LandingPreparation> {
    const place = { home: this.homeId, epoch: 1 };
    const input = { place, commit: await this.head(), mode: 'merge' as const, ...more };
    return prepareLanding(this.shop, this.site, input, this.signal);
  }

  beginMending = async () =>
    beginMending(this, { place: { home: this.homeId, epoch: 1 }, commit: await this.head(), round: 1 });

  /** @throws unless it can land */
  async readyToLand(
    more: Parameters<Workplace['prepareLanding']>[0] = {},
  ): Promise<Extract<LandingPreparation, { kind: 'ready' }>> {
    const prepared = await this.prepareLanding(more);
    if (prepared.kind !== 'ready') throw new Error(`it can't land: ${JSON.stringify(prepared)}`);
    return prepared;
  }

  land = (ready: Extract<LandingPreparation, { kind: 'ready' }>) => {
    const { base: expectedBase, commit, tree } = ready;
    return land(this, { commit, mode: 'merge', expectedBase, tree });
  };

  /** Lands a head as it is, on a branch of its own. */
  landOn = (mode: 'branch', commit: string) =>
    land(this, { commit, mode, expectedBase: this.site.ref.baseCommit, request: 'Add it' });

  gate = async (name: string) => measureGate(this.shop, this.site, name, await this.head(), this.signal);

  /** A commit of the user's on main, after the feature began. */
  async moveBase(files: Readonly<Record<string, string>>): Promise<string> {
    await this.tiny.git('checkout', '--quiet', 'main');
    await this.tiny.commit(files);
    await this.tiny.git('checkout', '--quiet', '--detach');
    return this.tiny.git('rev-parse', 'main');
  }

  /** How often a check that is counted has run. */
  runs = async (name: string): Promise<number> =>
    ((await this.tiny.read(`${name}.runs`)) ?? '').split('\n').length - 1;

  /** Git on all that this home knows. */
  git = (...args: string[]): string => git(this.site.repo.clone, ...args);

  files = (commit: string): string[] => this.git('ls-tree', '-r', '--name-only', commit).split('\n');

  /** All texts that stand in a commit or anywhere in its history, but for what `without` has. */
  texts(commit: string, without = this.site.ref.baseCommit): string {
    const objects = this.git('rev-list', '--objects', commit, `^${without}`).split('\n');
    const ids = objects.map((line) => line.split(' ')[0]).join('\n');
    return runSync('git', ['cat-file', '--batch'], { cwd: this.site.repo.clone, input: ids }).toString();
  }
}

async function siteOf(
  shop: Workshop,
  tiny: TinyRepository,
  feature: string,
  content?: GitContent,
): Promise<Site> {
  const baseCommit = await tiny.git('rev-parse', 'main');
  const ref: RepositoryRef = {
    feature,
    repo: tiny.repo,
    base: 'main',
    baseCommit,
    ...(content && { content }),
  };
  return shop.open(ref);
}
