import type { RunnerName } from '../domain/crew-config.ts';

interface RunnerVariables {
  /** What the CLI logs in with: their values are blotted out of all that is kept. */
  readonly keys: readonly string[];
  /** Where it finds its provider. */
  readonly settings: readonly string[];
}

const NONE: RunnerVariables = { keys: [], settings: [] };

/**
 * The environment variables that a runner's CLI gets without being named in `env`, by the CLIs' own documentation.
 * opencode, acp and command serve any provider: theirs are named in `env`.
 */
export const RUNNER_VARIABLES: Readonly<Record<RunnerName, RunnerVariables>> = {
  claude: {
    keys: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'],
    settings: ['ANTHROPIC_BASE_URL'],
  },
  codex: { keys: ['OPENAI_API_KEY', 'CODEX_API_KEY'], settings: [] },
  gemini: {
    keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    settings: ['GOOGLE_GEMINI_BASE_URL', 'GOOGLE_CLOUD_PROJECT', 'GOOGLE_CLOUD_LOCATION'],
  },
  opencode: NONE,
  acp: NONE,
  command: NONE,
  person: NONE,
};

/** Names of what all runners log in with. */
export const secretVariables = (): string[] => Object.values(RUNNER_VARIABLES).flatMap(({ keys }) => keys);

/** Names of all variables that the agent may see beside the basic ones. */
export const variablesOf = ({
  runner,
  env,
}: {
  readonly runner: RunnerName;
  readonly env: readonly string[];
}): string[] => [
  ...new Set([...env, ...RUNNER_VARIABLES[runner].keys, ...RUNNER_VARIABLES[runner].settings]),
];

/** Names of those whose values are kept nowhere. */
export const secretVariablesOf = ({
  runner,
  env,
}: {
  readonly runner: RunnerName;
  readonly env: readonly string[];
}): string[] => [...new Set([...env, ...RUNNER_VARIABLES[runner].keys])];
