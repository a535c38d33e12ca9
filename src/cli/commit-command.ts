import { shellWord } from './render/items.ts';

/** The command that commits a file of a checkout, wherever it is run; the file is named from the checkout's top. */
export const commitCommand = (checkout: string, file: string): string => {
  const git = `git -C ${shellWord(checkout)}`;
  return `${git} add ${shellWord(file)} && ${git} commit`;
};
