import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { withoutHidden } from './home-mounts.ts';
import { HIDDEN_FOLDERS, READ_ONLY_IN_PROC } from './places.ts';

/** What a command sees and may change; all paths absolute. */
export interface View {
  readonly cwd: string;
  /** HOME of the user whom the worker runs as. */
  readonly userHome: string;
  /** Not there for the command, wherever it lies. */
  readonly hidden: readonly string[];
  /** Folders of its own, at the place that others have. */
  readonly caches: readonly { readonly at: string; readonly own: string }[];
  /** Read-only, also inside of what is hidden. */
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  /** Stands where others have /tmp. */
  readonly temporary: string;
  /** The machine's network instead of a loopback of its own. */
  readonly openNetwork: boolean;
  /** A folder with sockets that lead out, shown as {@link SOCKETS}. */
  readonly sockets?: string | undefined;
}

/** Where a command's way out begins. */
export const SOCKETS = '/run/baton';

/**
 * Arguments of `bwrap` before the command: everything read-only, what is hidden gone, and processes, network, IPC and
 * host name of its own. The command and all that it starts end with it, however far they moved away.
 */
export async function bubblewrapArguments(view: View): Promise<string[]> {
  const inside = (folder: string, each: string) => each === folder || each.startsWith(`${folder}/`);
  const hidden = await Promise.all(view.hidden.map(realOf));
  const userHome = await realOf(view.userHome);
  const caches = view.caches.map(({ at }) => at);
  const elsewhere = hidden.filter((each) => !inside(userHome, each));
  return [
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
    ...READ_ONLY_IN_PROC.flatMap((name) => ['--ro-bind-try', `/proc/${name}`, `/proc/${name}`]),
    ...(await Promise.all(HIDDEN_FOLDERS.map(emptied))).flat(),
    // Names are resolved by a service there on many systems.
    ...(view.openNetwork ? ['--ro-bind-try', '/run/systemd/resolve', '/run/systemd/resolve'] : []),
    ...['--bind', view.temporary, '/tmp'],
    ...(userHome === '/' ? [] : await withoutHidden(userHome, [...hidden, ...caches])),
    ...(await Promise.all(elsewhere.map(emptied))).flat(),
    ...view.caches.flatMap(({ at, own }) => ['--bind', own, at]),
    ...(await present(view.readable)).flatMap((each) => ['--ro-bind', each, each]),
    ...(await present(view.writable)).flatMap((each) => ['--bind', each, each]),
    ...(view.sockets === undefined ? [] : ['--ro-bind', view.sockets, SOCKETS]),
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(view.openNetwork ? [] : ['--unshare-net']),
    ...['--cap-drop', 'ALL', '--new-session', '--die-with-parent', '--chdir', view.cwd],
    '--',
  ];
}

const realOf = (each: string): Promise<string> => realpath(each).catch(() => path.resolve(each));

const present = async (paths: readonly string[]): Promise<string[]> => {
  const there = await Promise.all(paths.map((each) => lstat(each).catch(() => undefined)));
  return paths.filter((_, index) => there[index] !== undefined);
};

/** An empty folder or file in its place; nothing where there is none, or only a link to what is hidden itself. */
const emptied = async (each: string): Promise<string[]> => {
  const stats = await lstat(each).catch(() => undefined);
  if (stats === undefined || stats.isSymbolicLink()) return [];
  return stats.isDirectory() ? ['--tmpfs', each] : ['--ro-bind', '/dev/null', each];
};
