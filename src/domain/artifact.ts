/** A piece of large data outside history: in the content-addressed store of `home`. */
export interface ArtifactRef {
  /** Subresource-integrity string, e.g. `sha512-…`. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly mediaType: string;
  /** Id of the home whose store has it. */
  readonly home: string;
}
