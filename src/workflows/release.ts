import type { ReleaseInput, ReleaseOutcome } from '../domain/messages.ts';
import { ReleaseRun } from './release-run.ts';

/** The landed commit through staging, smoke test, canary steps and full rollout; or back. */
export async function releaseWorkflow(input: ReleaseInput): Promise<ReleaseOutcome> {
  return await new ReleaseRun(input).run();
}
