/** Aliases of YAML in files that people write. */
import { type Document, isAlias, type Node, visit } from 'yaml';

/** Aliases that stand for nothing: most often a glob without quotes, since `*` begins both. */
export function wrongAliases(doc: Document): { readonly offset: number; readonly message: string }[] {
  const found: { offset: number; message: string }[] = [];
  const anchors = new Map<string, Node>();
  visit(doc, {
    Node: (_key, node, around) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        return;
      }
      const name = node.source;
      const offset = node.range?.[0] ?? 0;
      const anchored = anchors.get(name);
      if (anchored === undefined)
        found.push({
          offset,
          message: `\`*${name}\` is an alias, and no anchor \`&${name}\` stands before it: if it is a text, put it in quotes`,
        });
      else if (around.includes(anchored))
        found.push({ offset, message: `the alias \`*${name}\` stands in what it refers to` });
    },
  });
  return found;
}
