import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config/parse-config.ts';
import { detect } from '../../src/detect/detect.ts';
import { configText, type Tried } from '../../src/detect/write-config.ts';

const FOLDER = new URL('layouts/', import.meta.url);
const LAYOUTS = readdirSync(FOLDER).map(
  (file) =>
    JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as {
      files: string[];
      texts: Record<string, string>;
    },
);
const agent = { runner: 'codex', why: 'two\nlines', fallback: 'claude' } as const;

/** Parts of real repositories beside each other, in folders of any name, with any text in some of their files. */
const repositories = fc
  .array(
    fc.record({
      layout: fc.constantFrom(...LAYOUTS),
      folder: fc.oneof(fc.constant(''), fc.stringMatching(/^[A-Za-z0-9 '"$_.-]{1,12}$/)),
      spoil: fc.option(fc.string({ maxLength: 60 }), { nil: undefined }),
    }),
    { maxLength: 5 },
  )
  .map((parts) => {
    const texts: Record<string, string> = {};
    const files = parts.flatMap(({ layout, folder, spoil }) => {
      const at = (file: string) => (folder === '' ? file : `${folder}/${file}`);
      for (const [file, text] of Object.entries(layout.texts)) texts[at(file)] = spoil ?? text;
      return layout.files.map(at);
    });
    return detect({ files: [...new Set(files)], text: (path) => texts[path] });
  });
const words = fc.string({ maxLength: 40 });
const trials: fc.Arbitrary<Tried> = fc.record(
  {
    leftOut: fc
      .dictionary(fc.constantFrom('lint', 'types', 'format'), words)
      .map((all) => new Map(Object.entries(all))),
    installed: fc.oneof(
      fc.record({ paths: fc.array(fc.constantFrom('node_modules', '.venv', 'a b'), { maxLength: 3 }) }),
      fc.record({ problem: words }),
    ),
    coverage: fc.double({ min: 0, max: 100, noNaN: true }),
  },
  { requiredKeys: [] },
);

it('whatever is found and measured, the file that is written is one that Baton accepts', () => {
  fc.assert(
    fc.property(repositories, trials, (detected, tried) => {
      const text = configText({ detected, agent, tried, schema: '.baton/x.json' });
      const parsed = parseConfig(text);
      expect(parsed.ok ? [] : parsed.problems).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

it('editors find nothing to complain about in what is written, and something in a mistake', () => {
  const validate = new Ajv2020({ strict: false }).compile(
    JSON.parse(readFileSync(new URL('../../schemas/baton.schema.json', import.meta.url), 'utf8')),
  );
  for (const { files, texts } of LAYOUTS) {
    const text = configText({ detected: detect({ files, text: (path) => texts[path] }), agent });
    expect(validate(parse(text)), text).toBe(true);
    expect(validate(parse(text.replace('concurrency: 3', 'concurrency: many')))).toBe(false);
  }
});

it('a guess that is red today stands in the file as a comment with the reason, ready to be taken in', () => {
  const [rust] = LAYOUTS.filter(({ files }) => files.includes('Cargo.toml'));
  const detected = detect({ files: rust?.files ?? [], text: (path) => rust?.texts[path] });
  const text = configText({ detected, agent, tried: { leftOut: new Map([['lint', 'it is red']]) } });
  expect(Object.keys(parse(text).checks)).toEqual(['setup', 'test', 'format']);
  const taken = text.replace(/^ {2}# (lint: .*)$/m, '  $1');
  expect(parse(taken).checks.lint).toContain('cargo clippy');
});
