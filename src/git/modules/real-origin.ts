import path from 'node:path';
import { isRefusal } from '../git-error.ts';
import { isLocal, normaliseOrigin } from '../remote/origin.ts';
import { runGit } from '../run-git.ts';
import { gitText, repositoryAt } from '../user-repository.ts';

const MOST_CONFIG = 1024 * 1024;

/** Where a repository comes from, as far as its submodules are concerned. */
export interface RealOrigin {
  /** What relative URLs are relative to. */
  readonly url: string;
  /** The user's clones of its submodules, if the repository is a folder here: they have what a network isn't asked for. */
  readonly modules: string | undefined;
}

/**
 * What git takes relative URLs of submodules to be relative to: the remote of a clone (`origin`, or the only one), else
 * the repository itself.
 */
export const realOrigin = async (origin: string): Promise<RealOrigin> => {
  const normal = normaliseOrigin(origin);
  const repo = isLocal(origin) ? await repositoryAt(normal) : undefined;
  if (repo === undefined) return { url: normal, modules: undefined };
  const modules = path.join(repo.common, 'modules');
  const config = await gitText(path.join(repo.common, 'config'), MOST_CONFIG);
  const args = ['config', '--file', '-', '--no-includes', '-z', '--get-regexp', '^remote\\..*\\.url$'];
  const answer = await runGit(args, { cwd: '/', input: config ?? '', allow: [1] }).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
    return { stdout: '' };
  });
  const remotes = new Map<string, string>();
  for (const entry of answer.stdout.split('\0')) {
    const [, name, url] = /^remote\.(.*)\.url\n(.*)$/s.exec(entry) ?? [];
    if (name !== undefined && url !== undefined && !remotes.has(name)) remotes.set(name, url);
  }
  const url =
    remotes.get('origin') ?? (remotes.size === 1 ? [...remotes.values()][0] : undefined) ?? repo.folder;
  return { url: isLocal(url) && !url.startsWith('file://') ? path.resolve(repo.folder, url) : url, modules };
};
