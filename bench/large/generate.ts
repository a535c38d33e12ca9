import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { execa } from 'execa';

/** What a generated repository is like. */
export interface Shape {
  /** Small text files, a hundred a folder. */
  readonly files: number;
  /** Of the history beside the last commit, in MiB: contents that can't be compressed. */
  readonly historyMiB: number;
}

/** One file that each commit of the history replaces: as of a project that keeps its assets in git. */
const ASSET_MIB = 10;
const FILES_A_FOLDER = 100;
const AUTHOR = 'Bench <bench@localhost>';
/** Any moment: each commit a minute after the one before it. */
const FIRST_SECOND = 1_700_000_000;

/** Makes a bare repository by `git fast-import`, which takes nothing but its input. */
export async function generate(folder: string, { files, historyMiB }: Shape): Promise<void> {
  await execa('git', ['init', '--quiet', '--bare', '--initial-branch=main', folder]);
  const child = execa('git', ['-c', 'core.compression=0', 'fast-import', '--quiet'], {
    cwd: folder,
    stdin: 'pipe',
  });
  const { stdin } = child;
  const write = async (...pieces: (string | Buffer)[]) => {
    for (const piece of pieces) if (!stdin.write(piece)) await once(stdin, 'drain');
  };
  const commits = Math.ceil(historyMiB / ASSET_MIB);
  for (let at = 0; at <= commits; at += 1) {
    const message = at === 0 ? 'All files' : `Asset ${at}`;
    await write(
      `commit refs/heads/main\ncommitter ${AUTHOR} ${FIRST_SECOND + at * 60} +0000\n`,
      `data ${message.length}\n${message}\n`,
    );
    if (at === 0) for (let file = 0; file < files; file += 1) await write(smallFile(file));
    else {
      // The last one is small, so that trees are of one size whatever the history.
      const asset = at === commits ? Buffer.from('asset\n') : randomBytes(ASSET_MIB * 2 ** 20);
      await write(`M 100644 inline assets/asset.bin\ndata ${asset.length}\n`, asset, '\n');
    }
  }
  stdin.end('done\n');
  await child;
}

const smallFile = (at: number): string => {
  const folder = Math.floor(at / FILES_A_FOLDER);
  const text = `export const value${at} = ${at};\n`.repeat(6);
  return `M 100644 inline src/part${Math.floor(folder / FILES_A_FOLDER)}/folder${folder}/file${at}.ts\ndata ${text.length}\n${text}\n`;
};
