import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ATTENTION_KINDS } from '../../src/domain/attention.ts';

const root = path.join(import.meta.dirname, '..', '..');
const sources = async (folder: string) => {
  const names = await readdir(path.join(root, folder), { recursive: true });
  const files = names.filter((name) => name.endsWith('.ts'));
  return Promise.all(files.map((name) => readFile(path.join(root, folder, name), 'utf8')));
};

/** What a person can choose at a question of which kind; no kind: of several. */
async function offered(): Promise<{ kind: string | undefined; choice: string }[]> {
  const found: { kind: string | undefined; choice: string }[] = [];
  for (const text of await sources('src/workflows'))
    for (const { index, 1: list = '' } of text.matchAll(/options:([^;\n]*\[[^;\n]*\])/g)) {
      // The literal of a question has its kind first.
      const before = text.slice(Math.max(0, index - 400), index);
      const kind = [...before.matchAll(/\bkind(?:: '([a-z-]+)'|,)/g)].at(-1)?.[1];
      const arrays = [...list.matchAll(/\[([^\]]*)\]/g)].map(([, inside = '']) => inside).join();
      for (const [, choice = ''] of arrays.matchAll(/'([a-z-]+)'/g)) found.push({ kind, choice });
    }
  return found;
}

it('every choice that a person is offered is taken by a test, at a question of that kind', async () => {
  const taken: { item: string; choice: string }[] = [];
  for (const folder of ['test/workflows', 'test/long', 'test/e2e'])
    for (const text of await sources(folder))
      for (const [, item = '', choice = ''] of text.matchAll(/decide\(\s*['`]([^'`]*)['`],\s*'([a-z-]+)'/g))
        taken.push({ item, choice });
  const choices = await offered();
  expect(choices.length).toBeGreaterThan(50);
  for (const { kind } of choices) if (kind !== undefined) expect(ATTENTION_KINDS).toContain(kind);
  const untaken = choices.filter(
    ({ kind, choice }) => !taken.some((one) => one.choice === choice && one.item.startsWith(kind ?? '')),
  );
  expect(untaken).toEqual([]);
});
