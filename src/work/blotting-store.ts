import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import type { ArtifactContent, ArtifactStore } from '../artifacts/artifact-store.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import type { KnownSecrets } from '../processes/secrets/known-secrets.ts';
import { SecretFilter } from '../processes/secrets/secrets.ts';
import { temporaryFolder } from '../processes/temporary.ts';

const TEXT = /^(?:text\/|application\/(?:json|jsonl|xml))/;

/** A store that keeps no secret: texts are kept without them, whoever puts them there. */
export class BlottingStore implements ArtifactStore {
  constructor(
    private readonly store: ArtifactStore,
    private readonly secrets: KnownSecrets,
  ) {}

  async put(content: ArtifactContent, mediaType: string): Promise<ArtifactRef> {
    if (!TEXT.test(mediaType) || this.secrets.list.length === 0) return this.store.put(content, mediaType);
    if (typeof content === 'string') return this.store.put(this.secrets.text(content), mediaType);
    if (content instanceof Uint8Array)
      return this.store.put(this.secrets.text(Buffer.from(content).toString('utf8')), mediaType);
    return this.putFile(content.file, mediaType);
  }

  /** The file stays as it is: a run that goes on writes to it. */
  private async putFile(file: string, mediaType: string): Promise<ArtifactRef> {
    const folder = await temporaryFolder('artifact');
    try {
      const copy = path.join(folder, 'content');
      await pipeline(
        createReadStream(file),
        blotting(this.secrets),
        createWriteStream(copy, { mode: 0o600 }),
      );
      return await this.store.put({ file: copy }, mediaType);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  get(ref: ArtifactRef): Promise<Buffer> {
    return this.store.get(ref);
  }
  has(ref: ArtifactRef): Promise<boolean> {
    return this.store.has(ref);
  }
  path(ref: ArtifactRef): Promise<string> {
    return this.store.path(ref);
  }
}

function blotting(secrets: KnownSecrets): Transform {
  const decoder = new StringDecoder('utf8');
  const filter = new SecretFilter(secrets.list);
  return new Transform({
    transform: (chunk: Buffer, _, done) => done(null, filter.push(decoder.write(chunk))),
    flush: (done) => done(null, filter.push(decoder.end()) + filter.end()),
  });
}
