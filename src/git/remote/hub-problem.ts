import { existsSync } from 'node:fs';
import { repositoryAt } from '../user-repository.ts';
import { isLocal, normaliseOrigin } from './origin.ts';

/**
 * Why homes can't share the hub `hub`, with what to do; or undefined. A URL isn't tried: its server may be away for a
 * while, and the work that needs it is tried again.
 */
export const hubProblem = async (hub: string): Promise<string | undefined> => {
  if (hub.startsWith('-')) return `"${hub}" is not a hub's path or URL`;
  if (!isLocal(hub)) return undefined;
  const folder = normaliseOrigin(hub);
  if (!existsSync(folder)) return `there is no hub ${folder}: make it with git init --bare ${folder}`;
  return (await repositoryAt(folder))?.bare
    ? undefined
    : `the hub ${folder} is not a bare repository: make one with git init --bare, and name that`;
};
