/** Names of the refs that Baton keeps beside branches; on the hub unless said otherwise. */

/** Below it is the work of all packets of a feature. */
export const featureWork = (feature: string): string => `refs/baton/work/${feature}/`;
/** A packet's work in one epoch: a stale attempt can only move its own, which nobody reads any more. */
export const workRef = (work: { feature: string; name: string; epoch: number }): string =>
  `${featureWork(work.feature)}${work.name}/${work.epoch}`;
export const workRefs = (feature: string, name: string): string => `${featureWork(feature)}${name}/`;

/** A packet's commit as merged for one integration round; a stale attempt can't take another epoch's away. */
export const candidateRef = ({ feature, packet, n, epoch = 1 }: CandidateId): string =>
  `refs/baton/candidates/${feature}/${packet}/${n}${epoch === 1 ? '' : `.${epoch}`}`;

export interface CandidateId {
  readonly feature: string;
  readonly packet: string;
  /** Counts the submissions. */
  readonly n: number;
  /** Of the packet's place. Default 1. */
  readonly epoch?: number;
}

/** A tip that was left by a rewrite; never deleted. */
export const keptRef = (kept: { feature: string; name: string; commit: string }): string =>
  `refs/baton/kept/${kept.feature}/${kept.name}/${kept.commit.slice(0, 16)}`;

/** Where Baton itself last pushed a branch outside its own namespace. */
export const publishedRef = (branch: string): string => `refs/baton/published/${branch}`;

/** In the clone: a branch of the origin as last fetched. */
export const originRef = (branch: string): string => `refs/baton/origin/${branch}`;

/** In the clone: the origin's tags as last fetched. */
export const TAGS = 'refs/baton/tags/';

/** An object of Git LFS that a home made, as a blob; `*` for all. */
export const lfsOnHub = (id: string): string => `refs/baton/lfs/${id}`;

export const headRef = (branch: string): string => `refs/heads/${branch}`;

/** Below it is what was measured on the trees of a feature. */
export const recordRefs = (feature: string): string => `refs/baton/records/${feature}/`;
/** What was measured on a tree, as a text. */
export const recordRef = (feature: string, tree: string): string => `${recordRefs(feature)}${tree}`;

/** Below it each execution of a feature's workflow leaves a mark that it began. */
export const executionRefs = (feature: string): string => `refs/baton/executions/${feature}/`;

/** The feature that one of these refs on the hub is of; undefined: a ref of no single feature. */
export const featureOfRef = (ref: string): string | undefined =>
  /^refs\/(?:heads\/baton|baton\/(?:work|candidates|kept|records|executions))\/([^/]+)\//.exec(ref)?.[1];
