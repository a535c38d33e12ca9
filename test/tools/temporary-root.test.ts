import { mkdir, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../git/fixture.ts';

const checkout = path.resolve(import.meta.dirname, '../..');
const setUp = (system: string, code: string) =>
  execa(
    'node',
    [
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      `const { setup } = await import('./test/support/temporary-root.ts'); setup();\n${code}`,
    ],
    { cwd: checkout, env: { TMPDIR: system, BATON_TEST_ROOT: undefined } as never, reject: false },
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
