import type { Config } from '../domain/config.ts';
import type { Repository } from '../git/repository.ts';

/** Has the home hold the submodules of a base commit, if `baton.yaml` wants them in trees. */
export const fetchModulesOf = async (
  { repo, config }: { readonly repo: Repository; readonly config: Config },
  base: string,
): Promise<void> => {
  if (config.submodules === 'all') await repo.fetchModules(base);
};

/** Where the base branch is now, with its submodules. */
export const presentBase = async (
  site: { readonly repo: Repository; readonly config: Config },
  branch: string,
): Promise<string> => {
  const base = await site.repo.resolveBase(branch);
  await fetchModulesOf(site, base);
  return base;
};
