import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { formatProblems } from '../../src/config/problem.ts';
import { MAX_PACKETS } from '../../src/domain/packet.ts';
import { readPacketFolder } from '../../src/packets/read-packet-folder.ts';
import { walkthroughPackets } from './walkthrough.ts';

const PLACE = { feature: 'prefs' };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'baton-packets-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const write = (name: string, id: string, { scope = `src/${id}/`, dependencies = '', branch = '' } = {}) =>
  writeFile(
    join(dir, name),
    `# Work Packet: ${id}\n\n**Objective:** x\n${branch && `**Branch:** ${branch}`}\n## Acceptance Criteria\n- [ ] y\n\n## Boundaries\n**In Scope:** ${scope}\n\n## Dependencies\n${dependencies}\n`,
  );
const problems = async () =>
  formatProblems((await readPacketFolder(dir, PLACE)).problems).replaceAll(`${dir}/`, '');
/** What is wrong where the repository has these branches already. */
const beside = async (branches: string[], base?: string) => {
  const place = { ...PLACE, ...(base !== undefined && { base }), branches: new Set(branches) };
  return formatProblems((await readPacketFolder(dir, place)).problems).replaceAll(`${dir}/`, '');
};
const warnings = async () =>
  formatProblems((await readPacketFolder(dir, PLACE)).warnings).replaceAll(`${dir}/`, '');

it('reads the packets of the walkthrough, and warns of tests that lie in others’ scope', async () => {
  for (const [id, text] of walkthroughPackets) await writeFile(join(dir, `${id}.md`), text);
  const folder = await readPacketFolder(dir, PLACE);
  expect(folder.problems).toEqual([]);
  expect(folder.packets.map(({ id }) => id)).toEqual(['api-users', 'db-users', 'tests-users']);
  expect(folder.unnamed).toMatchObject([{ packet: 'tests-users', type: 'soft' }]);
  const text = formatProblems(folder.warnings);
  expect(text).toMatch(
    /tests-users\.md:14: `src\/\*\*\/\*\.test\.ts` overlaps `src\/db\/schema\/` of .*db-users\.md/,
  );
});

it('reads files in the order of their names and leaves README.md out', async () => {
  await write('b.md', 'one');
  await write('a.md', 'two');
  await writeFile(join(dir, 'README.md'), '# About');
  await writeFile(join(dir, 'notes.txt'), 'nothing');
  expect((await readPacketFolder(dir, PLACE)).packets.map(({ id }) => id)).toEqual(['two', 'one']);
  expect(await problems()).toBe('');
});

it('refuses two packets of one id and names both files', async () => {
  await write('a.md', 'one');
  await write('b.md', 'one');
  expect(await problems()).toMatch(/^b\.md:1: two packets have the id "one" \(the other: .*a\.md\)$/);
  await write('0.md', 'zero');
  expect(await problems()).toMatch(/^b\.md:1: two packets have the id "one" \(the other: .*a\.md\)$/);
});

it('names an unknown dependency at its line, with the nearest packet', async () => {
  await write('a.md', 'db-users');
  await write('b.md', 'api', { dependencies: '- soft: db-user' });
  expect(await problems()).toBe(
    'b.md:12: packet "api" depends on `db-user`, which is no packet: did you mean `db-users`?',
  );
});

it('prints a cycle as it runs', async () => {
  await write('a.md', 'a', { dependencies: '- hard: b' });
  await write('b.md', 'b', { dependencies: '- soft: c' });
  await write('c.md', 'c', { dependencies: '- hard: a' });
  expect(await problems()).toBe('a.md:12: the dependencies form a cycle: a -> b -> c -> a');
});

it('prints a cycle in which nobody could start', async () => {
  await write('a.md', 'a', { dependencies: '- hard: b' });
  await write('b.md', 'b', { dependencies: '- hard: a' });
  expect(await problems()).toBe('a.md:12: the dependencies form a cycle: a -> b -> a');
});

