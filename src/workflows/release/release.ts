import type { ReleaseInput } from '../../domain/messages.ts';
import type { ReleaseOutcome } from '../../domain/outcomes.ts';
import { followHomeRules } from '../home-calls.ts';
import { ReleaseRun } from './release-run.ts';

/** The landed commit through staging, smoke test, canary steps and full rollout; or back. */
export async function releaseWorkflow(input: ReleaseInput): Promise<ReleaseOutcome> {
  followHomeRules(input.homeGone, 'any');
  return await new ReleaseRun(input).run();
}
