import { BatonError } from '../../domain/failures.ts';
import { hideCredentials } from '../git-error.ts';
import { formatNames, formatOf, type ObjectFormat } from '../object-format.ts';
import { NoRepositoryThere, originName, outageAt } from '../outage.ts';
import { userConfig } from '../sealed-view.ts';
import { repositoryAt } from '../user-repository.ts';
import { isLocal, lsRemote, normaliseOrigin } from './origin.ts';

/** The format of a repository on this machine; undefined if there is none now. */
export const localFormat = async (folder: string): Promise<ObjectFormat | undefined> => {
  const repo = await repositoryAt(normaliseOrigin(folder));
  return repo === undefined ? undefined : (await userConfig(repo)).format;
};

/**
 * The format in which an origin names its objects: a folder's settings say it, a server by the names of its branches.
 * @throws BatonError `Outage` where it can't be asked
 */
export const formatAt = async (origin: string): Promise<ObjectFormat> => {
  try {
    if (!isLocal(origin)) return formatOf(/^\w+/.exec((await lsRemote(origin, '--heads')).stdout)?.[0] ?? '');
    const format = await localFormat(origin);
    if (format === undefined) throw new NoRepositoryThere();
    return format;
  } catch (error) {
    throw outageAt(originName({ origin }), error);
  }
};

/** What the clone is to both its other sides, where that is known without a process. */
interface Formats {
  readonly clone: string;
  readonly format: ObjectFormat;
  readonly origin: string;
  /** Undefined: it is the home's own, and made like the clone. */
  readonly hub: string | undefined;
}

/**
 * Refuses an origin or a hub on this machine whose objects the clone can't hold.
 * @throws BatonError `Repository` that says what to do
 */
export const assertOneFormat = async ({ clone, format, origin, hub }: Formats): Promise<void> => {
  const now = isLocal(origin) ? await localFormat(origin) : undefined;
  if (now !== undefined && now !== format)
    throw new BatonError('Repository', originOfOtherFormat({ origin, clone }));
  const theirs = hub !== undefined && isLocal(hub) ? await localFormat(hub) : undefined;
  if (theirs !== undefined && theirs !== format)
    throw new BatonError('Repository', hubOfOtherFormat(hub ?? '', format));
};

/** The repository at an origin was replaced by one that names its objects otherwise. */
export const originOfOtherFormat = ({
  origin,
  clone,
}: {
  readonly origin: string;
  readonly clone: string;
}): string =>
  `${originName({ origin })} names its objects otherwise than when Baton cloned it (SHA-1, SHA-256), so it is another ` +
  `repository: end its features, and remove ${clone} with all that Baton keeps beside it under that name`;

export const hubOfOtherFormat = (hub: string, format: ObjectFormat): string =>
  `the hub ${hideCredentials(hub)} doesn't name its objects by ${formatNames[format]} as the repository does: ` +
  `make another one with git init --bare --object-format=${format}, and name that`;
