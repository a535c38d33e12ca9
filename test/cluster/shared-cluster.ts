import type { TestProject } from 'vitest/node';
import { resolveTemporalCli } from '../../src/dev-server/temporal-cli.ts';
import { type Cluster, startCluster } from './cluster.ts';

let cluster: Cluster | undefined;

/** One cluster for all tests but the one that kills it; each test has a namespace of its own there. */
export async function setup(project: TestProject): Promise<void> {
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  cluster = await startCluster(progress);
  const { path: executable } = await resolveTemporalCli({ progress });
  project.provide('temporalAddress', cluster.address);
  project.provide('temporalCli', executable);
}

export const teardown = (): Promise<void> | undefined => cluster?.stop();
