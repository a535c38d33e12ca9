import type { ArtifactStore } from '../../artifacts/artifact-store.ts';
import { LocalArtifactStore } from '../../artifacts/local-artifact-store.ts';
import { withRegularFile } from '../../files/regular-file.ts';
import { homeId } from '../../homes/home.ts';
import { homePaths } from '../../homes/paths.ts';
import type { RunRecord } from '../../homes/runs.ts';

const NEWLINE = 0x0a;

/** Where a home keeps what its runs left; undefined where it is no home yet. */
export async function storeOf(home: string): Promise<ArtifactStore | undefined> {
  const id = await homeId(home);
  return id === undefined ? undefined : new LocalArtifactStore(homePaths(home).artifacts, id);
}

/** The lines of one run's transcript as they come: from its file while it goes on, then from what was kept of it. */
export class TranscriptReader {
  #offset = 0;

  constructor(
    /** Undefined where the home has no store yet. */
    private readonly store: ArtifactStore | undefined,
    /** Where it is written while the run goes on. */
    private readonly file: string,
  ) {}

  /**
   * The whole lines that were not read yet; of a run that has ended all that is left.
   * @throws BatonError `BadInput` where a transcript that was kept isn't there any more
   */
  async more(run: RunRecord): Promise<string[]> {
    const ended = run.transcript !== undefined && this.store !== undefined;
    // By now another run may write to the file; what was kept begins with what was read from it.
    const bytes = ended
      ? (await this.store.get(run.transcript)).subarray(this.#offset)
      : await readFrom(this.file, this.#offset);
    const end = ended ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
    this.#offset += end;
    return bytes
      .subarray(0, end)
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
  }
}

/** What a file holds from a place on; nothing where it isn't there. */
async function readFrom(file: string, offset: number): Promise<Buffer> {
  const read = withRegularFile(file, async ({ size, read: into }) => {
    const wanted = Buffer.alloc(Math.max(0, size - offset));
    return wanted.subarray(0, wanted.length === 0 ? 0 : await into(wanted, 0, offset));
  });
  return read.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
}
