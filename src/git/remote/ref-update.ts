/** An update of a ref: from `old` (undefined: it must not be there), or from wherever it is (`any`). */
export interface RefUpdate {
  readonly ref: string;
  /** Undefined: the ref goes. */
  readonly commit: string | undefined;
  readonly old: string | undefined | 'any';
}

/** What `git push` is told to make all of `updates` or none: options, and what is pushed. */
export const pushArguments = (
  updates: readonly RefUpdate[],
): { readonly options: readonly string[]; readonly specs: readonly string[] } => {
  const leases = updates
    .filter(({ old }) => old !== 'any')
    .map(({ ref, old }) => `--force-with-lease=${ref}:${old ?? ''}`);
  return {
    options: ['--porcelain', ...(updates.length > 1 ? ['--atomic'] : []), ...leases],
    specs: updates.map(
      ({ ref, commit, old }) => `${old === 'any' && commit !== undefined ? '+' : ''}${commit ?? ''}:${ref}`,
    ),
  };
};

/** The same for `git update-ref --stdin`, which is one transaction. */
export const transactionOf = (updates: readonly RefUpdate[]): string =>
  updates.map((update) => `${lineOf(update)}\n`).join('');

const lineOf = ({ ref, commit, old }: RefUpdate): string => {
  if (commit === undefined) {
    if (old === undefined) return `verify ${ref}`;
    return old === 'any' ? `delete ${ref}` : `delete ${ref} ${old}`;
  }
  if (old === undefined) return `create ${ref} ${commit}`;
  return old === 'any' ? `update ${ref} ${commit}` : `update ${ref} ${commit} ${old}`;
};
