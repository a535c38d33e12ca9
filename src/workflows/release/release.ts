import type { ReleaseInput } from '../../domain/messages.ts';
import type { ReleaseOutcome } from '../../domain/outcomes.ts';
import { ReleaseRun } from './release-run.ts';

/** The landed commit through staging, smoke test, canary steps and full rollout; or back. */
export async function releaseWorkflow(input: ReleaseInput): Promise<ReleaseOutcome> {
  return await new ReleaseRun(input).run();
}
