import { z } from 'zod';
import { utcTime } from './moments.ts';
import { shortLine } from './visible.ts';

/** Characters of what was met: git may say a page of it. */
const MOST_WHY = 300;

/** What a failed attempt tells besides its words, if something that it needs is away. */
export const outageDetailsSchema = z.object({
  /** What is away, in words for people. */
  where: z.string(),
  /** When it was found away first, ISO 8601. Absent: told by an older worker. */
  since: z.string().optional(),
  /** About when a person is asked, if it stays away, ISO 8601. */
  until: z.string().optional(),
});
export type OutageDetails = z.infer<typeof outageDetailsSchema>;

/** Something that a feature's work needs is away, and is tried again. */
export interface OngoingOutage extends OutageDetails {
  /** What was met there. */
  readonly why: string;
}

/** What is said of it at once, long before anybody is asked. */
export const outageText = ({ where, why, since, until }: OngoingOutage): string =>
  [
    `${where} can't be used${since === undefined ? '' : ` since ${utcTime(since)}`}: ${shortLine(why, MOST_WHY).replace(/\.$/, '')}.`,
    until === undefined
      ? 'It is tried again.'
      : `It is tried again until ${utcTime(until)}, then you are asked.`,
  ].join(' ');

/** What is away, each once: the first that was heard of it. */
export function outagesOf(
  all: readonly { readonly outage?: OngoingOutage | undefined }[],
): readonly OngoingOutage[] {
  const found = new Map<string, OngoingOutage>();
  const began = ({ since = '' }: OngoingOutage) => since;
  for (const { outage } of all) {
    if (outage === undefined) continue;
    const before = found.get(outage.where);
    if (before === undefined || began(outage) < began(before)) found.set(outage.where, outage);
  }
  return [...found.values()];
}
