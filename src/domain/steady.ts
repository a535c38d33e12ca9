/** Texts of two features compared: without what differs between them by construction. Pure. */

/** Folders of a home that have one folder for each feature. */
const HOME_FOLDERS = 'worktrees|agents|sessions|handoffs';
const COMMIT = /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?/g;
const DURATION = /(?<![\w.])\d+(?:\.\d+)?(?= ?(?:ms|s|sec|seconds|min|minutes)\b)/g;

/** Names that Baton made of the feature's id: branches, workflow ids, folders. Words of people are left alone. */
const namedBy = (feature: string): RegExp =>
  new RegExp(`(?<=\\bbaton/|\\bfeature/|\\bfeature:|/(?:${HOME_FOLDERS})/)${feature}(?![a-z0-9-])`, 'g');

/** The folder of a feature's trees, whose name stands for the feature's id; the tree's own name follows. */
const TREES_OF_FEATURE = /(?<=\/t\/)[0-9a-v]{8}(?=\/[0-9a-v]{8}(?![0-9a-v]))/g;

/** A text of Baton's without the feature's id in names, and without times and durations that were measured. */
export const steady = (text: string, feature: string): string =>
  text
    .replace(namedBy(feature), '<feature>')
    .replace(TREES_OF_FEATURE, '<feature>')
    .replace(TIME, '<time>')
    .replace(DURATION, '<n>');

/** The same without ids of commits: for what an agent is told, never for what a person allows. */
export const steadyWithoutCommits = (text: string, feature: string): string =>
  steady(text, feature).replace(COMMIT, '<commit>');

/** A short mark by which the same text is known again; no proof against somebody who looks for another with the same. */
export function markOf(text: string): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  const hex = (value: number) => (value >>> 0).toString(16).padStart(8, '0');
  return `${hex(b)}${hex(a)}`;
}
