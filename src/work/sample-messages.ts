import { type CheckResult, COMMIT_MESSAGES } from '../domain/checks.ts';
import { checkNames } from '../domain/config.ts';
import { ownPacket } from '../domain/packet.ts';
import { packetMessage } from './candidate.ts';
import { landingMessage } from './landing.ts';
import { inLowerCase, messageRefusal } from './message-hooks.ts';
import type { ToMeasure } from './run-checks.ts';

/** An objective like any. */
const OBJECTIVE = 'Add what was asked for';
const SUMMARY = 'Added what was asked for, with its tests.';
/** The end of a red check is what a person reads of it. */
const MOST_OF_REFUSAL = 300;
/** A subject has less, and an objective isn't longer than that. */
const MOST_OF_REQUEST = 300;

/**
 * Has the repository's hooks look at messages as the feature's commits will have them, before work is paid for that could
 * not be merged after all. A message with words of the request counts too: they may have what a hook wants, such as a
 * ticket, and a designer takes such words over.
 *
 * @returns a red check with the hook's words; undefined if it takes a message, or there is no such hook
 */
export async function sampleMessages(
  job: ToMeasure,
  request: string | undefined,
): Promise<CheckResult | undefined> {
  const began = performance.now();
  const objectives = [OBJECTIVE, request?.slice(0, MOST_OF_REQUEST) ?? OBJECTIVE];
  const samples = objectives.flatMap((each) => [each, inLowerCase(each)]);
  const kinds = [
    samples.flatMap((each) => [ofPacket(job, each, SUMMARY), ofPacket(job, each, undefined)]),
    ...(job.site.config.commits.per === 'feature' ? [samples.map((each) => ofFeature(job, each))] : []),
  ];
  for (const messages of kinds) {
    const refused = await messageRefusal(job, messages);
    if (refused === undefined) continue;
    const [subject = ''] = messages[0]?.split('\n') ?? [];
    return {
      ...{ name: COMMIT_MESSAGES, passed: false, exitCode: 1, timedOut: false, tests: null, failing: [] },
      ...{ durationMs: Math.round(performance.now() - began), log: null, cases: null },
      tail:
        `The repository's hook refuses a message such as "${subject}":\n${refused.slice(-MOST_OF_REFUSAL)}\n` +
        'Set commits.subject in baton.yaml to the form that it wants, or hooks: none.',
    };
  }
  return undefined;
}

const ofPacket = ({ site }: ToMeasure, objective: string, summary: string | undefined): string =>
  packetMessage(
    site,
    {
      packet: ownPacket({ id: 'packet', objective, kind: 'implementation' }),
      summary,
      measured: { tests: null, checks: checkNames(site.config) },
    },
    undefined,
  );

const ofFeature = ({ site }: ToMeasure, request: string): string =>
  landingMessage(site, { request, packets: [{ id: 'packet', objective: OBJECTIVE }] }, undefined);
