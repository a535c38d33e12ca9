import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { writeFileAtomic } from '../../homes/atomic-file.ts';
import type { RepositoryContext } from '../context.ts';
import { formatOf } from '../object-format.ts';

export interface CommitToWrite {
  readonly tree: string;
  readonly parents: readonly string[];
  /** `Name <address>`, as git's own rules for names leave it. */
  readonly author: string;
  readonly committer: string;
  /** Seconds since 1970. */
  readonly at: number;
  readonly message: string;
}

/**
 * Writes a commit as a loose object, as `git commit-tree` does, without a process: of all that Baton asks of git this is
 * asked most, and a commit is five lines of text (gitformat-loose, git-commit-tree). @returns its name
 */
export async function writeCommit(repo: RepositoryContext, made: CommitToWrite): Promise<string> {
  const { tree, parents, author, committer, at, message } = made;
  const text = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${author} ${at} +0000`,
    `committer ${committer} ${at} +0000`,
    '',
    `${message}\n`,
  ].join('\n');
  const body = Buffer.from(text, 'utf8');
  const object = Buffer.concat([Buffer.from(`commit ${body.length}\0`), body]);
  const name = createHash(formatOf(tree)).update(object).digest('hex');
  const file = path.join(repo.clone, 'objects', name.slice(0, 2), name.slice(2));
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) await writeFileAtomic(file, await promisify(deflate)(object));
  return name;
}

/** Characters with which a name may not begin or end, and those that it may not hold. */
const UNCOMMON = /^[\s.,:;<>"\\']|[\s.,:;<>"\\']$|[<>\p{Cc}]/u;

/** How a commit names somebody; undefined if git would change it, or refuse it. */
export const signatureOf = ({
  name,
  email,
}: {
  readonly name: string;
  readonly email: string;
}): string | undefined =>
  [name, email].some((part) => part === '' || UNCOMMON.test(part)) ? undefined : `${name} <${email}>`;
