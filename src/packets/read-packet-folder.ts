import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, sortProblems } from '../config/problem.ts';
import { errorText } from '../domain/error-text.ts';
import { globsOverlap } from '../domain/glob-overlap.ts';
import { hardAncestors } from '../domain/hard-ancestors.ts';
import { suggestion } from '../domain/nearest.ts';
import { MAX_PACKETS, type Packet } from '../domain/packet.ts';
import { planIssues } from '../domain/plan.ts';
import { readRegularText } from '../files/regular-file.ts';
import { type PacketFile, parsePacketFile, type UnnamedDependency } from './parse-packet-file.ts';
import { parsePacketJson } from './parse-packet-json.ts';

/** What a folder of packet files holds. With problems it can't be used; `packets` are then those that parse. */
export interface PacketFolder {
  readonly packets: readonly Packet[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Dependencies that the designer has to name. */
  readonly unnamed: readonly (UnnamedDependency & { readonly packet: string; readonly file: string })[];
}

/** Where the packets of a folder are to run. */
export interface PacketPlace {
  readonly feature: string;
  readonly base?: string;
  /** Branches that the repository has already. */
  readonly branches?: ReadonlySet<string>;
}

/** A packet is a page or two of text; a thousand times as much is none. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The text of a packet's file, which may be a link. @throws Error if there is none, with why */
export const readPacketText = (file: string): Promise<string> =>
  readRegularText(file, { most: MOST_BYTES, links: 'followed' });

interface Placed extends PacketFile {
  readonly file: string;
}

/**
 * Reads all `*.md` and `*.json` of a folder but its README.md, in the order of their names, or one such file, as packets
 * that run there.
 * Never throws: a folder or file that can't be read is a problem as well.
 */
export async function readPacketFolder(dir: string, place: PacketPlace): Promise<PacketFolder> {
  const problems: Problem[] = [];
  const placed: Placed[] = [];
  const problem = (file: string, message: string) => problems.push({ file, line: 1, column: 1, message });
  for (const file of await packetFiles(dir, problem)) {
    const text = await readPacketText(file).catch((error: Error) => error);
    if (text instanceof Error) {
      problem(file, `can't be read: ${text.message}`);
      continue;
    }
    const parsed = file.endsWith('.json') ? parsePacketJson(text, file) : parsePacketFile(text, file);
    if (!parsed.ok) problems.push(...parsed.problems);
    else for (const one of 'packets' in parsed ? parsed.packets : [parsed]) placed.push({ ...one, file });
  }
  const packets = placed.map(({ packet }) => packet);
  if (packets.length > MAX_PACKETS)
    problem(dir, `has ${packets.length} packets; one feature takes ${MAX_PACKETS}`);
  // A file that doesn't parse may be the packet others depend on: together they're judged once all parse.
  if (problems.length === 0) problems.push(...planFindings(place, placed), ...branchFindings(place, placed));
  return {
    packets,
    problems: sortProblems(problems),
    warnings: sortProblems([...placed.flatMap(({ warnings }) => warnings), ...overlaps(placed)]),
    unnamed: placed.flatMap(({ packet, unnamed, file }) =>
      unnamed.map((one) => ({ ...one, packet: packet.id, file })),
    ),
  };
}

async function packetFiles(dir: string, problem: (file: string, message: string) => void): Promise<string[]> {
  const isPacket = (name: string) => /\.(?:md|json)$/.test(name);
  try {
    if ((await stat(dir)).isFile()) {
      if (isPacket(dir)) return [dir];
      problem(dir, 'is no packet: their names end in .md or .json');
      return [];
    }
    const names = (await readdir(dir)).filter((name) => isPacket(name) && name.toLowerCase() !== 'readme.md');
    if (names.length === 0) problem(dir, 'has no packet: they are files whose names end in .md or .json');
    return names.sort().map((name) => join(dir, name));
  } catch (error) {
    problem(dir, `can't be read as a folder: ${errorText(error)}`);
    return [];
  }
}

function planFindings({ feature, base }: PacketPlace, placed: readonly Placed[]): Problem[] {
  const ids = placed.map(({ packet }) => packet.id);
  return planIssues(
    feature,
    placed.map(({ packet }) => packet),
    base,
  ).map(({ message, packet, dependency }) => {
    const from = placed.find((one) => one.packet === packet);
    const part =
      dependency === undefined
        ? message.includes('branch')
          ? 'branch'
          : 'id'
        : `dependencies.${dependency}`;
    const target = dependency === undefined ? undefined : packet.dependencies[dependency]?.packet;
    const told =
      target !== undefined && !ids.includes(target)
        ? `packet "${packet.id}" depends on \`${target}\`, which is no packet${suggestion(target, ids)}`
        : message;
    const first = part === 'id' ? placed.find((one) => one.packet.id === packet.id) : undefined;
    const where = first && first !== from ? ` (the other: ${first.file})` : '';
    return { file: from?.file ?? '', line: from?.lineOf(part) ?? 1, column: 1, message: told + where };
  });
}

/** A branch that a packet names must be new: its commits would mix with those of somebody else. */
function branchFindings({ base, branches = new Set() }: PacketPlace, placed: readonly Placed[]): Problem[] {
  return placed.flatMap(({ packet: { id, branch }, file, lineOf }): Problem[] => {
    if (branch === undefined || branch === base) return []; // the base is told as what it is
    // Git keeps a branch as a file, so one can't stand below another.
    const there = [...branches].find(
      (name) => name === branch || name.startsWith(`${branch}/`) || branch.startsWith(`${name}/`),
    );
    if (there === undefined) return [];
    const why =
      there === branch
        ? 'which the repository has already'
        : `and git can't hold it beside the branch "${there}"`;
    const message = `packet "${id}" has the branch "${branch}", ${why}: name another, or delete that branch`;
    return [{ file, line: lineOf('branch'), column: 1, message }];
  });
}

/** Pairs that may run at once and change the same files: no error, since merging sorts it out, at a price. */
function overlaps(placed: readonly Placed[]): Problem[] {
  const before = hardAncestors(placed.map(({ packet }) => packet));
  const ordered = (a: Packet, b: Packet) => before.get(a.id)?.has(b.id) || before.get(b.id)?.has(a.id);
  return placed.flatMap((one, index) =>
    placed.slice(index + 1).flatMap((other): Problem[] => {
      if (one.packet.id === other.packet.id || ordered(one.packet, other.packet)) return [];
      const { inScope } = one.packet.boundaries;
      const theirs = other.packet.boundaries.inScope;
      for (const [at, glob] of theirs.entries()) {
        const mine = inScope.find((candidate) => globsOverlap(candidate, glob));
        if (mine === undefined) continue;
        const line = other.lineOf(`boundaries.inScope.${at}`);
        const both = `packets "${one.packet.id}" and "${other.packet.id}"`;
        const message = `\`${glob}\` overlaps \`${mine}\` of ${one.file}: ${both} may change the same files at once`;
        return [{ file: other.file, line, column: 1, message }];
      }
      return [];
    }),
  );
}
