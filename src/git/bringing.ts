import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readJson, writeFileAtomic } from '../homes/atomic-file.ts';
import type { Place } from './worktree-place.ts';

const bringingSchema = z.object({ head: z.string(), tip: z.string() });

/**
 * A packet being brought up to `head` with conflicts: its own work is `tip`, its files hold the markers.
 * Kept from before the files are touched until the agent's next commit, so that a repetition starts from
 * `tip` again instead of committing markers.
 */
export type Bringing = z.infer<typeof bringingSchema>;

const file = (place: Place): string => path.join(place.admin, 'baton-bringing.json');

export const readBringing = async (place: Place): Promise<Bringing | undefined> => {
  const parsed = bringingSchema.safeParse(await readJson(file(place)));
  return parsed.success ? parsed.data : undefined;
};

export const writeBringing = (place: Place, bringing: Bringing): Promise<void> =>
  writeFileAtomic(file(place), `${JSON.stringify(bringing)}\n`);

export const forgetBringing = (place: Place): Promise<void> => rm(file(place), { force: true });
