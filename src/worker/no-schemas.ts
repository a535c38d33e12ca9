/**
 * Stands in for zod in the workflows' bundle. The schemas in src/domain are made when their modules are read, which
 * is once for every workflow that is begun or replayed, and zod is most of that time; but nothing in a workflow is
 * parsed, since a thrown schema error would block the workflow task.
 */
const parsing = ['parse', 'safeParse', 'parseAsync', 'safeParseAsync', 'toJSONSchema', 'prettifyError'];

const schema: unknown = new Proxy(() => undefined, {
  get: (_, name) =>
    typeof name === 'string' && parsing.includes(name)
      ? () => {
          throw new Error(
            `${name} is called in a workflow, where there are no schemas: check with plain code`,
          );
        }
      : schema,
  apply: () => schema,
  ownKeys: () => [],
  // The SDK freezes what workflows share; frozen, it would have to tell the function's own keys.
  preventExtensions: () => false,
});

export const z = schema;