it('refuses a branch that two packets share, or that Baton needs', async () => {
  await write('a.md', 'a', { branch: 'x' });
  await write('b.md', 'b', { branch: 'x' });
  await write('c.md', 'c', { branch: 'baton/prefs/integration' });
  await write('d.md', 'd', { branch: 'feature/prefs' });
  expect((await problems()).split('\n')).toEqual([
    'b.md:4: packets "a" and "b" share the branch "x"',
    expect.stringContaining('c.md:4: packet "c" has the branch "baton/prefs/integration", which is kept for'),
    expect.stringContaining(
      'd.md:4: packet "d" has the branch "feature/prefs", which is kept for the landed',
    ),
  ]);
});

it('refuses a branch that the repository has, or that git can’t hold beside one that it has', async () => {
  await write('a.md', 'a', { branch: 'x/y' });
  expect(await beside(['w', 'x/y'])).toBe(
    'a.md:4: packet "a" has the branch "x/y", which the repository has already: name another, or delete that branch',
  );
  const unlike = (branch: string) =>
    `a.md:4: packet "a" has the branch "x/y", and git can't hold it beside the branch "${branch}": name another, or delete that branch`;
  expect(await beside(['x'])).toBe(unlike('x'));
  expect(await beside(['x/y/z'])).toBe(unlike('x/y/z'));
  expect(await beside(['x/yz', 'x/', 'x/z', 'z/x/y', 'xx'])).toBe('');
});

it('tells a packet’s branch that is the base as what it is', async () => {
  await write('a.md', 'a', { branch: 'main' });
  const told = await beside(['main'], 'main');
  expect(told).toMatch(/^a\.md:4: packet "a" has the branch "main"/);
  expect(told).not.toContain('already');
});

it('tells what is wrong in each file before it judges the plan', async () => {
  await write('a.md', 'a', { dependencies: '- hard: b' });
  await writeFile(join(dir, 'b.md'), 'nothing');
  await mkdir(join(dir, 'c.md'));
  const told = await problems();
  expect(told).toContain('b.md:1: has no title');
  expect(told).toContain("c.md:1: can't be read: it is not a regular file");
  expect(told).not.toContain('which is no packet');
  expect((await readPacketFolder(dir, PLACE)).packets.map(({ id }) => id)).toEqual(['a']);
});

it('refuses more packets than a feature takes', async () => {
  for (let i = 0; i < MAX_PACKETS; i++) await write(`p${i}.md`, `p${i}`, { scope: '' });
  expect(await problems()).toBe('');
  await write('q.md', 'q', { scope: '' });
  expect(await problems()).toContain(`has ${MAX_PACKETS + 1} packets; one feature takes ${MAX_PACKETS}`);
});

it('warns of no overlap where packets wait for each other through others', async () => {
  await write('a.md', 'a', { scope: 'src/' });
  await write('b.md', 'b', { dependencies: '- hard: a', scope: 'lib/' });
  await write('c.md', 'c', { dependencies: '- hard: b', scope: 'src/c/, docs/' });
  await write('d.md', 'd', { dependencies: '- soft: c', scope: 'x.md, docs/d.md' });
  expect((await warnings()).split('\n')).toEqual([
    expect.stringMatching(
      /^d\.md:9: `docs\/d\.md` overlaps `docs\/` of .*c\.md: packets "c" and "d" may change/,
    ),
  ]);
});

it('warns of scopes that overlap, but not where one packet waits for the other', async () => {
  await write('a.md', 'a', { scope: 'src/' });
  await write('b.md', 'b', { scope: 'src/b.ts' });
  await write('c.md', 'c', { scope: 'src/c.ts', dependencies: '- hard: a' });
  expect(await warnings()).toMatch(/^b\.md:9: `src\/b\.ts` overlaps `src\/` of .*a\.md: [^\n]*$/);
});

it('says so where there is nothing to read', async () => {
  expect(await problems()).toContain('has no packet');
  const { problems: found } = await readPacketFolder(join(dir, 'none'), PLACE);
  expect(formatProblems(found)).toContain("can't be read as a folder");
});
