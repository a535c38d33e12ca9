import { lstat, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { secretVariables } from '../agents/runner-variables.ts';
import type { Config } from '../domain/config.ts';
import { fromRoot } from '../domain/root.ts';
import { readIfRegular } from '../files/regular-file.ts';
import { isLocal } from '../git/remote/origin.ts';
import { TOKENS } from '../github/gh.ts';
import { isSecretName } from '../processes/secrets/ordinary-values.ts';
import { type Secret, secretsOf } from '../processes/secrets/secrets.ts';
import { valuesIn } from '../processes/secrets/settings-file.ts';
import { secretsInUrls } from '../processes/secrets/url-credentials.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings are small; a folder of them holds few files. */
const LARGEST_SETTINGS = 256 * 1024;
const MOST_FILES = 50;

/**
 * The secrets that a worker has been given itself: keys of providers and services, whatever variable has the name of a
 * secret, and what stands in URLs (the hub, proxies, registries). Default: of this process's environment.
 */
export function workerSecrets(env: Environment = process.env): Secret[] {
  const named = Object.keys(env).filter((name) => isSecretName(name) && !NO_SECRETS.test(name));
  return [
    ...secretsOf([...secretVariables(), ...TOKENS, ...named], env),
    ...Object.entries(env).flatMap(([name, value = '']) => secretsInUrls(name, value)),
  ];
}
/** Their names have a secret's word in them, and their values are places. */
const NO_SECRETS =
  /^(?:SSH_AUTH_SOCK|XAUTHORITY|PWD|OLDPWD|.*_SESSION_(?:ID|TYPE|CLASS|DESKTOP)|DESKTOP_SESSION|SSL_CERT_.*|.*_CA_CERTS|PIP_CERT)$/;

/** The values of all variables that a repository's `baton.yaml` names, by whatever `env` in it. */
export const namedSecrets = (config: Config, env: Environment = process.env): Secret[] =>
  secretsOf([...new Set(namesIn(config))], env);

const namesIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) =>
        key === 'env' && Array.isArray(inner)
          ? inner.filter((name) => typeof name === 'string')
          : namesIn(inner),
      );

/** The values in the files that are copied from the origin's checkout into the trees (`.env`). */
export async function copiedSecrets(
  origin: string,
  { worktrees, root: ownRoot = '' }: Config,
): Promise<Secret[]> {
  if (!isLocal(origin) || worktrees.copy.length === 0) return [];
  const root = await realpath(origin).catch(() => undefined);
  if (root === undefined) return [];
  const found: Secret[] = [];
  for (const file of await filesOf(
    root,
    worktrees.copy.map((each) => fromRoot(ownRoot, each)),
  )) {
    const content = await readIfRegular(file, { most: LARGEST_SETTINGS }).catch(() => undefined);
    if (content !== undefined) found.push(...valuesIn(content.toString('utf8')));
  }
  return found;
}

/** The regular files that entries of `copy` name, in folders too; none outside of the checkout. */
async function filesOf(root: string, entries: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  const visit = async (at: string): Promise<void> => {
    if (files.length >= MOST_FILES) return;
    const real = await realpath(at).catch(() => undefined);
    if (real === undefined || !real.startsWith(root + path.sep)) return;
    const stat = await lstat(real);
    if (stat.isFile()) files.push(real);
    else if (stat.isDirectory()) for (const name of await readdir(real)) await visit(path.join(real, name));
  };
  for (const entry of entries) await visit(path.join(root, entry));
  return files;
}
