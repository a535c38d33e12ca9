/** What a run is given, as a key that is the same in every feature that gives the same. */
import { createHash } from 'node:crypto';
import { loadRole, type Role } from '../agents/load-role.ts';
import type { AgentRunInput } from '../domain/activities.ts';
import { type Config, checkNames } from '../domain/config.ts';
import { type AgentConfig, memberOf } from '../domain/crew-config.ts';
import { BatonError } from '../domain/failures.ts';
import { type Given, givenParts } from '../domain/given.ts';
import { changedMember } from '../domain/member-change.ts';
import { DEFAULT_ROLES } from '../domain/phase.ts';
import { andAbove, fromRoot } from '../domain/root.ts';
import type { RunSource } from '../domain/what-if.ts';
import type { GivenKey } from '../homes/runs.ts';
import { withModel } from './agent-run-parts.ts';
import type { Site } from './workshop.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const keyOf = (parts: Given): GivenKey => {
  const hashed = Object.fromEntries(
    Object.entries(parts).map(([part, text]) => [part, sha256(text)]),
  ) as unknown as Given;
  return { key: sha256(JSON.stringify(Object.entries(hashed).sort())), parts: hashed };
};

/** Who makes a run: the role's agent, or the one that a fork wants instead of it. */
export function agentFor({ config }: Site, input: AgentRunInput, change?: RunSource['with']): AgentConfig {
  const role = config.crew[input.phase];
  const member = memberOf(role, input.agent);
  const look = input.looks === true ? config.clarify : undefined;
  if (change !== undefined && input.agent === undefined) {
    const changed = changedMember(role, change);
    if ('member' in changed) return withinLook(changed.member, look);
    throw new BadMember(input, changed.problem);
  }
  if (member.runner === 'person') throw new BadMember(input, 'a person does it: there is no agent to run');
  return withinLook(member, look);
}

/** The agent, within the limits of a look at the request if it is one. */
const withinLook = (agent: AgentConfig, look: Config['clarify']): AgentConfig =>
  look === undefined
    ? agent
    : {
        ...agent,
        timeout: Math.min(agent.timeout, look.timeout),
        ...(look.budget !== undefined && { budget: look.budget }),
      };

class BadMember extends BatonError {
  constructor({ phase }: AgentRunInput, why: string) {
    super('BadInput', `crew.${phase}: ${why}`);
  }
}

/** A role by its name: the file nearest to the root counts. */
export const roleOfSite = ({ repo, ref }: Site, name: string): Promise<Role> =>
  loadRole(name, async (file) => {
    for (const folder of andAbove(repo.root)) {
      const text = await repo.whole.readFileAt(ref.baseCommit, fromRoot(folder, file));
      if (text !== undefined) return text;
    }
    return undefined;
  });

/**
 * What the run is given: as the role's own agent, by which it is looked for, and as the agent that makes it.
 *
 * @param tree - the present content of its worktree
 * @param before - key of the run before in the same session; null: it begins one
 */
export async function keysOf(
  site: Site,
  input: AgentRunInput,
  tree: string,
  before: string | null,
): Promise<{ readonly asConfigured: GivenKey; readonly asMade: GivenKey }> {
  const own = agentFor(site, input);
  const made = agentFor(site, input, input.from?.with);
  const roleOf = async (agent: AgentConfig) => {
    const name = input.packet?.role ?? agent.role ?? DEFAULT_ROLES[input.phase];
    return await roleOfSite(site, name);
  };
  const keyAs = async (agent: AgentConfig) => {
    const role = await roleOf(agent);
    const checks = checkNames(site.config);
    return keyOf(
      givenParts({ input, prompt: role.prompt, agent: withModel(agent, role), checks, tree, before }),
    );
  };
  const asConfigured = await keyAs(own);
  return { asConfigured, asMade: input.from?.with === undefined ? asConfigured : await keyAs(made) };
}
