import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const SOURCE = path.resolve(import.meta.dirname, '../../src');

/** What opens a file by its name to read it, and may wait for ever, or never end, if it is no regular one. */
const OPENS = /(?<![\w.#])(readFile|readFileSync|createReadStream|open|openSync|copyFile|copyFileSync)\(/g;

/** Files that do it by themselves, and why they may: nobody but Baton, or the kernel, made what they open. */
const ALLOWED: Readonly<Record<string, string>> = {
  'files/regular-file.ts': 'the one reader',
  'agents/load-role.ts': "a role's prompt that is shipped with Baton; a repository's own comes from a commit",
  'cli/catalogue.ts': "Baton's own build",
  'cli/demo/example.ts': 'an example that is shipped with Baton',
  'cli/play/make-edits.ts': 'a play is an agent, whose files were looked at the moment before',
  'dev-server/server-process.ts': "appends to the server's log in the user's own folder",
  'files/cached-code.ts':
    "Baton's own build, and what was compiled of it, which lies where the user's own caches are",
  'files/own-package.ts': "Baton's own package.json",
  'git/content/lfs-on-hub.ts': 'what git has just written into a folder of Baton’s own',
  'git/content/lfs.ts':
    "copies an object of Git LFS, a regular file of the size that its pointer says, from the user's own clone",
  'git/modules/module-repository.ts': "Baton's own index",
  'git/worktree/bring-up.ts': "Baton's own index",
  'git/worktree/capture-worktree.ts': 'reads the copy that the reader made, in a folder of its own',
  'git/worktree/own-repository.ts': "Baton's own index",
  'git/worktree/plain-files.ts':
    'makes the copy, which must not be there; what is copied is opened by the reader',
  'homes/atomic-file.ts':
    "makes a file of a random name, opens a folder to have it written to the disk, and writes over a note of Baton's own",
  'installed/copy-installed.ts':
    'copies what was listed as a file, from a tree in which nothing but the set-up runs',
  'installed/unshare.ts': 'copies what was listed as a file, in a tree in which nothing but the set-up runs',
  'processes/capped-log.ts': 'makes its own log in a folder of its own',
  'processes/command-here.ts': "writes over a file in Baton's own home that it made when the command began",
  'processes/command-output.ts': 'makes its own files in a folder of its own',
  'processes/process-table.ts': '/proc',
  'processes/start-here.ts': '/dev/null, to see whether open files are left',
  'processes/working-in.ts': '/proc',
  'work/blotting-store.ts': 'makes its own copies in a folder of its own',
  'worker/build.ts': "Baton's own bundle",
  'worker/workflow-bundle.ts': "Baton's own sources",
};

/** Which calls a source file has; methods of that name, and functions of its own, open nothing. */
const opensIn = (text: string): string[] => {
  const imported = [...text.matchAll(/import \{([^}]*)\} from 'node:fs(?:\/promises)?'/g)].flatMap(
    ([, names = '']) => names.split(',').map((name) => name.trim()),
  );
  const calls = [...text.matchAll(OPENS)].flatMap(([, name = '']) => (imported.includes(name) ? [name] : []));
  return [...new Set([...calls, ...(/promisify\((?:open|read)\)/.test(text) ? ['open'] : [])])];
};

it('files that others can make are read by the one reader, everywhere but where nobody else made them', () => {
  const sources = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const opening = sources.filter((file) => opensIn(readFileSync(path.join(SOURCE, file), 'utf8')).length > 0);
  expect(opening.sort()).toEqual(Object.keys(ALLOWED).sort());
});

it('the search sees an import of each kind', () => {
  expect(opensIn("import { readFile } from 'node:fs/promises';\nawait readFile(x)")).toEqual(['readFile']);
  expect(
    opensIn("import { createReadStream, type Stats } from 'node:fs';\ncreateReadStream(x)"),
  ).toHaveLength(1);
  expect(opensIn('const open = () => 1;\nopen(); this.open(); #open(x)')).toEqual([]);
});
