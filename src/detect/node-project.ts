/** Package managers of Node, and the packages of a workspace. */
import { parse } from 'yaml';
import { has, jsonOf, matching, objectOf, type ProjectFiles } from './listing.ts';
import type { Around, Covers } from './projects.ts';

export type NodeManager = 'npm' | 'pnpm' | 'yarn' | 'yarn berry' | 'bun';

/** A `package.json`. */
export interface NodePackage {
  /** Folder of it; `''` is the root. */
  readonly folder: string;
  readonly scripts: Readonly<Record<string, string>>;
  /** Names of what it depends on, in whatever way. */
  readonly needs: ReadonlySet<string>;
  readonly json: Readonly<Record<string, unknown>>;
}

/** What the root of a project of Node says. */
export interface NodeProject {
  readonly manager: NodeManager;
  /** Whether a lock file is tracked. */
  readonly locked: boolean;
  readonly root: NodePackage;
  readonly members: readonly NodePackage[];
}

/** Reads a project of Node at the root of the listing. */
export function nodeProject(listing: ProjectFiles): NodeProject {
  const root = packageAt(listing, '');
  const named = /^(npm|pnpm|yarn|bun)@(\d+)/.exec(String(root.json.packageManager ?? ''));
  const lock = LOCKS.find(([, ...files]) => has(listing, ...files))?.[0];
  const manager = lock ?? (named?.[1] as NodeManager | undefined) ?? 'npm';
  const berry = has(listing, '.yarnrc.yml') || (named?.[1] === 'yarn' && Number(named[2]) > 1);
  return {
    manager: manager === 'yarn' && berry ? 'yarn berry' : manager,
    locked: lock !== undefined,
    root,
    members: membersOf(listing, root),
  };
}

const LOCKS: readonly (readonly [NodeManager, ...string[]])[] = [
  ['pnpm', 'pnpm-lock.yaml'],
  ['bun', 'bun.lock', 'bun.lockb'],
  ['yarn', 'yarn.lock'],
  ['npm', 'package-lock.json', 'npm-shrinkwrap.json'],
];

function packageAt(listing: ProjectFiles, folder: string): NodePackage {
  const json = jsonOf(listing.text(folder === '' ? 'package.json' : `${folder}/package.json`));
  const scripts = Object.entries(objectOf(json.scripts)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const needs = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].flatMap(
    (key) => Object.keys(objectOf(json[key])),
  );
  return { folder, json, scripts: Object.fromEntries(scripts), needs: new Set(needs) };
}

/** What a workspace of Node has: its members, and the packages that a tool at the root installs and runs. */
export function nodeCovers(listing: ProjectFiles): Covers {
  const members = nodeProject(listing).members.map(({ folder }) => folder);
  const covered = new Set([...members, ...toolsPackages(listing)]);
  return (folder) => covered.has(folder);
}

/** The folders that lerna, rush or nx has as its packages. A turbo.json names none. */
function toolsPackages(listing: ProjectFiles): string[] {
  const lerna = listing.text('lerna.json');
  const globs = lerna === undefined ? [] : texts(jsonOf(lerna).packages ?? ['packages/*']);
  const rush = withoutRemarks(listing.text('rush.json') ?? '').matchAll(/"projectFolder"\s*:\s*"([^"]+)"/g);
  const nx = Object.values(objectOf(jsonOf(listing.text('workspace.json')).projects)).map((project) =>
    typeof project === 'string' ? project : objectOf(project).root,
  );
  return [
    ...globs.flatMap((glob) => packagesAt(listing, glob)).map(folderOf),
    ...[...[...rush].map(([, folder = '']) => folder), ...texts(nx)].map(plainPath),
  ];
}

/** JSON as rush writes it, without its remarks. */
const withoutRemarks = (text: string): string =>
  text.replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, quoted?: string) => quoted ?? '');

function membersOf(listing: ProjectFiles, { json }: NodePackage): NodePackage[] {
  const { workspaces } = json;
  const globs = [
    ...texts(Array.isArray(workspaces) ? workspaces : objectOf(workspaces).packages),
    ...texts(objectOf(yamlOf(listing.text('pnpm-workspace.yaml'))).packages),
  ];
  const wanted = globs.filter((glob) => !glob.startsWith('!'));
  const unwanted = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  const files = (glob: string) => packagesAt(listing, glob);
  const left = new Set(unwanted.flatMap(files));
  const all = [...new Set(wanted.flatMap(files))].filter((file) => !left.has(file)).sort();
  return all.map((file) => packageAt(listing, folderOf(file)));
}

const plainPath = (path: string): string => path.replace(/^\.\//, '').replace(/\/+$/, '');
const folderOf = (file: string): string => file.slice(0, -'/package.json'.length);

/** The files `package.json` in the folders that a glob names. */
const packagesAt = ({ files }: ProjectFiles, glob: string): string[] =>
  matching(files, `${plainPath(glob)}/package.json`);

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

function yamlOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : parse(text, { logLevel: 'silent' });
  } catch {
    return undefined;
  }
}

/** The command that installs what a project names; none if it names nothing. */
export function installCommand(
  { manager, locked, root, members }: NodeProject,
  { isAbove }: Around,
): string | undefined {
  if (!locked && root.needs.size === 0 && members.every(({ needs }) => needs.size === 0)) return undefined;
  // Else pnpm installs the workspace that this is no member of.
  const alone = manager === 'pnpm' && isAbove('pnpm-workspace.yaml') ? ' --ignore-workspace' : '';
  // A lock file that a set-up writes would be another one in each tree, and keep it from being copied.
  if (!locked) return `${WITHOUT_LOCK[manager]}${alone}`;
  if (manager === 'npm') return 'npm ci --no-audit --no-fund';
  return manager === 'yarn berry'
    ? 'yarn install --immutable'
    : `${manager} install --frozen-lockfile${alone}`;
}

const WITHOUT_LOCK: Readonly<Record<NodeManager, string>> = {
  npm: 'npm install --no-package-lock --no-audit --no-fund',
  pnpm: 'pnpm install --no-lockfile',
  yarn: 'yarn install --no-lockfile',
  'yarn berry': 'yarn install',
  bun: 'bun install --no-save',
};

/** Starts a program that the project installed. */
export const execOf = (manager: NodeManager): string =>
  ({
    npm: 'npx --no-install',
    pnpm: 'pnpm exec',
    yarn: 'yarn --silent run',
    'yarn berry': 'yarn run',
    bun: 'bunx',
  })[manager];

/** Runs a script of the project. */
export const runOf = (manager: NodeManager): string =>
  ({
    npm: 'npm run --silent',
    pnpm: 'pnpm run',
    yarn: 'yarn --silent run',
    'yarn berry': 'yarn run',
    bun: 'bun run',
  })[manager];
