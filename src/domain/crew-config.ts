/** `crew` of `baton.yaml`: who does the work, by which runner, within which limits. */
import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { envNames } from './env-names.ts';
import { ownSandbox, type SandboxMode } from './sandbox-config.ts';
import { wantedServices } from './services-config.ts';

/** Five minutes: agents think long, but a CLI that prints nothing for so long is stuck. */
const AGENT_STALL = '5m';
/** One hour for one run: a packet that needs longer is too large. */
const AGENT_TIMEOUT = '1h';

const words = z.array(z.string().min(1).max(2000)).max(40);

/** What may be spent; at least one of both. */
export const budgetSchema = z
  .strictObject({
    /** US dollars, as the CLI tells them or as `prices` makes them of tokens. */
    usd: z.number().positive().max(1_000_000).optional(),
    /** Input and output tokens together. */
    tokens: z.number().int().positive().optional(),
  })
  .refine(({ usd, tokens }) => usd !== undefined || tokens !== undefined, {
    message: 'a budget needs usd or tokens: without a limit it could not be used up',
  });
export type Budget = z.infer<typeof budgetSchema>;

const roleName = z
  .string()
  .regex(/^[a-z0-9-]+$/, 'a role is lower-case letters, digits and hyphens: it names a file');

const limits = {
  /** Role of the crew: its prompt file is `.baton/roles/<role>.md` in the repository, else Baton's own. */
  role: roleName.optional(),
  /** The model, in the runner's own words; the command runner hands it on as BATON_MODEL. Default: the CLI's. */
  model: z.string().min(1).max(100).optional(),
  /** No event for this long: the agent is stopped and resumed with a note. Default 5m. */
  stall: durationSchema.prefault(AGENT_STALL),
  /** Longest single run. Default 1h. */
  timeout: durationSchema.prefault(AGENT_TIMEOUT),
  /** Names of environment variables the agent may see beside the basic ones and its runner's own. */
  env: envNames.default([]),
  /** What one run may spend; reached, the run is ended and a person is asked. Default: no limit. */
  budget: budgetSchema.optional(),
  /**
   * A program, with its arguments, that the runner's command line is put behind, such as a sandbox of one's own: Baton
   * puts none around it then, unless `sandbox` of this role says so. Default: none.
   */
  wrapper: words.min(1).optional(),
  /** Services that run while it works on a packet. Default: all. */
  services: wantedServices.optional(),
  ...ownSandbox,
};

const commandAgent = z.strictObject({
  runner: z.literal('command'),
  /** Program and arguments; started without a shell, in the agent's worktree. */
  command: z.array(z.string().min(1)).min(1),
  ...limits,
});

/** A CLI that Baton knows how to start and to understand. */
const cli = <Name extends string>(name: Name) =>
  z.strictObject({
    runner: z.literal(name),
    /** Program (and first arguments) to start in place of the one on the PATH. */
    command: words.min(1).optional(),
    /** Further arguments, put behind Baton's own. */
    args: words.default([]),
    ...limits,
  });

const acp = z.strictObject({
  runner: z.literal('acp'),
  /** Program and arguments that begin to speak the Agent Client Protocol on their standard streams. */
  command: words.min(1),
  ...limits,
});

const person = z.strictObject({
  runner: z.literal('person'),
  /** As for other runners: shown to whoever takes the packet. */
  role: roleName.optional(),
});

const processAgents = [
  commandAgent,
  cli('claude'),
  cli('codex'),
  cli('gemini'),
  cli('opencode'),
  acp,
] as const;

/** An agent that is a process, whatever role it has. */
export const processAgentSchema = z.discriminatedUnion('runner', [...processAgents]);
const agent = z.discriminatedUnion('runner', [...processAgents, person]);
const [commandRole, claudeRole, codexRole, geminiRole, opencodeRole, acpRole] = processAgents;
const fallback = {
  /** Another agent: takes over by itself where this one gets nowhere after its retries. */
  fallback: agent.optional(),
};

export const crewRoleSchema = z.discriminatedUnion('runner', [
  commandRole.extend(fallback),
  claudeRole.extend(fallback),
  codexRole.extend(fallback),
  geminiRole.extend(fallback),
  opencodeRole.extend(fallback),
  acpRole.extend(fallback),
  person,
]);
export type CrewRole = z.infer<typeof crewRoleSchema>;
/** An agent, or the person in its place. */
export type CrewMember = z.infer<typeof agent>;
/** An agent that is a process. */
export type AgentConfig = Exclude<CrewMember, { runner: 'person' }>;
export type RunnerName = CrewMember['runner'];

/** The designer is asked back and forth until its packets can be used: a process in any case. */
const otherProcess = {
  /** Another agent: takes over by itself where this one gets nowhere after its retries. */
  fallback: processAgentSchema.optional(),
};
export const designerSchema = z.discriminatedUnion('runner', [
  commandRole.extend(otherProcess),
  claudeRole.extend(otherProcess),
  codexRole.extend(otherProcess),
  geminiRole.extend(otherProcess),
  opencodeRole.extend(otherProcess),
  acpRole.extend(otherProcess),
]);

/** Who runs: the role's own, or the other one that it names. */
export const memberOf = (role: CrewRole, which?: 'fallback'): CrewMember => {
  if (role.runner === 'person') return role;
  const { fallback: other, ...own } = role;
  return which === 'fallback' && other !== undefined ? other : own;
};

/** The agents of a role that are processes. */
export const agentsOf = (role: CrewRole): AgentConfig[] => {
  const members = hasFallback(role) ? [memberOf(role), memberOf(role, 'fallback')] : [memberOf(role)];
  return members.filter((member): member is AgentConfig => member.runner !== 'person');
};

/** Whether a person stands in for an agent of the role, or is the other one it names. */
export const personOf = (role: CrewRole): 'instead' | 'fallback' | undefined =>
  role.runner === 'person' ? 'instead' : role.fallback?.runner === 'person' ? 'fallback' : undefined;

/**
 * The sandbox that an agent is to have, where baton.yaml says `top` for all. A wrapper is most often a sandbox, and one
 * isn't put into the other unasked.
 */
export const sandboxOf = ({ sandbox, wrapper }: Pick<AgentConfig, 'sandbox' | 'wrapper'>, top: SandboxMode) =>
  sandbox ?? (wrapper === undefined ? top : 'off');

/** Whether the role names somebody else, another agent or a person. */
export const hasFallback = (role: CrewRole): boolean =>
  role.runner !== 'person' && role.fallback !== undefined;
