import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatProblems } from '../../src/config/problem.ts';
import { parsePacketFile } from '../../src/packets/parse-packet-file.ts';
import { planChanges } from '../../src/packets/plan-changes.ts';
import { readPacketFolder } from '../../src/packets/read-packet-folder.ts';
import { codeBlocks, document } from '../config/docs.ts';

const [example = ''] = codeBlocks(document('packets.md'), 'json');
const one = { id: 'a', objective: 'x', criteria: [{ text: 'y' }], boundaries: { inScope: ['src/a/'] } };
const other = { ...one, id: 'b', boundaries: { inScope: ['src/b/'] } };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'baton-packets-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** What a file of that text holds, read as `baton start --packets FILE` reads it. */
async function read(text: string, name = 'packets.json') {
  const file = join(dir, name);
  await writeFile(file, text);
  const folder = await readPacketFolder(file, { feature: 'f' });
  const plain = (of: typeof folder.problems) => formatProblems(of).replaceAll(`${dir}/`, '');
  return { ...folder, told: plain(folder.problems), warned: plain(folder.warnings) };
}

describe('packets as JSON', () => {
  it('are read from the page’s example, the same as its Markdown', async () => {
    const { packets, told, warned } = await read(example);
    expect(told).toBe('');
    expect(warned).toMatch(/^packets\.json:\d+: `src\/\*\*\/\*\.test\.ts` overlaps `src\/db\/` [^\n]*$/);
    const [, api] = packets;
    expect(packets.map(({ id }) => id)).toEqual(['db-users', 'api-users']);
    const [markdown = ''] = codeBlocks(document('packets.md'), 'md');
    const parsed = parsePacketFile(markdown, 'packets.md');
    expect(parsed).toMatchObject({
      ok: true,
      packet: {
        id: api?.id,
        objective: api?.objective,
        branch: api?.branch,
        size: api?.size,
        role: api?.role,
      },
    });
    if (parsed.ok)
      expect(api?.criteria.map(({ evidence }) => evidence)).toEqual(
        parsed.packet.criteria.map(({ evidence }) => evidence),
      );
  });

  it.each([
    ['one packet', one, ['a']],
    ['a list', [other, one], ['b', 'a']],
    ['an object with packets', { $schema: 'packets.schema.json', packets: [one] }, ['a']],
  ])('may be %s', async (_what, value, ids) => {
    expect((await read(JSON.stringify(value))).packets.map(({ id }) => id)).toEqual(ids);
    expect((await read(JSON.stringify(value, undefined, '\t'))).told).toBe('');
    expect((await read(`\uFEFF${JSON.stringify(value)}`)).told).toBe('');
  });

  it('lie beside Markdown files in a folder, in the order of the names', async () => {
    await writeFile(join(dir, 'b.json'), JSON.stringify([other]));
    await writeFile(
      join(dir, 'a.md'),
      '# Work Packet: a\n\n**Objective:** x\n## Acceptance Criteria\n- [ ] y\n## Boundaries\n',
    );
    expect((await readPacketFolder(dir, { feature: 'f' })).packets.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it.each([
    ['', 'packets.json:1: is no JSON'],
    ['{\n  "id": "a",\n}', 'packets.json:3: is no JSON'],
    ['{"id": "a"', 'packets.json:1: is no JSON'],
    ['// packets\n{}', 'packets.json:1: is no JSON'],
    ['{"id":"a","id":"b"}', 'packets.json:1: Map keys must be unique'],
    ['3', 'must be a packet, a list of packets, or an object with `packets`, not 3'],
    ['null', 'must be a packet, a list of packets, or an object with `packets`, not'],
    ['[]', 'it is empty'],
    ['{"packets": {}}', '`packets` must be a list, not an object'],
    [JSON.stringify({ packets: [one], packet: 1 }), 'unknown key `packet`: did you mean `packets`?'],
    [
      JSON.stringify({ ...one, criteria: [{ text: 'y', evidence: { tset: 'z' } }] }, undefined, 1),
      'packets.json:8: unknown key `tset` in `criteria[0].evidence`: did you mean `test`?',
    ],
    [
      JSON.stringify([one, { ...other, kind: 'tests' }], undefined, 1),
      "packets.json:29: `[1].kind` can't be `tests`: did you mean `test`?",
    ],
    [
      JSON.stringify({ packets: [{ ...one, dependencies: [{ packet: 'c' }] }] }, undefined, 1),
      'packets.json:17: packet "a" depends on `c`, which is no packet',
    ],
    [JSON.stringify([one, one]), 'two packets have the id "a"'],
    [JSON.stringify({ ...one, branch: 'a b' }), 'packets.json:1: `branch`'],
    ['x'.repeat(1_100_000), 'is no JSON'],
    [JSON.stringify({ ...one, instructions: 'x'.repeat(1_100_000) }), 'is larger than 1024 KiB'],
  ])('are refused with the line of what is wrong: %.60j', async (text, expected) => {
    const { told } = await read(text);
    expect(told).toContain(expected);
    expect(told).not.toMatch(/Invalid input|undefined/);
  });

  it('without a criterion are warned of, at their line', async () => {
    const { criteria: _, ...rest } = one;
    expect((await read(JSON.stringify([rest], undefined, 1))).warned).toMatch(
      /^packets\.json:\d: no criterion/,
    );
  });

  it('have a name that ends in .json or .md', async () =>
    expect((await read('{}', 'packets.txt')).told).toBe(
      'packets.txt:1: is no packet: their names end in .md or .json',
    ));

  it('change nothing in a plan that has the same packets', async () => {
    const { packets } = await read(JSON.stringify([{ ...one, contract: 'text\n' }]));
    const plan = packets.map((packet) => ({ packet, status: 'waiting' as const, started: false }));
    expect(planChanges(plan, packets)).toEqual({ add: [], amend: [], drop: [] });
  });
});
