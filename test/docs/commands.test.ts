import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeProgram } from '../../src/cli/program.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGES = [
  'README.md',
  'AGENTS.md',
  ...readdirSync(path.join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const scripts = (
  JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts;

interface Written {
  readonly page: string;
  readonly line: number;
  /** The words after the program's name. */
  readonly words: readonly string[];
}

/** Where a command ends, in a shell and in a table. */
const END = /\s+(?:#|\||&&|>|;)(?:\s|$).*|[)"'.,;]+$/;

/** Code of a page, by line: fenced lines, and what stands in backquotes. */
function* codeOf(page: string): Generator<{ readonly line: number; readonly code: string }> {
  let fenced = false;
  for (const [at, text] of readFileSync(path.join(ROOT, page), 'utf8').split('\n').entries()) {
    if (/^\s*```/.test(text)) fenced = !fenced;
    else if (fenced) yield { line: at + 1, code: text };
    else for (const [, code = ''] of text.matchAll(/`([^`]+)`/g)) yield { line: at + 1, code };
  }
}

/** All that pages tell people to call, of one program. */
const calls = (program: RegExp): Written[] =>
  PAGES.flatMap((page) =>
    [...codeOf(page)].flatMap(({ line, code }) => {
      const called = program.exec(code);
      if (called === null) return [];
      const rest = code.slice(called.index + called[0].length).replace(END, '');
      return [{ page, line, words: rest.split(/\s+/).filter((word) => word !== '') }];
    }),
  );

/** A command at the start of a line, after a prompt, an assignment or other commands of the shell. */
const BATON = /(?:^|[$(;|&]\s*|\b[A-Z_]+=\S+\s+)\s*baton\s+(?=[a-z])/;
/** On these pages it is the user's own repository that has the scripts. */
const OTHERS_SCRIPTS = [
  'docs/configuration.md',
  'docs/recipes.md',
  'docs/getting-started.md',
  'docs/side-by-side.md',
  'docs/services.md',
];
const NPM_RUN = /(?:^|\s)npm run (?:--silent )?(?=[a-z])/;

let program: Command;
beforeAll(async () => {
  program = await makeProgram(() => Promise.reject(new Error('no worker')), '0.0.0');
});

/** What is wrong with a call, or undefined. */
function problemOf(words: readonly string[]): string | undefined {
  let command = program;
  let at = 0;
  for (; at < words.length; at += 1) {
    const next = command.commands.find(
      (one) => one.name() === words[at] || one.aliases().includes(words[at] ?? ''),
    );
    if (next === undefined) break;
    command = next;
  }
  if (command === program) return `there is no command "${words[0]}"`;
  if (command.commands.length > 0 && at < words.length && /^[a-z-]+$/.test(words[at] ?? ''))
    return `"${command.name()}" has no command "${words[at]}"`;
  const known = ['--help', ...command.options.flatMap(({ long, short }) => [long, short])];
  const unknown = words
    .slice(at)
    .map((word) => word.replace(/^\[|\]$/g, '').replace(/=.*$/, ''))
    .filter((word) => /^--?[a-z]/.test(word))
    .find((word) => !known.includes(word));
  return unknown && `"${command.name()}" has no option "${unknown}"`;
}

describe('what the pages tell people to call', () => {
  it('is a command that there is, with options that it has', () => {
    const written = calls(BATON);
    const wrong = written.flatMap(({ page, line, words }) => {
      const problem = problemOf(words);
      return problem === undefined ? [] : [`${page}:${line}: ${problem}`];
    });
    expect(wrong).toEqual([]);
    expect(written.length).toBeGreaterThan(50);
  });

  it('is a script that there is; `demo` with options that it has', () => {
    const written = calls(NPM_RUN).filter(({ page }) => !OTHERS_SCRIPTS.includes(page));
    const wrong = written.flatMap(({ page, line, words: [script = '', ...words] }) => {
      if (!(script in scripts)) return [`${page}:${line}: there is no script "${script}"`];
      const problem =
        script === 'demo' && words[0] === '--' ? problemOf(['demo', ...words.slice(1)]) : undefined;
      return problem === undefined ? [] : [`${page}:${line}: ${problem}`];
    });
    expect(wrong).toEqual([]);
    expect(written.length).toBeGreaterThan(10);
  });

  it('leaves out no command', () => {
    const all = PAGES.map((page) => readFileSync(path.join(ROOT, page), 'utf8')).join('\n');
    const missing = program.commands
      .map((command) => command.name())
      .filter((name) => !new RegExp(`\`[^\`]*\\b${name}\\b`).test(all));
    expect(missing).toEqual([]);
  });
});

describe('links of the pages', () => {
  const anchors = (file: string): string[] =>
    [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    );

  it('lead to files and headings that there are', () => {
    const wrong = PAGES.flatMap((page) => {
      const text = readFileSync(path.join(ROOT, page), 'utf8');
      return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
        if (/^[a-z]+:/.test(link)) return [];
        const [file = '', anchor] = link.split('#');
        const target = file === '' ? path.join(ROOT, page) : path.resolve(ROOT, path.dirname(page), file);
        try {
          const found = anchor === undefined || anchors(target).includes(anchor);
          if (!file.endsWith('.md') && file !== '') readFileSync(target);
          return found ? [] : [`${page}: ${link}`];
        } catch (error) {
          return (error as NodeJS.ErrnoException).code === 'EISDIR' ? [] : [`${page}: ${link}`];
        }
      });
    });
    expect(wrong).toEqual([]);
  });
});
