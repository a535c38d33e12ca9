import type { RunnerOutcome } from '../agents/runner.ts';
import type { AgentRunInput } from '../domain/activities.ts';
import type { AgentTask } from '../domain/agent-protocol.ts';
import type { AgentConfig } from '../domain/crew-config.ts';
import type { Served } from './served.ts';
import { allServices, type InTree, usingServices } from './services.ts';

/**
 * Has an agent work with its services; a designer writes documents, and needs none unless its role names them. If one
 * ends meanwhile, the signal that `run` is given is aborted.
 *
 * @throws BatonError `ServiceFailed` then: its agent can't mend that, and isn't paid to try. Its session goes on once a
 * person has.
 */
export const withAgentServices = (
  of: InTree & { readonly signal: AbortSignal },
  { packet }: AgentRunInput,
  { services }: AgentConfig,
  run: (served: Served, signal: AbortSignal) => Promise<RunnerOutcome>,
): Promise<RunnerOutcome> =>
  usingServices(of, async (use) => {
    const served = await use.wanted(services ?? (packet === null ? [] : allServices(of.site)));
    const { failed } = use;
    const outcome = await run(served, AbortSignal.any([of.signal, failed]));
    if (failed.aborted && outcome.kind === 'cancelled') throw failed.reason;
    return outcome;
  });

/** The task of an agent that uses services, with the names of what leads to them. */
export function toldOfServices(task: AgentTask, { env }: Served): AgentTask {
  const names = Object.keys(env);
  if (names.length === 0) return task;
  const words =
    `Services run for you alone, and begin empty with each of your runs; these variables lead to them: ${names.join(', ')}. ` +
    'Do not start them yourself. Checks have services of their own.';
  return { ...task, instructions: `${task.instructions}\n\n${words}` };
}
