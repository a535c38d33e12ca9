import { z } from 'zod';
import type { Problem } from '../config/problem.ts';
import { readSource, type Source } from '../config/source.ts';
import { errorText } from '../domain/error-text.ts';
import { MAX_PACKETS, type Packet, packetSchema } from '../domain/packet.ts';
import { schemaFindings } from '../domain/schema-findings.ts';
import { givenKind } from '../domain/schema-words.ts';
import { oneLine } from '../domain/visible.ts';
import type { PacketFile } from './parse-packet-file.ts';

/** A feature's packets together are at most as large. */
const LARGEST_FILE = 1024 * 1024;

const list = z.array(packetSchema).min(1).max(MAX_PACKETS);
const named = z.strictObject({
  /** For editors: where the JSON Schema of this file is. */
  $schema: z.string().optional(),
  /** The packets, in any order. */
  packets: list,
});

export type ParsedPacketJson =
  | { readonly ok: true; readonly packets: readonly PacketFile[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Work packets in the JSON form of docs/packets.md, or everything that is wrong in them, by line. */
export function parsePacketJson(written: string, file: string): ParsedPacketJson {
  // Some editors begin a file with a mark that JSON doesn't know.
  const text = written.replace(/^\uFEFF/, '');
  const broken = syntaxProblem(text, file);
  if (broken !== undefined) return { ok: false, problems: [broken] };
  // Any JSON is YAML as well, of which the positions are known.
  const source = readSource(text, file, LARGEST_FILE);
  if ('problems' in source) return { ok: false, problems: source.problems };
  const { value } = source;
  const [schema, at] = Array.isArray(value)
    ? [list, []]
    : isObject(value) && 'packets' in value
      ? [named, ['packets']]
      : [packetSchema, undefined];
  if (schema === packetSchema && !isObject(value)) {
    const message = `must be a packet, a list of packets, or an object with \`packets\`, not ${givenKind(value)}`;
    return { ok: false, problems: [{ file, line: 1, column: 1, message }] };
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const problems = schemaFindings(parsed.error, value, schema).map(({ path, on, message }) => ({
      file,
      ...(on === 'key' ? source.keyPosition(path) : source.valuePosition(path)),
      message,
    }));
    return { ok: false, problems };
  }
  const packets = Array.isArray(parsed.data)
    ? parsed.data
    : 'packets' in parsed.data
      ? parsed.data.packets
      : [parsed.data];
  return {
    ok: true,
    packets: packets.map((packet, index) =>
      placed(packet, file, source, at === undefined ? [] : [...at, index]),
    ),
  };
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Why a text is no JSON, at the line that the parser names. */
function syntaxProblem(text: string, file: string): Problem | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const why = errorText(error);
    const at = /position (\d+)/.exec(why)?.[1];
    // Of a text of a few lines the parser quotes the place, and names none.
    const end = /end of JSON/.test(why) ? text.trimEnd().length : Number(at ?? 0);
    const before = text.slice(0, end).split('\n');
    const message = `is no JSON: ${oneLine(why.replace(/ \(line \d+ column \d+\)$/, ''))}`;
    return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message };
  }
}

function placed(packet: Packet, file: string, source: Source, at: readonly (string | number)[]): PacketFile {
  const lineOf = (part: string) => {
    const path = part.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    return source.keyPosition([...at, ...path]).line;
  };
  const message = 'no criterion: the packet is done when the checks are green';
  const warnings = packet.criteria.length > 0 ? [] : [{ file, line: lineOf('criteria'), column: 1, message }];
  return { ok: true, packet, unnamed: [], warnings, lineOf };
}
