const ESCAPED: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\b': '\\b' };

/**
 * A value, or the name of a section's part, as git's configuration files take it whatever it holds: in quotes, since
 * `#` and `;` begin a comment outside of them. A name with a line break is one that git has no way to write.
 */
export const quotedSetting = (text: string): string =>
  `"${text.replace(/["\\\n\t\b]/g, (character) => ESCAPED[character] ?? `\\${character}`)}"`;
