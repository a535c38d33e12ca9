/** One segment of a repository's path at the service. */
const SEGMENT = '[A-Za-z0-9_.][A-Za-z0-9_.-]*';
const HOST = '[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?';

const FORMS = [
  // https://user:secret@host:port/owner/name and ssh://git@host:port/owner/name
  new RegExp(
    `^(?:https?|ssh|git)://(?:[^/@]*@)?(?<host>${HOST})(?::\\d+)?/(?<owner>${SEGMENT})/(?<name>${SEGMENT})$`,
  ),
  // git@host:owner/name
  new RegExp(`^(?:[^/@:]+@)?(?<host>${HOST}):(?<owner>${SEGMENT})/(?<name>${SEGMENT})$`),
];

/** Where ssh is only reachable at the port of https, it is served under a name of its own. */
const SSH_OVER_HTTPS: Readonly<Record<string, string>> = { 'ssh.github.com': 'github.com' };

/**
 * What `gh --repo` calls a repository, `host/owner/name`, by the URL of its origin; undefined for a folder and for
 * what isn't of that form. Nothing of it is ever taken for an option, and credentials in the URL are left out.
 */
export function repositoryName(origin: string): string | undefined {
  const plain = origin.replace(/\/+$/, '').replace(/\.git$/, '');
  for (const form of FORMS) {
    const { host, owner, name } = form.exec(plain)?.groups ?? {};
    if (host === undefined || owner === undefined || name === undefined) continue;
    // A drive's letter, as in C:folder/name.
    if (host.length < 2 || [owner, name].some((part) => part === '.' || part === '..')) return undefined;
    return `${SSH_OVER_HTTPS[host] ?? host}/${owner}/${name}`;
  }
  return undefined;
}
