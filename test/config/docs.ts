import { readFileSync } from 'node:fs';

/** A document of the project as text. */
export const document = (name: string): string =>
  readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

/** The code blocks of one language in a document. */
export const codeBlocks = (text: string, language: string): string[] =>
  [...text.matchAll(/^(`{3,})([a-z]*)\n([\s\S]*?)^\1$/gm)]
    .filter((match) => match[2] === language)
    .map((match) => match[3] ?? '');
