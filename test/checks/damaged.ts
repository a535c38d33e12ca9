import fc from 'fast-check';

/**
 * Reads texts with any of their bytes gone or doubled, 600 of them.
 * @param isRefusal - whether an error is the reader's own way to refuse a text
 * @throws for any other error
 */
export function expectNeverBreaks(
  files: readonly string[],
  textOf: (file: string) => string,
  longest: number,
  read: (text: string) => unknown,
  isRefusal: (error: unknown) => boolean,
): void {
  const piece = fc.record({
    file: fc.constantFrom(...files),
    from: fc.nat(),
    length: fc.nat(longest),
    twice: fc.boolean(),
  });
  fc.assert(
    fc.property(piece, ({ file, from, length, twice }) => {
      const text = textOf(file);
      const at = from % text.length;
      const gone = text.slice(at, at + length);
      try {
        read(text.slice(0, at) + (twice ? gone + gone : '') + text.slice(at + length));
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    }),
    { numRuns: 600 },
  );
}
