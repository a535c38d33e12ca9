/**
 * Numbers from 0 up to 1 that are the same for the same seed on every machine: mulberry32 (Tommy Ettinger,
 * public domain), seeded with the FNV-1a hash of a text.
 */
export function randomNumbers(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const char of new TextEncoder().encode(seed)) state = Math.imul(state ^ char, 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
