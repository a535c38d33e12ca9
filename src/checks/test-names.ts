import type { TestCase } from '../domain/checks.ts';
import { isCodeFile, isEndOf, partsOf, type Word, wordsOf } from './name-words.ts';

const EXTENSION = /(?:[._-](?:test|spec))?\.[a-z]+$/;
/** Where in its file a test stands, as playwright prints it: `a.spec.ts:3:5 › a test`. */
const LINE = /(?::\d+){1,2}$/;

/**
 * Whether a case is meant by a name in any form that runners print: `a b c`, `a > b`, `a › b`, `a » b`, `a::b`, with
 * its file before it or without. The name is the case's whole name, or its end from the beginning of a part on.
 */
export function testNamed(wanted: string): (one: Pick<TestCase, 'name' | 'file'>) => boolean {
  const parts = partsOf(withoutDot(wanted.trim()));
  const file = parts.length > 1 ? parts[0]?.replace(LINE, '') : undefined;
  const named = file !== undefined && isCodeFile(file) ? { file, words: inside(parts.slice(1)) } : undefined;
  const readings = [inside(parts)];
  // pytest's report has modules for files: `tests/test_a.py::TestA` is `tests.test_a.TestA` there.
  if (named !== undefined) readings.push([...wordsOf(named.file.replace(EXTENSION, '')), ...named.words]);
  const last = readings[0]?.at(-1)?.text;
  return (one) => {
    // Most cases end here; the rest costs more.
    if (last === undefined || !one.name.includes(last)) return false;
    const words = wordsOfName(one.name);
    const isWhole = named !== undefined && words.length === named.words.length && isEndOf(words, named.words);
    return (
      (isWhole && isSameFile(named.file, one.file)) ||
      formsOf(words, one.file).some((form) => readings.some((reading) => isEndOf(form, reading)))
    );
  };
}

const withoutDot = (path: string): string => path.replace(/^\.\//, '');

const inside = (parts: readonly string[]): Word[] => parts.flatMap((part) => wordsOf(part));

/** `tests.test_a.TestA` of pytest and `com.example.FooTest` of Java may be named from any of their segments on. */
function wordsOfName(name: string): Word[] {
  const parts = partsOf(name);
  const isClass = (part: string, index: number) =>
    index < parts.length - 1 && !part.includes(' ') && !isCodeFile(part);
  return parts.flatMap((part, index) => wordsOf(part, isClass(part, index) ? './' : ''));
}

/** The name alone, or behind its file with the extension or without. */
function formsOf(words: readonly Word[], file: string | undefined): (readonly Word[])[] {
  if (file === undefined) return [words];
  const path = withoutDot(file);
  return [path, path.replace(EXTENSION, '')].map((one) => [...wordsOf(one, '/'), ...words]);
}

/** A report that names no file contradicts none; a path may be relative to another folder of the repository. */
function isSameFile(named: string, reported: string | undefined): boolean {
  if (reported === undefined) return true;
  const [short, long] = [named, withoutDot(reported)].sort((a, b) => a.length - b.length);
  return short === long || long?.endsWith(`/${short}`) === true;
}
