import { branchProblem, packetIdProblem } from './ids.ts';
import { suggestion } from './nearest.ts';
import { PACKET_KINDS } from './packet.ts';

const KEYS = ['add', 'amend', 'drop', 'first', 'by'];

/**
 * Why something can't be a `PlanEdit`, or undefined. Plain code, since there are no schemas in workflows, and
 * anybody may send an update.
 */
export function planEditProblem(edit: unknown): string | undefined {
  if (!isObject(edit))
    return 'a plan is changed by {"add": […], "amend": […], "drop": […], "first": […], "by": "…"}';
  const unknown = Object.keys(edit).find((key) => !KEYS.includes(key));
  if (unknown !== undefined)
    return `there is no "${unknown.slice(0, 40)}" in a change of a plan${suggestion(unknown, KEYS)}`;
  if (typeof edit.by !== 'string' || edit.by === '' || edit.by.length > 200)
    return 'by names who changes the plan, in at most 200 characters';
  for (const key of ['drop', 'first'])
    if (edit[key] !== undefined && !isTexts(edit[key])) return `${key} is a list of packets' ids`;
  for (const key of ['add', 'amend']) {
    const packets = edit[key] ?? [];
    if (!Array.isArray(packets)) return `${key} is a list of packets`;
    for (const [index, packet] of packets.entries()) {
      const problem = packetProblem(packet);
      if (problem !== undefined) return `${key}.${index}: ${problem}`;
    }
  }
  return undefined;
}

/** Of a whole packet: what the schema fills in by itself has to be there. */
function packetProblem(packet: unknown): string | undefined {
  if (!isObject(packet)) return 'a packet is an object';
  const { id, objective, kind, branch, criteria, boundaries, dependencies, size } = packet;
  if (typeof id !== 'string') return 'a packet has an id';
  const wrong = packetIdProblem(id) ?? (branch === undefined ? undefined : branchProblem(String(branch)));
  if (wrong !== undefined) return wrong;
  if (typeof objective !== 'string' || objective === '') return `packet "${id}" has no objective`;
  if (!PACKET_KINDS.some((one) => one === kind))
    return `packet "${id}" has no kind of ${PACKET_KINDS.join(', ')}`;
  if (!isObjects(criteria) || !criteria.every(({ text }) => typeof text === 'string'))
    return `the criteria of packet "${id}" are not a list of {"text": "…"}`;
  if (!isObject(boundaries) || !isTexts(boundaries.inScope) || !isTexts(boundaries.outOfScope))
    return `the boundaries of packet "${id}" are not {"inScope": […], "outOfScope": […]}`;
  const isDependency = (one: Fields) =>
    typeof one.packet === 'string' && (one.type === 'hard' || one.type === 'soft');
  if (!isObjects(dependencies) || !dependencies.every(isDependency))
    return `the dependencies of packet "${id}" are not a list of {"packet": "…", "type": "hard" or "soft"}`;
  return typeof size === 'number' && size > 0
    ? undefined
    : `the size of packet "${id}" is not a number of minutes`;
}

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isObjects = (value: unknown): value is readonly Fields[] =>
  Array.isArray(value) && value.every(isObject);
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
