import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultSchemas } from '../../src/domain/agent-protocol.ts';
import { parsePacketFile } from '../../src/packets/parse-packet-file.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const EXAMPLE = path.join(ROOT, 'examples/user-management');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-crew-'));
  for (const part of ['crew', 'src', 'lint-rules.json'])
    await cp(path.join(EXAMPLE, part), path.join(folder, part), { recursive: true });
  await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function packet(id: string) {
  const file = path.join(EXAMPLE, 'packets', `${id}.md`);
  const parsed = parsePacketFile(await readFile(file, 'utf8'), file);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.packet;
}

const tests = (passing: number, total: number) => ({
  type: 'checkpoint',
  commit: 'c',
  checks: [{ name: 'test', passed: passing === total, tests: { passing, total }, failing: [], output: '' }],
});

/** One run of the crew's agent: what it said, given these answers to its checkpoints. */
async function run(task: object, answers: readonly object[]) {
  const given = { role: 'tdd-typescript', given: [], feedback: [], resume: null, ...task };
  const input = [given, ...answers].map((line) => `${JSON.stringify(line)}\n`).join('');
  const env = { HOME: folder };
  const { stdout } = await execa(process.execPath, ['crew/agent.mjs'], { cwd: folder, input, env });
  const events = stdout.split('\n').map((line) => JSON.parse(line));
  return { events, session: events[0].id, result: events.at(-1).result };
}

describe('the scripted crew of user-management', () => {
  it('fills in what a person left open in the packets, and overrules nothing', async () => {
    const ids = ['api-users', 'db-users', 'permissions', 'tests-users'];
    const given = await Promise.all(ids.map(packet));
    const { result } = await run({ role: 'backend-architect', packet: null, given }, []);
    const design = resultSchemas.design.parse(result);
    if (design.status !== 'done') throw new Error(design.status);
    expect(design.packets.at(-1)?.dependencies).toEqual([
      { packet: 'db-users', type: 'soft' },
      { packet: 'api-users', type: 'soft' },
    ]);
    const own = ({ size: _, dependencies: __, ...rest }: (typeof given)[number]) => rest;
    expect(design.packets.map(own)).toEqual(given.map(own));
    expect(design.packets.slice(0, 3).map(({ dependencies }) => dependencies)).toEqual(
      given.slice(0, 3).map(({ dependencies }) => dependencies),
    );
  });

  it('refuses packets that it has no recipe for', async () => {
    const foreign = { ...(await packet('db-users')), id: 'billing' };
    expect((await run({ packet: foreign }, [])).result).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('it knows db-users, api-users, tests-users, permissions'),
    });
    expect((await run({ role: 'backend-architect', packet: null, given: [] }, [])).result).toMatchObject({
      status: 'failed',
    });
  });

  it('asks for advice that does not come, and goes on with the answer', async () => {
    await writeFile(path.join(folder, 'crew/scenario.json'), '{"adviceWaitMs":0}');
    const swap = { kind: 'swap', text: 'Merged meanwhile: db-users, api-users.', files: [] };
    const task = { role: 'test-generator', packet: await packet('tests-users'), feedback: [swap] };
    const { events, session, result } = await run(task, [tests(9, 9), tests(5, 9)]);
    expect(events).toContainEqual(
      expect.objectContaining({ percent: 70, note: expect.stringContaining('not resetting between tests') }),
    );
    expect(resultSchemas.test.parse(result)).toMatchObject({
      status: 'blocked',
      question: { recommended: expect.stringMatching(/^Use transaction rollback pattern/) },
    });
    const resume = { sessionId: session, answer: result.question.recommended };
    const again = await run({ ...task, feedback: [], resume }, [tests(9, 9)]);
    expect(again.session).toBe(session);
    expect(again.events.filter(({ type }) => type === 'checkpoint')).toHaveLength(1);
    expect(resultSchemas.test.parse(again.result)).toMatchObject({ status: 'done' });
    expect(await readFile(path.join(folder, 'src/test/setup-test-db.ts'), 'utf8')).toContain('withRollback');
  });

  it('creates users as the answer says', async () => {
    const task = { packet: await packet('api-users') };
    const { session, result } = await run(task, [tests(0, 3), tests(3, 3)]);
    expect(result.question).toMatchObject({
      options: ['Return the full user object', 'Return just the ID'],
      recommended: 'Return the full user object',
    });
    const resume = { sessionId: session, answer: 'Return just the ID' };
    const again = await run({ ...task, resume }, [tests(9, 9)]);
    expect(resultSchemas.implement.parse(again.result)).toMatchObject({ status: 'done' });
    const route = await readFile(path.join(folder, 'src/app/api/users/route.ts'), 'utf8');
    expect(route).toContain('c.json({ data: { id: user.id } }, 201)');
    expect(again.result.evidence[2].evidence.test).toBe(
      'POST /api/users > answers the id of the created user',
    );
  });
});
