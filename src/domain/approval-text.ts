/** What a person is asked when a design is to be approved. Pure. */

import type { DesignDone } from './agent-protocol.ts';
import type { MeasuringScope } from './measuring-scope.ts';
import type { Packet } from './packet.ts';
import type { PlanEdit } from './plan-edit.ts';
import { cut, inItsPlace, namesInLine, shortLine } from './visible.ts';

const LONGEST = 4000;
/** Of one entry of a list: the design's own documents have all of it. */
const LONGEST_LINE = 300;
const MOST_MEASURING = 20;

const list = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `${title}:\n${lines.map((line) => `- ${line}`).join('\n')}`;

const line = (text: string): string => shortLine(text, LONGEST_LINE);

const packetLine = ({ id, kind, objective, dependencies }: Packet): string => {
  const after = dependencies.map(({ packet, type }) => (type === 'soft' ? `${packet} (soft)` : packet));
  return `${id} (${kind}): ${line(objective)}${after.length > 0 ? ` [after ${namesInLine(after)}]` : ''}`;
};

const editLine = ({ by, add, amend, drop, first = [] }: PlanEdit): string => {
  const parts = [
    ['added', add.map(({ id }) => id)],
    ['changed', amend.map(({ id }) => id)],
    ['dropped', drop],
    ['put first', first],
  ] as const;
  const said = parts.flatMap(([what, ids]) => (ids.length === 0 ? [] : [`${what} ${namesInLine(ids)}`]));
  return `${line(by)} ${said.length === 0 ? 'changed nothing' : said.join('; ')}`;
};

/**
 * The design in short. What the designer says can't pass for a line of the lists, nor take their room: what may change
 * what measures the work, and the packets, come before its reasons.
 */
export const approvalText = (
  design: Pick<DesignDone, 'summary' | 'decisions'>,
  packets: readonly Packet[],
  files: readonly string[],
  measuring: readonly MeasuringScope[],
  edits: readonly PlanEdit[] = [],
): string =>
  cut(
    [
      list(
        'These packets may change what measures the work',
        measuring
          .slice(0, MOST_MEASURING)
          .map(({ packet, path, why }) => `${packet}: ${line(path)} (${line(why)})`),
      ),
      `Design: ${inItsPlace(design.summary)}`,
      list('Packets', packets.map(packetLine)),
      list('Changed by people since the design', edits.map(editLine)),
      list('Decisions', design.decisions.map(line)),
      files.length > 0 ? `Documents: ${namesInLine(files)}` : '',
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
    LONGEST,
  );
