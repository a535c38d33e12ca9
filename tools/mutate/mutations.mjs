// The mutations of a source text, for what Stryker can't reach. Each is a change that a person could have made.
import { parse } from '@babel/parser';

/**
 * @typedef {{ line: number, start: number, end: number, original: string, replacement: string }} Mutation
 * @returns {Mutation[]} in the order of the text
 */
export function mutationsOf(text) {
  const found = [];
  const add = ({ start, end, loc }, replacement) =>
    found.push({ line: loc.start.line, start, end, original: text.slice(start, end), replacement });
  const { program } = parse(text, { sourceType: 'module', plugins: ['typescript'] });
  visit(program, (node) => {
    for (const [at, replacement] of changesOf(node, (part) => text.slice(part.start, part.end)))
      add(at, replacement);
  });
  return found.sort((one, other) => one.start - other.start || one.end - other.end);
}

export const applied = (text, { start, end, replacement }) =>
  text.slice(0, start) + replacement + text.slice(end);

/**
 * A part of a list, the same one for the same seed, in the order of the list: one entry of each of `size` stretches, so
 * that every file has its share.
 */
export function sampleOf(list, size, seed) {
  if (size >= list.length) return list;
  const random = generator(seed);
  const begin = (stretch) => Math.floor((stretch * list.length) / size);
  return Array.from({ length: size }, (_, at) => {
    const within = random() * (begin(at + 1) - begin(at));
    return list[begin(at) + Math.floor(within)];
  });
}

/** Negated conditions, dropped statements, the other of && and ||, other numbers, empty texts and lists. */
function changesOf(node, textOf) {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'WhileStatement':
      return [[node.test, `!(${textOf(node.test)})`]];
    case 'ExpressionStatement':
    case 'ThrowStatement':
      return [[node, ';']];
    case 'LogicalExpression':
      return node.operator === '??' ? [] : [[node, otherOperator(node, textOf)]];
    case 'NumericLiteral':
      return [[node, String(node.value + 1)]];
    case 'StringLiteral':
      return node.value === '' ? [] : [[node, "''"]];
    case 'TemplateLiteral':
      return [[node, '``']];
    case 'ArrayExpression':
      return node.elements.length === 0 ? [] : [[node, '[]']];
    default:
      return [];
  }
}

/** In parentheses, sides and all: each may hold, or stand beside, an operator that binds less. */
const otherOperator = ({ operator, left, right }, textOf) =>
  `((${textOf(left)}) ${operator === '&&' ? '||' : '&&'} (${textOf(right)}))`;

function visit(node, see) {
  // Types change nothing that runs, but an expression may stand in one: `x as T`.
  if (node.type.startsWith('TS') && node.expression?.type === undefined) return;
  see(node);
  for (const [name, child] of Object.entries(node)) {
    if (isOfModule(node, name)) continue;
    for (const one of Array.isArray(child) ? child : [child])
      if (typeof one?.type === 'string' && one.loc !== undefined) visit(one, see);
  }
}

/** Names of modules, and of an object's keys. */
const isOfModule = (node, child) =>
  (child === 'source' && /^(?:Import|Export)/.test(node.type)) ||
  (child === 'key' && !node.computed) ||
  child === 'typeAnnotation' ||
  child === 'typeParameters' ||
  child === 'leadingComments';

/** Mulberry32. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
