/** Nothing that an agent has to say is nested so deep; programs that read it recursively get through ten times that. */
export const MOST_LEVELS = 100;

/** Whether a JSON value is nested too deep to be looked into. Never recursive, so it can tell of any value. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= MOST_LEVELS; depth += 1) {
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
    if (level.length === 0) return false;
  }
  return true;
}

/** What an agent hears whose result is. */
export const TOO_DEEP = `The result is nested deeper than ${MOST_LEVELS} levels: give it in the form of its schema.`;
