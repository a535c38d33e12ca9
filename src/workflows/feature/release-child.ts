import {
  type ChildWorkflowHandle,
  ParentClosePolicy,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import { releaseWorkflowId } from '../../domain/ids.ts';
import type { ReleaseInput } from '../../domain/messages.ts';
import type { ReleaseOutcome } from '../../domain/outcomes.ts';
import { ownPacket, type Packet } from '../../domain/packet.ts';
import { releasesEndFirst } from '../patches.ts';
import type { releaseWorkflow } from '../release/release.ts';
import { endChild, startAlone } from './children.ts';
import type { ReleaseBefore } from './release-before.ts';

/**
 * Starts the release of a landed commit, whose first digits are the version's name. One of an execution before, which
 * still runs, ends first.
 */
export const startRelease = (
  input: Omit<ReleaseInput, 'version' | 'ownOperations'>,
  before: Pick<ReleaseBefore, 'ended'>,
): Promise<ChildWorkflowHandle<typeof releaseWorkflow>> => {
  const version = input.commit.slice(0, 12);
  const workflowId = releaseWorkflowId(input.ref.feature);
  const options = {
    workflowId,
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    // Traffic goes back to the version before, even if the feature is terminated.
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    staticSummary: `release ${version}`,
    args: [{ ...input, version, ownOperations: true }] as [ReleaseInput],
  };
  return startAlone(
    workflowId,
    () => startChild<typeof releaseWorkflow>('releaseWorkflow', options),
    (id) => (releasesEndFirst() ? before.ended() : endChild(id)),
  );
};

/** What came of a bad release, in the words that its problems follow. */
export const showed = ({ outcome, version }: ReleaseOutcome): string =>
  outcome === 'failed'
    ? `Release ${version} failed before it had traffic`
    : `The canary of release ${version} was bad and was taken back`;

/** A packet that mends what a bad release showed; `n` counts them in its feature. */
export const fixPacket = (n: number, release: ReleaseOutcome): Packet =>
  ownPacket({
    id: `fix-${n}`,
    objective: `Mend this. ${showed(release)}: ${release.problems.join('; ').slice(0, 1500)}`,
    kind: 'implementation',
  });
