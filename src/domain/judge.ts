import type { Config } from './config.ts';

type Judge = NonNullable<NonNullable<Config['release']>['production']>['judge'];
export type Figures = Readonly<Record<string, number | null>>;

/** The number at a dotted path of parsed JSON (`total.lines.pct`), or null. */
export function figureAt(value: unknown, path: string): number | null {
  let at: unknown = value;
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return null;
    at = (at as Record<string, unknown>)[key];
  }
  return typeof at === 'number' && Number.isFinite(at) ? at : null;
}

/** One line for each limit that the figures don't keep; a missing figure keeps none. */
export function limitProblems(judge: Judge, figures: Figures): string[] {
  return Object.entries(judge).flatMap(([name, { min, max }]) => {
    const figure = figures[name];
    if (figure === undefined || figure === null) return [`${name} was not measured`];
    if (min !== undefined && figure < min) return [`${name} is ${figure}, needs at least ${min}`];
    if (max !== undefined && figure > max) return [`${name} is ${figure}, allowed at most ${max}`];
    return [];
  });
}
