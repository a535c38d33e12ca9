import { createHash } from 'node:crypto';
import path from 'node:path';
import type { WorktreePaths } from '../worktree/worktree-paths.ts';

/** Where a submodule of a worktree is, and what Baton knows of it. */
export const modulePaths = (paths: WorktreePaths, at: string): WorktreePaths => {
  const digest = createHash('sha256').update(at).digest('hex').slice(0, 16);
  const admin = path.join(paths.admin, 'modules', digest);
  return {
    path: path.join(paths.path, at),
    admin,
    index: path.join(admin, 'baton-index'),
    staging: path.join(admin, 'staging'),
  };
};

/** From the top of the repository. */
export const belowModule = (prefix: string, at: string): string => (prefix === '' ? at : `${prefix}/${at}`);
