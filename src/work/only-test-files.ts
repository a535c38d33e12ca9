import type { CheckConfig } from '../domain/config.ts';
import { putInside } from '../git/worktree/plain-files.ts';
import { writeFileAtomic } from '../homes/atomic-file.ts';
import type { Tree } from './trees.ts';
import type { Workshop } from './workshop.ts';

/** What a shell or xargs takes apart, or for a pattern, in a text of several names. */
const NEEDS_THE_LIST = /[\s"'\\*?[\]]/;
/** Linux gives no variable of more than 128 KiB, its name included, to a command. */
const MOST_BYTES = 127 * 1024;
const LIST_VARIABLE = 'BATON_TEST_FILES_FROM';

/** A check as it runs just some test files, and what tells it which. */
interface Selected {
  readonly config: CheckConfig;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The check's `only` for those test files, or the whole check: without `only` or test files, and if a name can't be
 * given in a text of names, or they are too many, and `only` doesn't read the list. The list stands in the tree's own repository, where a
 * sandbox shows it and no commit has it.
 */
export async function onlyTestFiles(
  shop: Workshop,
  tree: Tree,
  check: string,
  config: CheckConfig,
  files: readonly string[],
): Promise<Selected> {
  const { only } = config;
  // A name that begins with a hyphen would be an option.
  const names = files.map((file) => (file.startsWith('-') ? `./${file}` : file));
  const text = names.join(' ');
  const isForList = names.some((name) => NEEDS_THE_LIST.test(name)) || Buffer.byteLength(text) > MOST_BYTES;
  if (only === undefined || files.length === 0 || (isForList && !only.includes(LIST_VARIABLE)))
    return { config, env: {} };
  const list = shop.featureFile(tree.feature, `${tree.name}.${check}.test-files`);
  await writeFileAtomic(list, names.map((name) => `${name}\0`).join(''));
  const inside = `.git/baton-test-files-${check}`;
  await putInside(tree.path, inside, list);
  return {
    config: { ...config, run: only },
    env: { ...(isForList ? {} : { BATON_TEST_FILES: text }), [LIST_VARIABLE]: `${tree.path}/${inside}` },
  };
}
