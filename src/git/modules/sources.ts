import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { readJson, writeFileAtomic } from '../../homes/atomic-file.ts';
import type { RepositoryContext } from '../context.ts';

const sourceSchema = z.object({
  name: z.string(),
  /** Where it is fetched from: absolute. */
  url: z.string(),
  /** The same in the clone of the user's that the origin is, if it has been there: a folder. */
  local: z.string().optional(),
});

/** Where a submodule comes from. What an agent writes into `.gitmodules` is none. */
export type ModuleSource = z.infer<typeof sourceSchema>;

const file = ({ home, key }: RepositoryContext): string => path.join(home.repos, `${key}.modules.json`);
const schema = z.record(z.string(), sourceSchema);
const known = new Map<string, Readonly<Record<string, ModuleSource>>>();

/** By the path from the top of the repository, nested ones too: as base commits of features said. */
export const moduleSources = async (
  repo: RepositoryContext,
): Promise<Readonly<Record<string, ModuleSource>>> => {
  const before = known.get(repo.clone);
  if (before !== undefined) return before;
  const parsed = schema.safeParse(await readJson(file(repo)));
  const sources = parsed.success ? parsed.data : {};
  known.set(repo.clone, sources);
  return sources;
};

/** Adds to them; one of a path that is there already is replaced. */
export const noteSources = async (
  repo: RepositoryContext,
  found: Readonly<Record<string, ModuleSource>>,
): Promise<void> => {
  const before = await moduleSources(repo);
  const all = { ...before, ...found };
  if (JSON.stringify(all) === JSON.stringify(before)) return;
  known.set(repo.clone, all);
  await writeFileAtomic(file(repo), `${JSON.stringify(all)}\n`);
};

/** In the clone: below it are branches and tags of what is at a URL. */
export const moduleRefs = ({ url }: ModuleSource): string =>
  `refs/baton/modules/${createHash('sha256').update(url).digest('hex').slice(0, 16)}/`;
