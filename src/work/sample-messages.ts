import type { CheckResult } from '../domain/checks.ts';
import { commitMessage, featureMessage } from '../domain/commit-message.ts';
import { packetSchema } from '../domain/packet.ts';
import { inLowerCase, messageRefusal } from './message-hooks.ts';
import type { ToMeasure } from './run-checks.ts';

/** No check of `baton.yaml` can have it. */
const NAME = 'commit messages';
/** An objective like any. What a hook may want beside, such as a ticket, only the request can have. */
const OBJECTIVE = 'Add what was asked for';
/** The end of a red check is what a person reads of it. */
const MOST_OF_REFUSAL = 300;

/**
 * Has the repository's hooks look at a message as the feature's commits will have it, before work is paid for that could
 * not be merged after all.
 *
 * @returns a red check with the hook's words; undefined if it takes the message, or there is no such hook
 */
export async function sampleMessages(
  job: ToMeasure,
  request: string | undefined,
): Promise<CheckResult | undefined> {
  const began = performance.now();
  const { ref, config } = job.site;
  const { commits } = config;
  const { feature } = ref;
  const messageFor = (what: string): string =>
    commits.per === 'feature'
      ? featureMessage({ commits, feature, request: what })
      : commitMessage({
          ...{ commits, feature, role: 'implement' },
          packet: packetSchema.parse({ id: 'packet', objective: what.slice(0, MOST_OF_REFUSAL) }),
        });
  const messages = [OBJECTIVE, request ?? OBJECTIVE].flatMap((what) =>
    [what, inLowerCase(what)].map(messageFor),
  );
  const refused = await messageRefusal(job, messages);
  if (refused === undefined) return undefined;
  const [subject = ''] = messages[0]?.split('\n') ?? [];
  return {
    ...{ name: NAME, passed: false, exitCode: 1, timedOut: false, tests: null, failing: [] },
    ...{ durationMs: Math.round(performance.now() - began), log: null, cases: null },
    tail:
      `The repository's hook refuses a message such as "${subject}":\n${refused.slice(-MOST_OF_REFUSAL)}\n` +
      'Set commits.subject in baton.yaml to the form that it wants, or hooks: none.',
  };
}
