import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readJson, writeFileAtomic } from './atomic-file.ts';
import { namesIn } from './names-in.ts';
import { type HomePaths, pathSegment } from './paths.ts';

/** Whose log it is. */
export interface ServiceLogName {
  readonly feature: string;
  readonly tree: string;
  readonly service: string;
}

const logFolder = (home: Pick<HomePaths, 'dir'>, feature: string) =>
  path.join(home.dir, 'reports', `${pathSegment(feature)}.services`);

/** Where a service's log is; beside the feature's report, and for as long as that. */
export const serviceLogFile = (home: Pick<HomePaths, 'dir'>, { feature, tree, service }: ServiceLogName) =>
  path.join(logFolder(home, feature), `${pathSegment(tree)}.${pathSegment(service)}.log`);

/** The logs that a home has of a feature's services, of each tree the newest. */
export const serviceLogs = async (home: Pick<HomePaths, 'dir'>, feature: string): Promise<ServiceLogName[]> =>
  (await namesIn(logFolder(home, feature))).flatMap((name) => {
    const [, tree, service] = /^([^.]+)\.([^.]+)\.log$/.exec(name) ?? [];
    return tree === undefined || service === undefined ? [] : [{ feature, tree, service }];
  });

const noteSchema = z.object({
  setting: z.string(),
  /** A shell command line. */
  stop: z.string(),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
});

/** A service that nothing but its `stop` may end: it ran in no sandbox, so it may have started what isn't its child. */
export type ServiceNote = z.infer<typeof noteSchema>;

const noteFolder = (home: Pick<HomePaths, 'dir'>) => path.join(home.dir, 'services');

/** Keeps the note from before the service is started. @returns what forgets it */
export async function noteService(
  home: Pick<HomePaths, 'dir'>,
  note: ServiceNote,
): Promise<() => Promise<void>> {
  const file = path.join(noteFolder(home), `${randomUUID()}.json`);
  await writeFileAtomic(file, JSON.stringify(note));
  return () => rm(file, { force: true });
}

/** The notes of services that nobody stopped, each with what forgets it. */
export async function servicesLeft(
  home: Pick<HomePaths, 'dir'>,
): Promise<{ readonly note: ServiceNote; readonly forget: () => Promise<void> }[]> {
  const found = [];
  for (const name of await namesIn(noteFolder(home))) {
    const file = path.join(noteFolder(home), name);
    const parsed = noteSchema.safeParse(await readJson(file));
    if (parsed.success) found.push({ note: parsed.data, forget: () => rm(file, { force: true }) });
  }
  return found;
}
