import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import cacache from 'cacache';
import type { ArtifactRef } from '../domain/artifact.ts';
import { BatonError } from '../domain/failures.ts';
import { piecesOf, withRegularFile } from '../files/regular-file.ts';
import type { ArtifactContent, ArtifactStore } from './artifact-store.ts';

/** The store of one home: the folder `artifacts` in it. */
export class LocalArtifactStore implements ArtifactStore {
  readonly #folder: string;
  constructor(
    homeFolder: string,
    /** The home's id, kept in every reference. */
    readonly homeId: string,
  ) {
    this.#folder = join(homeFolder, 'artifacts');
  }

  async put(content: ArtifactContent, mediaType: string): Promise<ArtifactRef> {
    if (typeof content === 'object' && 'file' in content) return this.#putFile(content.file, mediaType);
    const bytes = Buffer.from(content as Uint8Array);
    const digest = digestText(createHash('sha512').update(bytes));
    const ref = { digest, size: bytes.length, mediaType, home: this.homeId };
    if (!(await this.has(ref))) await cacache.put(this.#folder, digest, bytes, { integrity: digest });
    return ref;
  }

  async get(ref: ArtifactRef): Promise<Buffer> {
    try {
      return await cacache.get.byDigest(this.#folder, ref.digest, { memoize: false });
    } catch (cause) {
      throw this.#notThere(ref, cause);
    }
  }

  async has(ref: ArtifactRef): Promise<boolean> {
    // The index names the file that `path` gives: content without its entry is put again.
    const [content, entry] = await Promise.all([
      cacache.get.hasContent(this.#folder, ref.digest),
      cacache.get.info(this.#folder, ref.digest),
    ]);
    return content !== false && entry !== null;
  }

  async path(ref: ArtifactRef): Promise<string> {
    const entry = (await this.has(ref)) ? await cacache.get.info(this.#folder, ref.digest) : null;
    if (entry === null) throw this.#notThere(ref);
    return entry.path;
  }

  async #putFile(file: string, mediaType: string): Promise<ArtifactRef> {
    const hash = createHash('sha512');
    let size = 0;
    await withRegularFile(file, async (open) => {
      for await (const piece of piecesOf(open)) {
        hash.update(piece);
        size += piece.length;
      }
    });
    const digest = digestText(hash);
    const ref = { digest, size, mediaType, home: this.homeId };
    if (!(await this.has(ref)))
      // The integrity makes a file that is written to meanwhile an error instead of a false digest.
      await withRegularFile(file, (open) =>
        pipeline(
          Readable.from(piecesOf({ ...open, size })),
          cacache.put.stream(this.#folder, digest, { integrity: digest }),
        ),
      );
    return ref;
  }

  #notThere(ref: ArtifactRef, cause?: unknown): BatonError {
    const where =
      ref.home === this.homeId ? 'it may have been cleaned' : `it was kept by the home "${ref.home}"`;
    const damaged = (cause as NodeJS.ErrnoException | undefined)?.code === 'EINTEGRITY';
    const what = damaged ? 'is damaged: its content has another digest' : `is not there; ${where}`;
    return new BatonError('BadInput', `artifact ${ref.digest.slice(0, 24)}… in ${this.#folder} ${what}`, {
      cause,
    });
  }
}

const digestText = (hash: ReturnType<typeof createHash>) => `sha512-${hash.digest('base64')}`;
