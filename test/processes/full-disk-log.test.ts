import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { mayMount, printedOnOwnDisk } from '../support/own-disk.ts';

const source = (file: string) => JSON.stringify(path.resolve('src/processes', file));

/** What `program` prints, as JSON, with the disk of the temporary folders full but for `room` bytes. */
const onFullDisk = async (program: string): Promise<unknown> => {
  const setUp = `
    process.env.TMPDIR = '/mnt';
    const fs = await import('node:fs');
    const { Launcher } = await import(${source('launcher/launcher.ts')});
    const launcher = new Launcher();
    const run = (command, more) => launcher.command({ command, cwd: '/', env: { PATH: process.env.PATH }, timeoutMs: 60_000, ...more });
    const fillBut = async (room) => {
      // By its first command the launcher is up, with all files that its start leaves.
      await (await run('true')).disposeLog();
      fs.writeFileSync('/mnt/room', Buffer.alloc(room));
      await (await run('dd if=/dev/zero of=/mnt/fill bs=4k 2> /dev/null; true')).disposeLog();
      fs.rmSync('/mnt/room');
    };
  `;
  return JSON.parse(await printedOnOwnDisk('32m', `${setUp}${program}`));
};

describe.skipIf(!mayMount)('on a temporary disk without room', () => {
  it('a command that prints more than fits ends as it would, with the start and the end of its log, and what runs beside it goes on', async () => {
    const found = await onFullDisk(`
      await fillBut(256 * 1024);
      const { pid } = launcher;
      fs.writeFileSync('/mnt/held', '');
      const beside = run('while [ -e /mnt/held ]; do sleep 0.02; done; echo beside', { onOutput: () => {} });
      const { exitCode, stdout, tail, log } = await run('seq 1 500000; exit 3');
      const kept = fs.readFileSync(log.file, 'utf8');
      fs.rmSync('/mnt/held');
      const other = await beside;
      const [remark, said] = /\\n\\[… (\\d+) bytes of output cut here …\\]\\n/.exec(kept);
      const output = Buffer.byteLength(kept) - Buffer.byteLength(remark);
      console.log(JSON.stringify({ exitCode, stdout: stdout.length, tail, kept: [kept.slice(0, 6), kept.slice(-14)], cut: Number(said) === log.cutBytes,
        bytes: output === log.bytes - log.cutBytes, fills: output > 200_000, other: [other.exitCode, other.stdout], sameLauncher: launcher.pid === pid }));
      process.kill(pid);
    `);
    expect(found).toEqual({
      exitCode: 3,
      stdout: 3_388_895,
      tail: expect.stringMatching(
        /499999\n500000\n\[baton\] the log holds \d+ of the 3388895 bytes of this output: ENOSPC: no space left on device, write$/,
      ),
      kept: ['1\n2\n3\n', '499999\n500000\n'],
      cut: true,
      bytes: true,
      fills: true,
      other: [0, 'beside\n'],
      sameLauncher: true,
    });
  });

  it('a command of a release that was done stays done, with its output', async () => {
    const found = await onFullDisk(`
      // Enough for what it prints, and not for its log beside that.
      await fillBut(200 * 1024);
      const { pid } = launcher;
      const { exitCode, stdout, tail } = await run('seq 1 25000', { leaveBackground: true });
      console.log(JSON.stringify({ exitCode, stdout: [stdout.length, stdout.slice(-12)], tail, sameLauncher: launcher.pid === pid }));
      process.kill(pid);
    `);
    expect(found).toEqual({
      exitCode: 0,
      stdout: [138_894, '24999\n25000\n'],
      tail: expect.stringMatching(
        /25000\n\[baton\] the log holds \d+ of the 138894 bytes of this output: ENOSPC/,
      ),
      sameLauncher: true,
    });
  });

  it('a log takes what is written to it once there is room, and says how much was before', async () => {
    const found = await onFullDisk(`
      await fillBut(0);
      const { CappedLog } = await import(${source('capped-log.ts')});
      const log = new CappedLog('/mnt/log', 100);
      log.write('before');
      const { problem } = log;
      fs.rmSync('/mnt/fill');
      log.write('after');
      log.close();
      console.log(JSON.stringify({ problem, total: log.total, cut: log.cut, kept: fs.readFileSync('/mnt/log', 'utf8') }));
      process.kill(launcher.pid);
    `);
    expect(found).toEqual({
      problem: 'ENOSPC: no space left on device, write',
      total: 11,
      cut: 6,
      kept: 'after\n[… 6 bytes of output cut here …]\n',
    });
  });
});
