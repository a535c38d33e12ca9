import type { Config } from '../domain/config.ts';
import { fromRoot, plainRoot, rootProblem, toRoot } from '../domain/root.ts';
import type { SchemaFinding } from '../domain/schema-words.ts';

/** Files of a commit, with their modes. */
export type Listed = ReadonlyMap<string, { readonly mode: string }>;

/** Where a `baton.yaml` lies, and what for it is read. */
export interface ConfigPlace {
  /** Folder of the repository that it lies in. Default `''`: the top. */
  readonly folder?: string | undefined;
  /** The root that was asked for. Default: as the file says, or its own folder. */
  readonly root?: string | undefined;
  /** Files of the base commit. Absent: whether the root is there isn't looked at. */
  readonly listing?: Listed | undefined;
}

/** The root that a configuration has there. */
export const rootIn = ({ root }: Config, { folder = '', root: wanted }: ConfigPlace): string =>
  wanted ?? (root === undefined ? folder : plainRoot(root));

/** What is wrong with the root of a configuration, and with the paths that lead above it. */
export function rootFindings(config: Config, place: ConfigPlace, file: string): SchemaFinding[] {
  const { folder = '', listing } = place;
  const root = rootIn(config, place);
  const at = { path: ['root'], on: 'value' } as const;
  if (config.root !== undefined) {
    if (folder !== '')
      return [
        {
          ...at,
          on: 'key',
          message: `\`root\` is for the ${file} at the top of a repository: this one makes ${folder} the root`,
        },
      ];
    const problem =
      place.root !== undefined || listing === undefined ? undefined : rootProblem(root, listing);
    if (problem !== undefined) return [{ ...at, message: problem }];
    if (place.root === undefined && root !== '' && listing?.has(`${root}/${file}`))
      return [
        {
          ...at,
          message: `${root} has a ${file} of its own: leave \`root\` out here, and start features with that folder`,
        },
      ];
  }
  return aroundRoot(config).flatMap(([path, glob]): SchemaFinding[] => {
    const climbs = /^(?:\.\.\/)*/.exec(glob)?.[0].length ?? 0;
    const depth = root === '' ? 0 : root.split('/').length;
    return climbs / 3 <= depth
      ? []
      : [
          {
            path,
            on: 'value',
            message: `"${glob}" leaves the repository${root === '' ? '' : `, seen from ${root}`}`,
          },
        ];
  });
}

/** The paths that may lead above the root. */
const aroundRoot = ({
  checks,
  worktrees,
  generated = [],
}: Config): [path: (string | number)[], glob: string][] => {
  const each = (path: (string | number)[], globs: readonly string[]) =>
    globs.map((glob, index): [(string | number)[], string] => [[...path, index], glob]);
  return [
    ...each(['checks', 'setup', 'inputs'], checks.setup?.inputs ?? []),
    ...each(['worktrees', 'installed'], worktrees.installed),
    ...each(['worktrees', 'copy'], worktrees.copy),
    ...generated.flatMap(({ files }, index) => each(['generated', index, 'files'], files)),
  ];
};

/** The configuration with its root, its own file protected where that lies: no packet may change the rules it is judged by. */
export const withRoot = (config: Config, place: ConfigPlace, file: string): Config => {
  const root = rootIn(config, place);
  const own = toRoot(root, fromRoot(place.folder ?? '', file));
  const { root: _, ...rest } = config;
  const guarded = [file, own].filter(
    (each, at, all) => all.indexOf(each) === at && !config.protected.includes(each),
  );
  return { ...rest, ...(root !== '' && { root }), protected: [...guarded, ...config.protected] };
};
