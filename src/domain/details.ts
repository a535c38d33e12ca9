/** What the Web UI shows of a workflow for as long as it is kept, in Markdown. Pure. */
import { CUT_OFF, code, quote, verbatim } from './markdown.ts';
import type { FeatureRequest } from './messages.ts';
import type { Packet } from './packet.ts';
import { counted } from './plan-words.ts';

const MAX_QUOTED = 2000;

/** Of a feature: what was asked for, of which repository, by whom. */
export const featureDetails = ({
  feature,
  request,
  repo,
  base,
  baseCommit,
  root = '',
  startedBy,
  packets,
}: FeatureRequest): string =>
  [
    quote(request, MAX_QUOTED),
    `Repository ${code(repo)}${root === '' ? '' : `, root ${code(root)}`}, base ${code(base)} at ${code(baseCommit.slice(0, 12))}; started by ${verbatim(startedBy)}.`,
    ...(packets.length > 0
      ? [`${counted(packets.length, 'packet was', 'packets were')} given by a person.`]
      : []),
    `${code(`baton watch ${feature}`)} follows it; ${code(`baton report ${feature}`)} shows what it came to.`,
    CUT_OFF,
  ].join('\n\n');

/** Of a packet: what it is for. */
export const packetDetails = ({ objective }: Pick<Packet, 'objective'>, branch: string): string =>
  `${quote(objective, MAX_QUOTED)}\n\nBranch ${code(branch)}`;
