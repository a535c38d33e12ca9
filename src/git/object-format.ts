/** How a repository names its objects: by SHA-1, or by SHA-256, with which git 3.0 makes new ones. */
export type ObjectFormat = 'sha1' | 'sha256';

/** Of the repository that an object is in, by its full name. */
export const formatOf = (id: string): ObjectFormat => (id.length === 64 ? 'sha256' : 'sha1');

/** For people. */
export const formatNames: Readonly<Record<ObjectFormat, string>> = { sha1: 'SHA-1', sha256: 'SHA-256' };

/** The format that a repository's `config` states: that of Baton's own, or of a view. */
export const formatIn = (config: string): ObjectFormat =>
  /^\s*objectformat\s*=\s*"?sha256"?\s*$/im.test(config) ? 'sha256' : 'sha1';

/** A `[core]` section's first setting, and the section that git wants beside it. */
export const formatVersion = (format: ObjectFormat): string =>
  `\trepositoryformatversion = ${format === 'sha1' ? 0 : 1}\n`;
export const formatSection = (format: ObjectFormat): string =>
  format === 'sha1' ? '' : `[extensions]\n\tobjectFormat = ${format}\n`;
