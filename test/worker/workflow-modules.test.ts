import { readFile } from 'node:fs/promises';
import { parse } from '@babel/parser';
import { expect, it } from 'vitest';
import { workflowBundle } from '../../src/worker/workflow-bundle.ts';

/** What a module could keep between calls, and so between the workflows that share it. */
const keptIn = (file: string, text: string): string[] => {
  const { program } = parse(text, { sourceType: 'module', plugins: ['typescript'] });
  return program.body.flatMap((statement) => {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declared?.type !== 'VariableDeclaration') return [];
    return declared.declarations.flatMap(({ id, init }) => {
      const name = id.type === 'Identifier' ? id.name : text.slice(id.start ?? 0, id.end ?? 0);
      const type = 'typeAnnotation' in id ? id.typeAnnotation : undefined;
      const declaredAs = text.slice(type?.start ?? 0, type?.end ?? 0);
      const collection =
        (init?.type === 'NewExpression' && 'name' in init.callee && /(?:Map|Set)$/.test(init.callee.name)) ||
        (init?.type === 'ArrayExpression' && init.elements.length === 0) ||
        (init?.type === 'ObjectExpression' && init.properties.length === 0);
      const kept =
        declared.kind !== 'const' || (collection && !/^: ?(?:Readonly|readonly )/.test(declaredAs));
      return kept ? [`${file}: ${name}`] : [];
    });
  });
};

it('no module of the workflows keeps anything, as all workflows of a worker share it', async () => {
  const bundle = await readFile((await workflowBundle()).codePath, 'utf8');
  const modules = [...bundle.matchAll(/^ {2}!\*{3} \.\/(src\/\S+\.ts) \*{3}!$/gm)].map(([, file]) =>
    String(file),
  );
  expect(modules).toContain('src/workflows/feature/feature-run.ts');
  const kept = modules.map(async (file) => keptIn(file, await readFile(file, 'utf8')));
  expect((await Promise.all(kept)).flat()).toEqual([]);
});

it('such a thing would be seen', () => {
  const text = `let last = 1;
const seen = new Set<string>();
export const list: string[] = [];
const names: ReadonlySet<string> = new Set(['a']);
const words: readonly string[] = [];
const render = () => { let inside = new Map(); return inside; };`;
  expect(keptIn('a.ts', text)).toEqual(['a.ts: last', 'a.ts: seen', 'a.ts: list']);
});
