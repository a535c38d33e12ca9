import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

export interface WorkingProcess {
  readonly pid: number;
  readonly name: string;
  readonly folder: string;
}

/** A terminal that was left in a folder does nothing there. */
const SHELLS = new Set([
  'sh',
  'bash',
  'dash',
  'zsh',
  'fish',
  'ksh',
  'tcsh',
  'csh',
  'tmux',
  'screen',
  'login',
]);

/**
 * Processes of this user whose working folder is `folder` or below it, shells aside, as /proc (Linux) or lsof(8)
 * tells; undefined where neither does.
 */
export async function processesIn(folder: string): Promise<WorkingProcess[] | undefined> {
  const all = process.platform === 'linux' ? await fromProc() : await fromLsof();
  return all?.filter(
    ({ pid, name, folder: at }) =>
      pid !== process.pid &&
      !SHELLS.has(name.replace(/^-/, '')) &&
      `${at}/`.startsWith(`${folder}${path.sep}`),
  );
}

async function fromProc(): Promise<WorkingProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid): Promise<WorkingProcess[]> => {
      // Those of others can't be read, and one may end meanwhile.
      const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => undefined);
      return folder === undefined || name === undefined
        ? []
        : [{ pid: Number(pid), name: name.trim(), folder }];
    }),
  );
  return found.flat();
}

/** With `-F pcn` each process is a line of its number, one of its name and one of its folder. */
async function fromLsof(): Promise<WorkingProcess[] | undefined> {
  const { stdout, failed } = await execa('lsof', ['-w', '-d', 'cwd', '-F', 'pcn'], { reject: false });
  if (failed && stdout === '') return undefined;
  const found: WorkingProcess[] = [];
  let [pid, name] = [0, ''];
  for (const line of stdout.split('\n')) {
    const value = line.slice(1);
    if (line.startsWith('p')) pid = Number(value);
    else if (line.startsWith('c')) name = value;
    else if (line.startsWith('n')) found.push({ pid, name, folder: value });
  }
  return found;
}
