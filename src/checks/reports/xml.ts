import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { ReportError } from './test-report.ts';

/** An element: its attributes by `@name`, its children by name, its text as `#text`. */
export type XmlNode = Readonly<Record<string, unknown>>;

/** Of elements in elements; real reports have under twenty. */
export const MAX_DEPTH = 200;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseAttributeValue: false,
  parseTagValue: false,
  // Character references such as `&#10;`; the five entities of XML are always read.
  htmlEntities: true,
  processEntities: true,
  maxNestedTags: MAX_DEPTH,
});

/** @throws ReportError if it is broken or cut off */
export function parseXml(xml: string): XmlNode {
  const valid = XMLValidator.validate(xml);
  if (valid !== true)
    throw new ReportError(
      `its XML is broken: ${valid.err.msg} (line ${valid.err.line}); it may be cut off, as if its tool was ended while it wrote`,
    );
  return parser.parse(xml) as XmlNode;
}

const isNode = (value: unknown): value is XmlNode => typeof value === 'object' && value !== null;

/** Children of that name; one with only text is a node with only text. */
export const nodes = (of: unknown, name: string): XmlNode[] => {
  const value = isNode(of) ? of[name] : undefined;
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.map((one) => (isNode(one) ? one : { '#text': String(one) }));
};

/** All elements of that name at the end of a way of names. */
export const nodesAt = (of: unknown, ...way: readonly string[]): XmlNode[] =>
  way.reduce<unknown[]>((found, name) => found.flatMap((one) => nodes(one, name)), [of]) as XmlNode[];

export const attribute = (node: XmlNode, name: string): string | undefined => {
  const value = node[`@${name}`];
  return typeof value === 'string' ? value : undefined;
};

/** An attribute as a number; 0 if it is none. */
export const numberAt = (node: XmlNode | undefined, name: string): number =>
  (node === undefined ? 0 : Number(attribute(node, name))) || 0;

/** The text of an element's first child of that name. */
export const childText = (node: XmlNode | undefined, name: string): string => {
  const text = nodes(node, name)[0]?.['#text'];
  return typeof text === 'string' ? text : '';
};

/** Seconds of a time attribute, which some locales write with a comma. */
export const secondsOf = (node: XmlNode, name: string): number | undefined => {
  const text = attribute(node, name);
  return text === undefined ? undefined : Number(text.replace(',', '.'));
};
