import type { PacketInput } from '../../domain/messages.ts';
import type { PacketOutcome } from '../../domain/outcomes.ts';
import { followHomeRules } from '../home-calls.ts';
import { PacketRun } from './packet-run.ts';

/** One packet: worktree, agent, questions, acceptance, submission, rounds of feedback, merge. */
export async function packetWorkflow(input: PacketInput): Promise<PacketOutcome> {
  // A person needs no worker with a slot for an agent.
  followHomeRules(input.homeGone, input.person === 'instead' ? 'any' : 'free');
  return await new PacketRun(input).run();
}
