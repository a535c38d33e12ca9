/** Names of the refs that Baton keeps beside branches; on the hub unless said otherwise. */

/** A packet's work in one epoch: a stale attempt can only move its own, which nobody reads any more. */
export const workRef = (work: { feature: string; name: string; epoch: number }): string =>
  `refs/baton/work/${work.feature}/${work.name}/${work.epoch}`;
export const workRefs = (feature: string, name: string): string => `refs/baton/work/${feature}/${name}/`;

/** A packet's commits as rebased for one integration round. */
export const candidateRef = (candidate: { feature: string; packet: string; n: number }): string =>
  `refs/baton/candidates/${candidate.feature}/${candidate.packet}/${candidate.n}`;

/** A tip that was left by a rewrite; never deleted. */
export const keptRef = (kept: { feature: string; name: string; commit: string }): string =>
  `refs/baton/kept/${kept.feature}/${kept.name}/${kept.commit.slice(0, 16)}`;

/** Where Baton itself last pushed a branch outside its own namespace. */
export const publishedRef = (branch: string): string => `refs/baton/published/${branch}`;

/** In the clone: a branch of the origin as last fetched. */
export const originRef = (branch: string): string => `refs/baton/origin/${branch}`;

export const headRef = (branch: string): string => `refs/heads/${branch}`;
