import { type AgentFinding, examine } from '../../agents/examine.ts';
import type { ProposedAgent } from '../../detect/write-config.ts';
import { processAgentSchema } from '../../domain/crew-config.ts';

const RUNNERS = ['claude', 'codex', 'gemini', 'opencode'] as const;

/** A CLI that was looked for on this machine. */
export interface AgentHere {
  readonly runner: ProposedAgent['runner'];
  /** `ready`: installed, and somebody is logged in. */
  readonly state: 'ready' | 'not logged in' | 'not usable' | 'not installed';
  readonly findings: readonly AgentFinding[];
}

/** Looks for the CLIs that Baton can run as agents; nothing is asked of a model. */
export const agentsHere = (env?: Readonly<Record<string, string | undefined>>): Promise<AgentHere[]> =>
  Promise.all(
    RUNNERS.map(async (runner): Promise<AgentHere> => {
      const agent = processAgentSchema.parse({ runner });
      const findings = await examine(agent, { cwd: process.cwd(), ...(env !== undefined && { env }) });
      const bad = findings.filter(({ state }) => state === 'bad').map(({ what }) => what);
      const missing = !findings.some(({ what, state }) => what === 'installed' && state === 'ok');
      const state =
        bad.length === 0
          ? 'ready'
          : missing && findings.length === 1
            ? 'not installed'
            : bad.every((what) => what === 'login')
              ? 'not logged in'
              : 'not usable';
      return { runner, state, findings };
    }),
  );

/** Whom the file names: the first that is ready, with the next one as its fallback; else the first that is there. */
export function proposedAgent(found: readonly AgentHere[]): ProposedAgent {
  const ready = found.filter(({ state }) => state === 'ready');
  const [first, second] = ready;
  if (first !== undefined)
    return {
      runner: first.runner,
      why: `${first.runner} is installed here, and somebody is logged in`,
      ...(second !== undefined && { fallback: second.runner }),
    };
  const there =
    found.find(({ state }) => state === 'not logged in') ?? found.find(({ state }) => state === 'not usable');
  if (there !== undefined)
    return {
      runner: there.runner,
      why: `${there.runner} is installed here, but ${there.state}: see \`baton doctor\``,
    };
  return { runner: 'claude', why: 'No agent is installed here: install one, or name another runner' };
}
