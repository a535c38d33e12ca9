import type { ArtifactRef } from '../domain/artifact.ts';

/** Content to keep: in memory, or a file that stays where it is. */
export type ArtifactContent = Uint8Array | string | { readonly file: string };

/**
 * Keeps what is too large for history, by the digest of its content: the same content is kept once, and
 * nothing that was put is ever changed.
 */
export interface ArtifactStore {
  /** Keeps content (a string as UTF-8) and returns what finds it again. */
  put(content: ArtifactContent, mediaType: string): Promise<ArtifactRef>;
  /** The content, checked against its digest. @throws BatonError `BadInput` if it is not there or damaged */
  get(ref: ArtifactRef): Promise<Buffer>;
  /** Whether it is in this store, not whether it is whole. */
  has(ref: ArtifactRef): Promise<boolean>;
  /** A file with the content, for reading only. @throws BatonError `BadInput` if it is not there */
  path(ref: ArtifactRef): Promise<string>;
}
