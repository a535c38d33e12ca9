import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  parseDocument,
} from 'yaml';
import { errorText } from '../domain/error-text.ts';
import { wrongAliases } from '../files/yaml-aliases.ts';
import type { Problem } from './problem.ts';

/** A line and column, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Some thousand times an honest file; a larger one would only hold up the worker. */
const LARGEST_FILE = 256 * 1024;
/** Enough for shared settings; a file of aliases to aliases unfolds to far more. */
const MOST_ALIASES = 50;

/** A YAML file as plain data, with the position of everything in it. */
export interface Source {
  readonly value: unknown;
  /** Position of the key at `path`, else (in a list) of the value, else of the nearest thing around it. */
  keyPosition(path: readonly PropertyKey[]): Position;
  /** Position of the value at `path`, or of the nearest thing around it. */
  valuePosition(path: readonly PropertyKey[]): Position;
}

/** Reads YAML 1.2; a file that can't be read gives the problems, each with its position. */
export function readSource(
  text: string,
  file: string,
  largest = LARGEST_FILE,
): Source | { readonly problems: Problem[] } {
  const start = { line: 1, column: 1 };
  if (text.length > largest)
    return { problems: [{ file, ...start, message: `is larger than ${largest / 1024} KiB` }] };
  const counter = new LineCounter();
  const doc = parseDocument(text, {
    lineCounter: counter,
    ...AS_PROBLEMS,
  });
  const positionOf = (offset: number): Position => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  // A tag that nobody knows is a warning to the library; here it is a value that means nothing.
  const wrong = [
    ...[...doc.errors, ...doc.warnings].flatMap(({ pos: [offset], code, message }) =>
      code === 'MULTIPLE_DOCS' ? inLaterDocuments(text) : [{ offset, message: message.trim() }],
    ),
    ...wrongAliases(doc),
  ];
  if (wrong.length > 0)
    return { problems: wrong.map(({ offset, message }) => ({ file, ...positionOf(offset), message })) };
  let value: unknown;
  try {
    value = doc.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    const message = errorText(error);
    return { problems: [{ file, ...start, message: `can't be unfolded: ${message}` }] };
  }
  return {
    value,
    keyPosition: (path) => positionIn(doc, path, 'key', positionOf),
    valuePosition: (path) => positionIn(doc, path, 'value', positionOf),
  };
}

/** Silence would let the library read the first of several documents, and say nothing of the others. */
const AS_PROBLEMS = { prettyErrors: false, logLevel: 'error' } as const;

/** What is wrong with the documents behind the first: that one has content, which would be lost. */
function inLaterDocuments(text: string): { readonly offset: number; readonly message: string }[] {
  const later = [...parseAllDocuments(text, AS_PROBLEMS)].slice(1);
  const full = later.find(({ contents }) => !isScalar(contents) || contents.value !== null);
  if (full === undefined)
    return later
      .flatMap(({ errors, warnings }) => [...errors, ...warnings])
      .map(({ pos: [offset], message }) => ({ offset, message: message.trim() }));
  const offset = full.range[0];
  const mark = text.startsWith('---', offset) ? '`---`' : '`...` before it';
  return [{ offset, message: `a second document begins here, and would not be read: take out the ${mark}` }];
}

function positionIn(
  doc: Document,
  path: readonly PropertyKey[],
  which: 'key' | 'value',
  positionOf: (offset: number) => Position,
): Position {
  let node: Node | null | undefined = doc.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, key] of path.entries()) {
    if (isAlias(node)) node = node.resolve(doc);
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === String(key),
      );
      if (!pair || !isNode(pair.key)) break;
      const next: Node | null = isNode(pair.value) ? pair.value : null;
      const last = depth === path.length - 1;
      // Around a thing that isn't there, the key is what the person looks for.
      const target: Node = last && which === 'value' ? (next ?? pair.key) : pair.key;
      offset = target.range?.[0] ?? offset;
      node = next;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(key)];
      if (!isNode(item)) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return positionOf(offset);
}
