import { createHash, randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readJson, writeFileAtomic, writeFileSoon } from './atomic-file.ts';
import { namesIn } from './names-in.ts';
import type { HomePaths } from './paths.ts';

const triesSchema = z.object({
  /** Workers that died while this work was under way, since it last got further. */
  deaths: z.number().int().nonnegative(),
  /** Tries that failed by an error. */
  failures: z.number().int().nonnegative(),
  /** What these were about last, if something is away, and when that was met first, ISO 8601. */
  outage: z.object({ where: z.string(), since: z.string() }).optional().catch(undefined),
  /** Tries that ended well, and whose answer was asked for again all the same. */
  answers: z.number().int().nonnegative(),
  /** The activity that was answered last; if another asks for the same work, it is to be done anew. */
  answered: z.string().optional(),
  /** The worker process that has it under way; absent: none, or it only waits. */
  worker: z.string().optional(),
  /** When that began, ISO 8601. */
  since: z.string().optional(),
  /** The attempt that hasn't ended, also while it waits. */
  attempt: z
    .object({ workflowId: z.string(), runId: z.string(), activityId: z.string() })
    .optional()
    .catch(undefined),
});

/** One attempt's activity, by the names that the server knows it under. */
export type ActivityOfAttempt = NonNullable<z.infer<typeof triesSchema>['attempt']>;

/** How the tries of one piece of work ended so far. */
export type Tries = z.infer<typeof triesSchema>;

export const NO_TRIES: Tries = { deaths: 0, failures: 0, answers: 0 };

/** One piece of work: the same for each attempt at it, also if the workflow asks for it anew. */
export interface WorkName {
  readonly feature: string;
  /** What tells it from all others, e.g. the workflow's run, the activity and its input. */
  readonly parts: readonly unknown[];
}

/** The attempts that hadn't ended when this home's former worker did. To be asked before the next one begins any. */
export async function attemptsLeft(home: HomePaths): Promise<ActivityOfAttempt[]> {
  const left: ActivityOfAttempt[] = [];
  for (const feature of await namesIn(home.sessions)) {
    const folder = home.triesOf(feature);
    for (const name of (await namesIn(folder)).filter((each) => each.endsWith('.json'))) {
      const { success, data } = triesSchema.safeParse(await readJson(path.join(folder, name)));
      if (success && data.attempt !== undefined) left.push(data.attempt);
    }
  }
  return left;
}

/** A home's notes of tries, a small file for each work of a feature, which goes with the feature. */
export class TriesOf {
  private readonly file: string;

  constructor(home: HomePaths, { feature, parts }: WorkName) {
    const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
    this.file = path.join(home.triesOf(feature), `${digest}.json`);
  }

  async read(): Promise<Tries> {
    const parsed = triesSchema.safeParse(await readJson(this.file));
    return parsed.success ? parsed.data : NO_TRIES;
  }

  /** Is on the disk when it returns: whatever the work does to this machine, that it had begun is known. */
  async keep(tries: Tries): Promise<void> {
    await writeFileAtomic(this.file, JSON.stringify(tries));
  }

  /** As `keep`, but the machine may lose it: a process that is killed loses nothing, and it costs no wait for the disk. */
  async keepSoon(tries: Tries): Promise<void> {
    await writeFileSoon(this.file, JSON.stringify(tries));
  }

  /** As `keepSoon`, unless the feature was cleared away meanwhile, whose folder would come back. */
  async keepIfThere(tries: Tries): Promise<void> {
    try {
      this.replace(tries);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  /** Without waiting, which would take ten times the processor time. */
  private replace(tries: Tries): void {
    const temporary = `${this.file}.${randomUUID()}.tmp`;
    writeFileSync(temporary, JSON.stringify(tries));
    renameSync(temporary, this.file);
  }

  async forget(): Promise<void> {
    rmSync(this.file, { force: true });
  }
}
