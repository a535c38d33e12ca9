import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { BatonError } from '../domain/failures.ts';
import { schemaFindings } from '../domain/schema-findings.ts';
import { CODE } from '../files/own-package.ts';
import { wrongAliases } from '../files/yaml-aliases.ts';

/** Who an agent is. */
export interface Role {
  readonly name: string;
  readonly description: string;
  /** Markdown, without the front matter. */
  readonly prompt: string;
  /** Tools the prompt was written for, where it names them; a hint for runners that can limit them. */
  readonly tools?: readonly string[];
  readonly model?: string;
  /** Where it was read: `.baton/roles/<name>.md` of the repository, or Baton's own. */
  readonly source: string;
}

/** The front matter of Claude Code's subagents; further keys of theirs are let pass. */
const frontMatterSchema = z.object({
  name: z.string().regex(/^[a-z0-9-]+$/, 'must be lower-case letters, digits and hyphens'),
  description: z.string().min(1),
  tools: z
    .union([z.string().transform((text) => text.split(',').map((tool) => tool.trim())), z.array(z.string())])
    .nullish(),
  model: z.string().nullish(),
});

/**
 * A role by its name: the repository's own, else Baton's.
 *
 * @param readRepositoryFile - reads a path at the base commit, so that no agent changes who the next one is;
 *   undefined if it isn't there
 * @throws BatonError `BadInput`, with file and line, if there is no such role or its file is wrong
 */
export async function loadRole(
  name: string,
  readRepositoryFile: (path: string) => Promise<string | undefined>,
): Promise<Role> {
  if (!/^[a-z0-9-]+$/.test(name))
    throw new BatonError('BadInput', `"${name}" is not a role: use lower-case letters, digits and hyphens`);
  const path = `.baton/roles/${name}.md`;
  const own = await readRepositoryFile(path);
  if (own !== undefined) return parseRole(own, path);
  const builtIn = await readBuiltIn(name);
  if (builtIn !== undefined) return parseRole(builtIn, `Baton's own roles/${name}.md`);
  throw new BatonError(
    'BadInput',
    `there is no role "${name}": add ${path} to the repository, or use one of ${BUILT_IN_ROLES.join(', ')}`,
  );
}

export const BUILT_IN_ROLES = [
  'backend-architect',
  'tdd-typescript',
  'test-generator',
  'devops-troubleshooter',
] as const;

/** Reads a role file. @throws BatonError `BadInput` with `source` and line */
export function parseRole(text: string, source: string): Role {
  const wrong = (line: number, what: string) => new BatonError('BadInput', `${source}:${line}: ${what}`);
  const match = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text);
  if (!match)
    throw wrong(1, 'a role file starts with front matter: a line `---`, name, description, a line `---`');
  const [, yaml = '', body = ''] = match;
  const counter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: counter });
  // The front matter starts in the file's second line.
  const lineAt = (offset: number) => counter.linePos(offset).line + 1;
  const [broken] = document.errors;
  if (broken) throw wrong(lineAt(broken.pos[0]), broken.message.split('\n')[0] ?? 'broken YAML');
  const [alias] = wrongAliases(document);
  if (alias) throw wrong(lineAt(alias.offset), alias.message);
  const value: unknown = document.toJS();
  const read = frontMatterSchema.safeParse(value);
  if (!read.success) {
    const [finding] = schemaFindings(read.error, value, frontMatterSchema);
    const node = document.getIn(finding?.path ?? [], true) as
      | { range?: [number, number, number] }
      | undefined;
    throw wrong(node?.range ? lineAt(node.range[0]) : 2, finding?.message ?? 'it is no role');
  }
  const { name, description, tools, model } = read.data;
  const prompt = body.trim();
  if (prompt === '') throw wrong(yaml.split('\n').length + 3, 'the prompt is empty');
  return {
    name,
    description,
    prompt,
    ...(tools ? { tools } : {}),
    ...(model ? { model } : {}),
    source,
  };
}

const readBuiltIn = (name: string): Promise<string | undefined> =>
  readFile(path.join(CODE, 'agents/roles', `${name}.md`), 'utf8').catch(() => undefined);
