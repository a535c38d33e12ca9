import type { FileChange } from '../domain/checks.ts';
import { fromRoot, toRoot } from '../domain/root.ts';
import type { Repository } from './repository.ts';
import type { Listing } from './store/listing.ts';

/** Listings are asked for many times, and a monorepo's are long. */
const rootedListings = new WeakMap<Listing, Map<string, Listing>>();

/**
 * A repository with the paths that features are told of, or tell of, named from a folder of it: what lies outside
 * begins with `../`. Merges in the object store, and edits that are recorded, keep the paths of the repository.
 *
 * @param root - the folder; `''` for the repository as it is
 */
export const rootedAt = (repo: Repository, root: string): Repository => {
  const { whole } = repo;
  if (root === '') return whole;
  const out = (path: string) => toRoot(root, path);
  const back = (path: string) => fromRoot(root, path);
  const listed = (listing: Listing): Listing => {
    const known = rootedListings.get(listing) ?? new Map<string, Listing>();
    rootedListings.set(listing, known);
    const found = known.get(root) ?? new Map([...listing].map(([path, file]) => [out(path), file]));
    known.set(root, found);
    return found;
  };
  const outOf = <T extends { readonly path: string }>(each: T): T => ({ ...each, path: out(each.path) });
  return {
    ...whole,
    root,
    async bringUpTo(job) {
      const brought = await whole.bringUpTo(job);
      return brought.kind === 'clean' ? brought : { ...brought, files: brought.files.map(out) };
    },
    async changedFiles(comparison): Promise<FileChange[]> {
      return (await whole.changedFiles(comparison)).map(outOf);
    },
    checkoutClean: (worktree, commit, keep = []) => whole.checkoutClean(worktree, commit, keep.map(back)),
    async commitAll(request) {
      const made = await whole.commitAll(request);
      return { ...made, unusable: made.unusable.map(out), withheld: made.withheld.map(outOf) };
    },
    copyIn: ({ worktree, copy }) => whole.copyIn({ worktree, copy: copy.map(back) }),
    async diffStat(comparison) {
      return (await whole.diffStat(comparison)).map(outOf);
    },
    async drift(worktree, keep = []) {
      const { changed, added } = await whole.drift(worktree, keep.map(back));
      return { changed: changed.map(out), added: added.map(out) };
    },
    async ignoredBy(commit, path) {
      const found = await whole.ignoredBy(commit, back(path));
      return found === undefined ? undefined : { ...found, file: out(found.file) };
    },
    async leftoverMarkers(head, commit, files) {
      return (await whole.leftoverMarkers(head, commit, files.map(back))).map(out);
    },
    async linksOut(commit, files) {
      return (await whole.linksOut(commit, files.map(back))).map(out);
    },
    async listingOf(commit) {
      return listed(await whole.listingOf(commit));
    },
    async listFilesAt(commit) {
      return (await whole.listFilesAt(commit)).map(out);
    },
    patch: ({ files = [], ...comparison }) => whole.patch({ ...comparison, files: files.map(back) }),
    prepareWorktree: ({ excluded = [], wanted, ...tree }) =>
      whole.prepareWorktree({
        ...tree,
        root,
        excluded: excluded.map(back),
        ...(wanted !== undefined && { wanted: wanted.map(back) }),
      }),
    readFileAt: (commit, path) => whole.readFileAt(commit, back(path)),
    restoreFiles: (worktree, files) => whole.restoreFiles(worktree, files.map(back)),
  };
};
