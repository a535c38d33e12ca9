/**
 * What a file of JSON lines holds so far. Its writer may be at work: a line counts once its line break is there, and a file
 * that was made a moment ago has none.
 */
export const jsonLines = <T>(text: string): T[] =>
  text
    .split('\n')
    .slice(0, -1)
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
