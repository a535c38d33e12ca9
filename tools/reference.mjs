// `npm run docs`: the reference pages and JSON Schemas, made from the schemas in src/domain and their docstrings.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readDocstrings } from './reference/docstrings.mjs';
import { configurationPage, protocolPage } from './reference/pages.mjs';
import { publishedSchemas, withDefinitions } from './reference/schemas.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');

/**
 * Everything that is made, by its path in the repository.
 * @returns {{ files: Record<string, string>, missing: string[] }} and the fields that have no docstring
 */
export function reference() {
  const docs = readDocstrings(path.join(ROOT, 'src/domain'));
  const { schemas, missing } = publishedSchemas(docs);
  const files = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      `schemas/${name}`,
      `${JSON.stringify(withDefinitions(schema), null, 1)}\n`,
    ]),
  );
  files['docs/reference/configuration.md'] = configurationPage(schemas['baton.schema.json']);
  files['docs/reference/agent-protocol.md'] = protocolPage(schemas, docs);
  return { files, missing };
}

if (process.argv[1] === import.meta.filename) {
  const { files, missing } = reference();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(ROOT, name)), { recursive: true });
    await writeFile(path.join(ROOT, name), text);
  }
  if (missing.length > 0) {
    console.error(`These fields have no docstring:\n${missing.join('\n')}`);
    process.exitCode = 1;
  }
}
