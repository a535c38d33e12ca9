/** `--with`: another agent for the runs of a fork that are made anew. */
import { z } from 'zod';
import {
  type AgentConfig,
  type CrewMember,
  type CrewRole,
  memberOf,
  processAgentSchema,
} from './crew-config.ts';
import { schemaProblems } from './schema-findings.ts';

const words = z.string().min(1).max(2000);

const memberChangeSchema = z.strictObject({
  /** As in `crew` of baton.yaml. The former runner's command, arguments, wrapper and model don't go with it. */
  runner: words.optional(),
  /** The model, in the runner's own words. */
  model: words.optional(),
  /** Program and arguments, separated by spaces. */
  command: words.optional(),
  /** `fallback`: the other agent that the role names. */
  agent: z.literal('fallback').optional(),
});
export type MemberChange = z.infer<typeof memberChangeSchema>;

/** Reads `key=value` of the command line. */
export function readMemberChange(
  given: readonly string[],
): { readonly change: MemberChange } | { readonly problem: string } {
  const pairs = given.map((one) => {
    const at = one.indexOf('=');
    return at < 0 ? [one, ''] : [one.slice(0, at), one.slice(at + 1)];
  });
  const parsed = memberChangeSchema.safeParse(Object.fromEntries(pairs));
  if (parsed.success) return { change: parsed.data };
  return {
    problem: `--with takes runner=NAME, model=NAME, command="PROGRAM ARGUMENT …" or agent=fallback, got ${given.join(' ')}`,
  };
}

/**
 * The member of a role with a change.
 *
 * @returns the agent's settings, or why there can't be such an agent
 */
export function changedMember(
  role: CrewRole,
  change: MemberChange,
): { readonly member: AgentConfig } | { readonly problem: string } {
  const { agent, runner, command, model } = change;
  const from = memberOf(role, agent);
  if (agent !== undefined && JSON.stringify(from) === JSON.stringify(memberOf(role)))
    return { problem: 'the role names no fallback' };
  const other = runner !== undefined && runner !== from.runner;
  const changed = {
    ...asWritten(other ? limitsOf(from) : from),
    ...(runner !== undefined && { runner }),
    ...(command !== undefined && { command: command.split(' ').filter((word) => word !== '') }),
    ...(model !== undefined && { model }),
  };
  const parsed = processAgentSchema.safeParse(changed);
  return parsed.success
    ? { member: parsed.data }
    : { problem: schemaProblems(parsed.error, changed, processAgentSchema) };
}

type Limits = Partial<Omit<AgentConfig, 'runner' | 'command'>>;

/** What holds whoever does the work. */
function limitsOf(member: CrewMember): Limits {
  if (member.runner === 'person') return member.role === undefined ? {} : { role: member.role };
  const { runner: _, command: __, model: ___, wrapper: ____, ...limits } = member;
  return Object.fromEntries(Object.entries(limits).filter(([key]) => key !== 'args'));
}

/** Durations as in baton.yaml, since they are read like that again. */
const asWritten = <T extends object>(member: T): T => {
  const { stall, timeout } = member as Limits;
  return {
    ...member,
    ...(stall !== undefined && { stall: `${stall}ms` }),
    ...(timeout !== undefined && { timeout: `${timeout}ms` }),
  };
};
