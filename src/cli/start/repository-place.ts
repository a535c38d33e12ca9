import { repositoryName } from '../../github/repository-name.ts';

const URL_FORM = /^[a-z][a-z+]*:\/\/(?:[^/@]*@)?(?<host>[^/:?#]*)(?::\d+)?(?<path>\/[^?#]*)?/;
/** `git@host:group/name`; one letter before the colon is a drive's. */
const SCP_FORM = /^(?:[^/@:]+@)?(?<host>[^/@:]{2,}):(?<path>[^?#]*)/;

/**
 * Where a repository is, in one form for its addresses: `host/group/name`, or its folder. It holds no user's name and
 * nothing that follows a path, since anybody may read it.
 */
export function repositoryPlace(repo: string): string {
  const name = repositoryName(repo);
  if (name !== undefined) return name;
  const { host, path = '' } = (URL_FORM.exec(repo) ?? SCP_FORM.exec(repo))?.groups ?? {};
  if (host === undefined) return repo;
  const plain = path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  return host === '' ? `/${plain}` : `${host}/${plain}`;
}
