import { runsHooks } from '../config/hooks.ts';
import { type CommitMeasurement, commitMessage, identitiesOf } from '../domain/commit-message.ts';
import type { Packet } from '../domain/packet.ts';
import { DEFAULT_ROLES, phaseOfKind } from '../domain/phase.ts';
import { combineAtRoot, type Work } from './made-anew.ts';
import { inLowerCase, throughMessageHooks, unlessRefused } from './message-hooks.ts';
import { isWithin, judgeBoundaries } from './protection.ts';
import { integrationTree } from './trees.ts';
import type { Site } from './workshop.ts';

export interface ToPropose {
  /** Packet id or `design`. */
  readonly name: string;
  readonly packet: Packet | null;
  /** The work, as Baton committed it. */
  readonly commit: string;
  /** The integration head that it comes to. */
  readonly head: string;
  readonly allowed?: readonly string[] | undefined;
  readonly conflicted?: readonly string[] | undefined;
  readonly summary?: string | undefined;
  readonly role?: string | undefined;
  readonly measured?: CommitMeasurement;
}

export type Candidate =
  | {
      readonly kind: 'clean';
      readonly commit: string;
      readonly tree: string;
      /** What the packet's changes in it are counted from: the head, or what it stands on beyond that. */
      readonly from: string;
    }
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly output: string };

/**
 * The commit that would move the integration branch from `head`: the work of a packet, counted from where it stands,
 * merged in the object store, generated files made anew where both sides changed them. One commit, or one a checkpoint, as configured. The same at each repetition; `head`
 * itself where the work has nothing that it lacks.
 */
export async function candidateOf(work: Work, propose: ToPropose): Promise<Candidate> {
  const { site } = work;
  const { repo } = site;
  const { commit, head, name } = propose;
  const base = (await repo.workBase(commit, name)) ?? commit;
  if (base !== head && (await repo.isAncestor(head, base))) return beyondHead(work, propose, base);
  const merged = await combineAtRoot(work, { base, ours: head, theirs: commit });
  if (merged.files.length > 0) return { kind: 'conflict', files: merged.files, output: merged.output };
  const { tree } = merged;
  if (tree === (await repo.commitFacts(head)).tree) return { kind: 'clean', commit: head, tree, from: head };
  const parent =
    site.config.commits.per === 'checkpoint' ? await checkpointsOn(work, propose, base, tree) : head;
  return { kind: 'clean', commit: await make(work, propose, tree, [parent], commit), tree, from: head };
}

/**
 * Work that stands on more than the head: on a merge of the base branch, for a packet that mends a landing. It has all
 * of the head already. Of the merge only its other side gets into the history, so no commit with markers does.
 */
const beyondHead = async (work: Work, propose: ToPropose, base: string): Promise<Candidate> => {
  const { repo } = work.site;
  const { commit, head } = propose;
  const { tree } = await repo.commitFacts(commit);
  const more: string[] = [];
  for (const parent of (await repo.commitFacts(base)).parents)
    if (!(await repo.isAncestor(parent, head))) more.push(parent);
  return {
    kind: 'clean',
    commit: await make(work, propose, tree, [head, ...more], commit),
    tree,
    from: base,
  };
};

const make = async (
  work: Work,
  propose: ToPropose,
  tree: string,
  parents: readonly string[],
  like: string,
  title?: string,
): Promise<string> => {
  const { shop, site, signal } = work;
  const { repo, config } = site;
  const { commits } = config;
  const { packet } = propose;
  const message = packetMessage(site, propose, title);
  const { at } = await repo.commitFacts(like);
  // What isn't measured yet is looked at and dropped: each signature may cost a person a touch of their key.
  const isFinal = propose.measured !== undefined;
  const made = { tree, parents, at, ...identitiesOf(commits) };
  if (!isFinal || !runsHooks(config))
    return repo.makeCommit({ ...made, message, sign: commits.sign && isFinal });
  const commit = await repo.makeCommit({ ...made, message });
  const job = { shop, site, tree: await integrationTree(site), commit, signal };
  // An agent's own words are left out before a person is asked for others.
  const { summary: _, ...plain } = propose;
  const forms = [propose, plain].flatMap((each) => [each, withLowerCase(each)]);
  const taken = await throughMessageHooks(
    job,
    forms.map((form) =>
      packetMessage(site, form, title && (form.packet === packet ? title : inLowerCase(title))),
    ),
  );
  return repo.makeCommit({ ...made, message: taken, sign: commits.sign });
};

/** Hooks for conventional commits take no capital after the type. */
const withLowerCase = ({ packet, ...propose }: ToPropose): ToPropose => ({
  ...propose,
  packet: packet && { ...packet, objective: inLowerCase(packet.objective) },
});

/** The message of a commit of a packet, or of the design. */
export const packetMessage = (
  { ref, config }: Site,
  { packet, role, summary, measured }: Pick<ToPropose, 'packet' | 'role' | 'summary' | 'measured'>,
  title: string | undefined,
): string => {
  const { commits } = config;
  const phase = packet === null ? 'design' : phaseOfKind(packet.kind);
  return commitMessage({
    commits,
    feature: ref.feature,
    ...(packet !== null && { packet }),
    role: role ?? packet?.role ?? config.crew[phase].role ?? DEFAULT_ROLES[phase],
    ...(summary !== undefined && title === undefined && { summary }),
    ...(measured !== undefined && title === undefined && { measured }),
    ...(title !== undefined && { title }),
    ...(packet === null && title === undefined && { title: `Design: ${summary ?? ref.feature}` }),
  });
};

/**
 * The agent's checkpoints as commits of their own on `head`, but for the last state. One that doesn't fit there, leaves
 * the packet's boundaries, has markers, or whose message a hook refuses goes into the next.
 */
async function checkpointsOn(work: Work, propose: ToPropose, base: string, last: string): Promise<string> {
  const { site } = work;
  const { repo } = site;
  const { head, packet, allowed = [], conflicted = [] } = propose;
  let parent = head;
  for (const { commit, message } of await repo.log(base, propose.commit)) {
    const { tree, files } = await repo.combine({ base, ours: head, theirs: commit });
    if (files.length > 0 || tree === last || tree === (await repo.commitFacts(parent)).tree) continue;
    const subject = (message.split('\n')[0] ?? '').replace(`${propose.name}: `, '');
    const next = await make(work, propose, tree, [parent], commit, subject).catch(unlessRefused);
    if (next === undefined) continue;
    const sides = await judgeBoundaries(site, { from: head, to: next, packet, allowed });
    const markers = await repo.leftoverMarkers(head, next, conflicted);
    if (isWithin(sides) && markers.length === 0) parent = next;
  }
  return parent;
}
