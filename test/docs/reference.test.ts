import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PHASES } from '../../src/domain/phase.ts';
import { codeBlocks, document } from '../config/docs.ts';

interface Reference {
  readonly files: Readonly<Record<string, string>>;
  readonly missing: readonly string[];
}
// @ts-expect-error A tool, which has no types.
const { reference } = (await import('../../tools/reference.mjs')) as { reference: () => Reference };
const { files, missing } = reference();
const published = (name: string) =>
  readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8');
const validator = (name: string) => new Ajv2020({ strict: false }).compile(JSON.parse(published(name)));

describe('the reference', () => {
  it.each(Object.keys(files))('%s is as the schemas are; otherwise: npm run docs', (name) =>
    expect(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8') === files[name]).toBe(true),
  );

  it('says of every field what it means', () => expect(missing).toEqual([]));

  it('is small', () => {
    const bytes = Object.values(files).reduce((sum, text) => sum + text.length, 0);
    expect(bytes).toBeLessThan(150_000);
  });
});

describe('the published JSON Schemas', () => {
  it('take the configurations of the pages, and complain of a mistake', () => {
    const validate = validator('baton');
    for (const block of codeBlocks(document('configuration.md'), 'yaml')) {
      expect(validate(parse(block)), block).toBe(true);
      expect(validate({ ...parse(block), concurency: 3 })).toBe(false);
    }
  });

  it('take the packets of the page, alone, in a list and named, and no others', () => {
    const validate = validator('packets');
    const [example = ''] = codeBlocks(document('packets.md'), 'json');
    const { packets } = JSON.parse(example);
    for (const value of [{ packets }, packets, packets[0]]) expect(validate(value)).toBe(true);
    for (const value of [
      [],
      {},
      { packet: packets },
      { ...packets[0], size: 0 },
      { ...packets[0], evidence: 1 },
    ])
      expect(validate(value)).toBe(false);
  });

  it('take results of each phase, and events', () => {
    const done = { status: 'done', summary: 's' };
    const extra = { design: { packets: [] }, deploy: { plan: 'p', rollback: 'r' }, implement: {}, test: {} };
    for (const phase of PHASES) {
      const validate = validator(`agent-result-${phase}`);
      expect(validate({ ...done, ...extra[phase] })).toBe(true);
      expect(validate({ status: 'failed', reason: 'r' })).toBe(true);
      expect(validate({ status: 'over' })).toBe(false);
    }
    const event = validator('agent-event');
    expect(event({ type: 'progress', note: 'n' })).toBe(true);
    expect(event({ type: 'progres', note: 'n' })).toBe(false);
  });

  it('tell editors what each key means', () =>
    expect(JSON.parse(published('baton')).properties.concurrency.description).toMatch(/^Agents at once/));
});
