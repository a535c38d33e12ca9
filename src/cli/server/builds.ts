import { WORKER_DEPLOYMENT } from '../../domain/ids.ts';
import { WORKFLOWS } from '../../domain/messages.ts';
import { KeptBuilds } from '../../worker/kept-builds.ts';
import type { Server } from './connection.ts';
import { serving } from './task-queue.ts';

/** A build of Baton's workflows that has workers, features or the work, and what is there of each. */
export interface BuildEntry {
  /** Id of the build: the release and a digest. Absent: releases that told none, and servers that don't look at it. */
  readonly build?: string;
  /** Whether new features, and all that aren't held, go to its workers. */
  readonly current: boolean;
  /** Workers that asked for work lately. A killed one is counted for a minute more. */
  readonly workers: number;
  /** Features that run and were last worked on by it. */
  readonly features: number;
  /** Those of them that wait for workers of this build, and go on with no other. */
  readonly held: number;
}

/** The current build first, then the newest; those of which there is nothing are left out. */
export async function buildEntries({ client }: Server): Promise<BuildEntry[]> {
  const builds = new KeptBuilds(client);
  const [{ known }, { workers, current }] = await Promise.all([builds.current(), serving(client)]);
  const ids = new Set([...(current === undefined ? [] : [current]), ...[...known].reverse()]);
  for (const { build } of workers) if (build !== undefined) ids.add(build);
  const entries = await Promise.all([...ids, undefined].map((id) => entry(id)));
  return entries.filter((each) => each.current || each.workers > 0 || each.features > 0);

  async function entry(id: string | undefined): Promise<BuildEntry> {
    const on =
      id === undefined
        ? 'TemporalWorkerDeploymentVersion IS NULL'
        : `TemporalWorkerDeploymentVersion = '${WORKER_DEPLOYMENT}:${id}'`;
    const running = `WorkflowType = '${WORKFLOWS.feature}' AND ExecutionStatus = 'Running' AND ${on}`;
    const [features, held] = await Promise.all([
      builds.count(running),
      id === undefined ? 0 : builds.count(`${running} AND TemporalWorkflowVersioningBehavior = 'Pinned'`),
    ]);
    return {
      ...(id !== undefined && { build: id }),
      current: id !== undefined && id === current,
      workers: workers.filter(({ build }) => build === id).length,
      features,
      held,
    };
  }
}
