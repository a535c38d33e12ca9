import type { PacketInput } from '../../domain/messages.ts';
import type { PacketOutcome } from '../../domain/outcomes.ts';
import { PacketRun } from './packet-run.ts';

/** One packet: worktree, agent, questions, acceptance, submission, rounds of feedback, merge. */
export async function packetWorkflow(input: PacketInput): Promise<PacketOutcome> {
  return await new PacketRun(input).run();
}
