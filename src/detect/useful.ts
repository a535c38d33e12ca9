/** Which of the projects that were found a repository is tested by. */
import { isBelow, type ProjectFiles } from './listing.ts';
import type { ProposedStack } from './proposal.ts';
import { makeStack, shellStack } from './scripted.ts';

/** Whether a project has tests, as far as its files tell. */
export const isTested = ({ checks }: Pick<ProposedStack, 'checks'>): boolean =>
  checks.some(({ name, guessed }) => name === 'test' && guessed !== true);

/**
 * The projects to test, and what to say of the others. Where any has tests, one without holds tools, serves an editor or
 * is built with another: a test that nothing asks for would be red for ever.
 */
export function useful(
  listing: ProjectFiles,
  found: readonly ProposedStack[],
): { readonly all: readonly ProposedStack[]; readonly notes: readonly string[] } {
  const shell = shellStack(listing);
  const tests = found.filter(isTested);
  const plain = tests.filter((stack) => !needsBrowser(stack));
  const tested = plain.length > 0 || shell !== undefined ? plain : tests;
  if (tested.length > 0 || shell !== undefined) {
    const all = found.flatMap((stack) => (tested.includes(stack) ? [stack] : restOf(stack, tested)));
    return {
      all: [...all, ...(shell === undefined ? [] : [{ ...shell, folder: '' }])],
      notes: found
        .filter(
          (stack) =>
            (needsBrowser(stack) && !tested.includes(stack)) ||
            !all.some(({ kind, folder }) => kind === stack.kind && folder === stack.folder),
        )
        .flatMap(leftOut),
    };
  }
  const others = found.filter(({ kind }) => kind !== 'node');
  if (others.length > 0) return { all: others, notes: [] };
  const make = makeStack(listing);
  if (make === undefined) return { all: found, notes: [] };
  // What they install may be what the Makefile's commands need.
  return { all: [...found.map(withoutTest), { ...make, folder: '' }], notes: [] };
}

/** Whether all that a project tests needs a browser. */
export const needsBrowser = ({ checks }: ProposedStack): boolean =>
  checks.some(({ name, browser, guessed }) => name === 'test' && browser === true && guessed !== true);

/**
 * What a project is for that isn't tested: for the checks that it names itself, if its tests need a browser; else for those
 * of its stack below it, since Node looks for packages above, too.
 */
function restOf(stack: ProposedStack, tested: readonly ProposedStack[]): ProposedStack[] {
  const named = stack.checks.some(({ name, guessed }) => name !== 'test' && guessed !== true);
  if (needsBrowser(stack) && named) return [withoutTest(stack)];
  if (!tested.some(({ kind, folder }) => kind === stack.kind && isBelow(folder, stack.folder))) return [];
  const rest = withoutTest(stack);
  return rest.checks.length > 0 || (rest.kind === 'node' && rest.setup.length > 0) ? [rest] : [];
}

/** A project's set-up and its other checks. */
function withoutTest({ coverage: _, ...stack }: ProposedStack): ProposedStack {
  const isOfTests = (words: string) => stack.ofTests?.includes(words) === true;
  return {
    ...stack,
    found: stack.found.filter((word) => !isOfTests(word)),
    checks: stack.checks.filter(({ name }) => name !== 'test'),
    notes: stack.notes.filter((note) => !isOfTests(note)),
  };
}

/**
 * A `package.json` at the top most often holds tools. Of Node and Python, what isn't set up is nothing that anybody would
 * miss; other tools need no set-up.
 */
function leftOut(stack: ProposedStack): string[] {
  const { kind, folder, found, setup } = stack;
  const where = folder === '' ? 'The top folder' : `${folder}/`;
  if (needsBrowser(stack))
    return [
      `The tests of ${folder === '' ? 'the top folder' : where} (${found[0]}) are left out: they need a browser. Add them as a check, such as \`e2e\`, if the worker has one.`,
    ];
  if (setup.length === 0 && (kind === 'node' || kind === 'python')) return [];
  if (kind === 'node' && folder === '') return [];
  return [`${where} (${found[0]}) is left out: no tests were found there. Add a check if it has some.`];
}
