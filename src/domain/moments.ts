/** Moments for people. Everything is told in UTC, or as how long ago it was. Pure. */

/** How long something takes or took, in whole units of at most two kinds: `40 s`, `3 min`, `2 h 5 min`, `3 d 4 h`. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const two = (large: number, unit: string, small: number, rest: string) =>
    small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${rest}`;
  return hours < 24
    ? two(hours, 'h', minutes % 60, 'min')
    : two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** The span from a moment (ISO 8601) to `now` (ms since the epoch); empty where there is no such moment. */
export function sinceText(iso: string | undefined, now: number): string {
  const at = iso === undefined ? Number.NaN : Date.parse(iso);
  return Number.isNaN(at) ? '' : spanText(now - at);
}

/** The time of day of a moment (ISO 8601), with the letter that stands for UTC: `10:04:00Z`. */
export const utcTime = (iso: string): string => `${iso.slice(11, 19)}Z`;
