/**
 * Names: of features, packets, branches, workflows and task queues. Each is made in one place and
 * checked once, at the edge; `…Problem` functions return the reason a value is refused, or undefined.
 */

/** Ids become path segments, branch segments and parts of workflow ids, so they stay plain and short. */
const ID = /^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/;

/** Taken by Baton's own branches and worktrees beside the packets'. */
export const RESERVED_PACKET_IDS: readonly string[] = ['integration', 'design', 'release', 'landing'];

/** Why `id` can't name a feature, or undefined. */
export const featureIdProblem = (id: string): string | undefined =>
  ID.test(id)
    ? undefined
    : `"${id}" is not a feature id: use 1 to 48 lower-case letters, digits and inner hyphens, such as user-prefs`;

/** Ends the name of the worktree in which a packet's work is proven. */
export const PROOF_SUFFIX = '--proof';

/** Why `id` can't name a packet, or undefined. */
export const packetIdProblem = (id: string): string | undefined => {
  if (!ID.test(id))
    return `"${id}" is not a packet id: use 1 to 48 lower-case letters, digits and inner hyphens`;
  if (RESERVED_PACKET_IDS.includes(id) || id.endsWith(PROOF_SUFFIX))
    return `"${id}" is reserved by Baton: choose another packet id`;
  return undefined;
};

/** Control characters, space and what git's check-ref-format(1) forbids anywhere in a name. */
const FORBIDDEN_IN_REF = /[\p{Cc} ~^:?*[\\]/u;

/** Why `branch` can't name a branch, or undefined. The rules are those of git-check-ref-format(1). */
export const branchProblem = (branch: string): string | undefined => {
  const bad =
    branch === '' ||
    branch === '@' ||
    branch === 'HEAD' ||
    branch.length > 200 ||
    FORBIDDEN_IN_REF.test(branch) ||
    branch.includes('..') ||
    branch.includes('@{') ||
    branch.startsWith('-') ||
    branch.endsWith('.') ||
    branch
      .split('/')
      .some((segment) => segment === '' || segment.startsWith('.') || segment.endsWith('.lock'));
  return bad ? `"${branch}" is not a branch name git accepts` : undefined;
};

/** The branch on which a feature's merged packets meet. */
export const integrationBranch = (feature: string): string => `baton/${feature}/integration`;

/** The branch of the designer's documents. */
export const designBranch = (feature: string): string => `baton/${feature}/design`;

/** The branch of a packet that doesn't name its own. */
export const packetBranch = (feature: string, packet: { id: string; branch?: string | undefined }): string =>
  packet.branch ?? `baton/${feature}/${packet.id}`;

/** The branch a landed feature is pushed as. */
export const landedBranch = (feature: string): string => `feature/${feature}`;

export const featureWorkflowId = (feature: string): string => `feature:${feature}`;
export const packetWorkflowId = (feature: string, packet: string): string =>
  `feature:${feature}:packet:${packet}`;
export const releaseWorkflowId = (feature: string): string => `feature:${feature}:release`;
/** `resource` is e.g. `landing:<repository key>:<base>` or `release:<repository key>:production`. */
export const queueWorkflowId = (resource: string): string => `queue:${resource}`;

/** The feature of a workflow id, or undefined where the workflow isn't one of a feature's. */
export const featureOfWorkflowId = (workflowId: string): string | undefined =>
  /^feature:([^:]+)/.exec(workflowId)?.[1];

/** Workflows, and activities that need no files. */
export const MAIN_TASK_QUEUE = 'baton';
/** Where a packet waits for a home: served by workers that have an agent slot free, and only then. */
export const FREE_TASK_QUEUE = 'baton-free';
/** Whatever touches a tree of one home. */
export const homeTaskQueue = (home: string): string => `baton-home-${home}`;
/** Taken by a worker of its own, so that a full home still answers that it is there. */
export const pingTaskQueue = (home: string): string => `baton-home-${home}-ping`;
/** Under this name the server keeps the builds of Baton's workers, and which one of them gets new work. */
export const WORKER_DEPLOYMENT = 'baton';
