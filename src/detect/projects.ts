/** Where the projects of one stack are in a repository, also below each other. */
import { dirname } from 'node:path/posix';
import { below, depth, foldersWith, isBelow, type ProjectFiles } from './listing.ts';
import type { ProposedStack } from './proposal.ts';
import { isTested, needsBrowser } from './useful.ts';

/** What is around a project. */
export interface Around {
  /** Folders in it that are projects of the same stack with checks of their own, relative to it. */
  readonly nested: readonly string[];
  /** Whether a file of this name is in a folder above it. */
  isAbove(name: string): boolean;
  /** The path from it to a file of this name in the nearest folder above it that has one. */
  pathAbove(name: string): string | undefined;
}

/** Whether a project's own commands take a folder below it; `left`: they don't, and it can't have commands of its own. */
export type Covers = (folder: string) => boolean | 'left';

/** How the projects of one stack are found. */
export interface StackKind {
  /** Names of files by which a folder is one. */
  readonly files: readonly string[];
  readonly look: (listing: ProjectFiles, around: Around) => Omit<ProposedStack, 'folder'> | undefined;
  /** What a project covers of the folders below it. Default: nothing. */
  readonly covers?: (listing: ProjectFiles) => Covers;
}

/** Deeper ones are most often parts of something. */
const DEEPEST = 3;
const OF_DOCUMENTATION = /(?:^|\/)(?:docs?|website|\.[^/]+)$/;
/** Below a project these hold what it is tested with. */
const AMONG_TESTS = /(?:^|\/)(?:tests?|__tests__|specs?|e2e|integration(?:-tests?)?|testing)(?:\/|$)/;

/** Whether a folder, relative to a project, is one of its tests or lies in one. */
export const isAmongTests = (folder: string): boolean => AMONG_TESTS.test(folder);

/**
 * The projects of one stack, topmost first, and the folders of those that are left out though they have tests. One below
 * another counts if that one's commands don't take it, and it has tests.
 */
export function projectsOf(
  listing: ProjectFiles,
  { files, look, covers }: StackKind,
): { readonly stacks: readonly ProposedStack[]; readonly left: readonly string[] } {
  const own: { folder: string; covers: Covers | undefined; isLeft: boolean; isNested: boolean }[] = [];
  const ofTests = new Set<string>();
  for (const folder of foldersWith(listing, files)) {
    const above = own.filter((other) => isBelow(folder, other.folder));
    const covered = above.map((other) => other.covers?.(within(other.folder, folder)));
    if (covered.includes(true)) continue;
    own.push({
      folder,
      covers: covers?.(below(listing, folder)),
      isNested: above.length > 0,
      isLeft:
        covered.includes('left') ||
        (folder !== '' && (depth(folder) > DEEPEST || OF_DOCUMENTATION.test(folder))) ||
        above.some((other) => isAmongTests(dirname(within(other.folder, folder)))),
    });
    if (above.some((other) => isAmongTests(within(other.folder, folder)))) ofTests.add(folder);
  }
  const stacks: ProposedStack[] = [];
  const left: string[] = [];
  // The deepest first: what has checks of its own is no part of what is above it.
  for (const { folder, isNested, isLeft } of own.reverse()) {
    const nested = stacks.filter((other) => isBelow(other.folder, folder));
    const folders = nested.map((other) => within(folder, other.folder)).sort();
    const stack = look(without(below(listing, folder), folders), {
      nested: folders,
      isAbove: (name) => pathAbove(listing, folder, name) !== undefined,
      pathAbove: (name) => pathAbove(listing, folder, name),
    });
    if (stack === undefined || ((isNested || isLeft) && !isTested(stack))) continue;
    if (isLeft) left.unshift(folder);
    else stacks.unshift({ ...stack, folder });
  }
  // Such a folder has all the tests, if what is above it has none. What needs a browser has a note of its own.
  const isLeft = (stack: ProposedStack) =>
    ofTests.has(stack.folder) &&
    !needsBrowser(stack) &&
    stacks.some((other) => isBelow(stack.folder, other.folder) && isTested(other));
  const leftToo = stacks.filter(isLeft).map(({ folder }) => folder);
  return { stacks: stacks.filter((stack) => !isLeft(stack)), left: [...left, ...leftToo] };
}

const within = (above: string, folder: string): string =>
  above === '' ? folder : folder.slice(above.length + 1);

const without = (listing: ProjectFiles, folders: readonly string[]): ProjectFiles =>
  folders.length === 0
    ? listing
    : { ...listing, files: listing.files.filter((file) => !folders.some((folder) => isBelow(file, folder))) };

function pathAbove({ files }: ProjectFiles, folder: string, name: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  const up = parts.findIndex((_, at) => files.includes([...parts.slice(0, -1 - at), name].join('/')));
  return up < 0 ? undefined : `${'../'.repeat(up + 1)}${name}`;
}
