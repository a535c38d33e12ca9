import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { document } from './docs.ts';

const text = document('failures.md');
const named = [...text.matchAll(/`(test\/[\w/-]+\.test\.ts)`: ((?:"[^"]+"(?:, )?)+)/g)].flatMap(
  ([, file = '', titles = '']) =>
    [...titles.matchAll(/"([^"]+)"/g)].map(([, title = '']) => [file, title] as const),
);
const sourceOf = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

describe('docs/failures.md', () => {
  it.each(named)('names a test that is there: %s, "%s"', (file, title) =>
    expect(sourceOf(file)).toContain(title),
  );

  it('names files that are there', () => {
    const files = [...text.matchAll(/`(test\/[\w/-]+\.test\.ts)`/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(60);
    expect(files.filter((file) => !existsSync(new URL(`../../${file}`, import.meta.url)))).toEqual([]);
  });

  it('says of each failure what shows it, how far that goes, and what no test shows', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| what fails'));
    expect(rows.length).toBeGreaterThan(40);
    for (const row of rows)
      expect(row.split(' | ').map((cell) => cell.length > 0)).toEqual(Array(5).fill(true));
  });
});
