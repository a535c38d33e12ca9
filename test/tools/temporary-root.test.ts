import { mkdir, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../git/fixture.ts';

const checkout = path.resolve(import.meta.dirname, '../..');
const setUp = (system: string, code: string, memory = '', project = 'main') =>
  execa(
    'node',
    [
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      `const { setup } = await import('./test/support/temporary-root.ts'); setup({ name: '${project}' });\n${code}`,
    ],
    {
      cwd: checkout,
      env: { TMPDIR: system, BATON_TEST_MEMORY: memory, BATON_TEST_ROOT: undefined } as never,
      reject: false,
    },
  );
const roots = async (system: string) => (await readdir(system)).filter((name) => name.startsWith('bt-'));

it('a test run works in a temporary folder of its own', () => {
  expect(tmpdir()).toBe(process.env.BATON_TEST_ROOT);
  expect(path.basename(tmpdir())).toMatch(/^bt-\d+-\w{6}$/);
});

it('the folder of a run goes with it, and that of a run that was killed with the next', async () => {
  const system = temporaryFolder();
  await mkdir(path.join(system, `bt-${process.pid}-aaaaaa`));
  const killed = await setUp(system, "process.kill(process.pid, 'SIGKILL');");
  expect(killed.signal).toBe('SIGKILL');
  expect(await roots(system)).toHaveLength(2);
  const next = await setUp(system, "process.stdout.write((await import('node:os')).tmpdir());");
  expect(next.stdout).toContain(`${system}/bt-`);
  expect(await roots(system)).toEqual([`bt-${process.pid}-aaaaaa`]);
});

it('a run lies in memory if there is any, a demo on disk; what killed runs left goes from both', async () => {
  const [system, memory] = [temporaryFolder(), temporaryFolder()];
  const where = "process.stdout.write((await import('node:os')).tmpdir());";
  const killed = await setUp(system, "process.kill(process.pid, 'SIGKILL');", memory);
  expect(killed.signal).toBe('SIGKILL');
  expect([await roots(system), (await roots(memory)).length]).toEqual([[], 1]);
  expect((await setUp(system, where, memory, 'demo')).stdout).toContain(`${system}/bt-`);
  expect(await roots(memory)).toEqual([]);
  expect((await setUp(system, where, memory)).stdout).toContain(`${memory}/bt-`);
  expect((await setUp(system, where, path.join(memory, 'not-there'))).stdout).toContain(`${system}/bt-`);
});
