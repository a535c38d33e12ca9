import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { mayMount } from '../../support/own-disk.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;
/** A home on a disk of its own, with what a feature left there, and full. */
const ON_FULL_DISK = `
  mount -t tmpfs -o size=256k none "$BATON_HOME" && cd "$BATON_HOME" && mkdir -p agents/gone/api reports &&
  echo '{ "feature": "gone", "outcome": "landed", "figures": {} }' > reports/gone.json &&
  head -c 50000 /dev/zero > agents/gone/api/cache && { dd if=/dev/zero of=fill bs=4k 2> /dev/null; cd "${ROOT}"; exec "$@"; }`;

async function onFullDisk(home: string, ...args: string[]) {
  const baton = [process.execPath, '--import', 'tsx', `${ROOT}src/client.ts`, ...args];
  const { stdout, stderr, exitCode } = await execa(
    'unshare',
    ['-Urm', 'sh', '-c', ON_FULL_DISK, 'sh', ...baton],
    {
      env: { BATON_HOME: home, TEMPORAL_ADDRESS: undefined, TEMPORAL_PROFILE: undefined },
      cwd: ROOT,
      reject: false,
    },
  );
  return { stdout, stderr, exitCode };
}

it.skipIf(!mayMount)('on a full disk dev names it, and clean lists what may go there', async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'baton-full-home-'));
  const dev = await onFullDisk(home, 'dev', '--port', '0', '--ui-port', '0');
  expect(dev.exitCode).toBe(2);
  expect(dev.stderr).toContain(`No room on the disk of ${home}: ENOSPC`);
  expect(dev.stderr).toContain('Make room there, and try again; baton clean lists what may go.');
  const clean = await onFullDisk(home, 'clean');
  expect(clean).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/gone +\d+ KiB +may go/) });
  await rm(home, { recursive: true });
});
