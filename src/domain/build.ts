/** One release of Baton's workflows, as the server tells workers of different releases apart. */
export interface Build {
  /** Names it at the server: the release, and a digest of the workflows' code. */
  readonly id: string;
  /** The release of Baton, e.g. `0.2.0`. */
  readonly version: string;
  /** Changes of behaviour that its workflows know (`src/workflows/patches.ts`). */
  readonly changes: readonly string[];
}

/** Twelve digits tell apart more builds than a server keeps, which is 100, and still fit in a line. */
const DIGEST_LENGTH = 12;

export const buildId = (version: string, digest: string): string =>
  `${version}-${digest.slice(0, DIGEST_LENGTH)}`;

/**
 * Whether a worker of `build` can go on with all that ran on `other`, and is no older release: it knows each change
 * that the other one knows. Two builds of one release that know the same changes succeed each other.
 */
export const succeeds = (
  build: Pick<Build, 'version' | 'changes'>,
  other: Pick<Build, 'version' | 'changes'>,
): boolean => knowsAll(build, other.changes) && compareVersions(build.version, other.version) >= 0;

/** Whether a workflow whose history holds these changes replays on `build`. The SDK's own begin with `__`. */
export const knowsAll = ({ changes }: Pick<Build, 'changes'>, used: readonly string[]): boolean =>
  used.every((change) => change.startsWith('__') || changes.includes(change));

/** Negative if `a` is the older release. What stands behind a hyphen is a step on the way to the release. */
function compareVersions(a: string, b: string): number {
  const [ofA, ofB] = [parts(a), parts(b)];
  for (const at of [0, 1, 2]) {
    const difference = (ofA.numbers[at] ?? 0) - (ofB.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(ofB.isPreview) - Number(ofA.isPreview);
}

const parts = (version: string) => {
  const [numbers = ''] = version.split('-');
  return { numbers: numbers.split('.').map(Number), isPreview: version.includes('-') };
};
