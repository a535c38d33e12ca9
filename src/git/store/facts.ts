/** Facts about objects that a clone has: object names are digests, so what was true of one stays true. */
const known = new Map<string, Map<string, string>>();

/** A feature of 300 packets asks about a few thousand; then it begins anew. */
const MOST = 20_000;

/**
 * What `find` answers about objects of the clone, asked once. `undefined` is not kept: a commit that is missing
 * may arrive.
 */
export async function remembered(
  clone: string,
  fact: string,
  find: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const facts = known.get(clone) ?? new Map<string, string>();
  known.set(clone, facts);
  const before = facts.get(fact);
  if (before !== undefined) return before;
  const found = await find();
  if (facts.size >= MOST) facts.clear();
  if (found !== undefined) facts.set(fact, found);
  return found;
}

/** A fact that was asked or noted before. */
export const recall = (clone: string, fact: string): string | undefined => known.get(clone)?.get(fact);

/** Notes a fact that is known without asking, since Baton itself made the object. */
export const noteFact = (clone: string, fact: string, answer: string): void => {
  const facts = known.get(clone) ?? new Map<string, string>();
  known.set(clone, facts);
  if (facts.size >= MOST) facts.clear();
  facts.set(fact, answer);
};

/** For a clone that is made anew. */
export const forgetFacts = (clone: string): void => {
  known.delete(clone);
};
