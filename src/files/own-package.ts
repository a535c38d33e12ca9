import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);

/** This package's folder, in a clone as where it is installed: what isn't code is found from it. */
export const OWN_PACKAGE: string = (() => {
  for (let folder = path.dirname(here); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
    if (folder === path.dirname(folder)) throw new Error(`${here} is in no package`);
  }
})();

/** `.ts` in a clone, `.js` where the code was built. */
export const CODE_EXTENSION: string = path.extname(here);
/** Whether the sources run as they are, through tsx. */
export const IN_TYPESCRIPT: boolean = CODE_EXTENSION === '.ts';

/** The folder of the code: `src` in a clone, `dist` where it was built. A built file stands there if it is started by itself. */
export const CODE: string = path.join(OWN_PACKAGE, IN_TYPESCRIPT ? 'src' : 'dist');

/** The release of Baton. */
export const VERSION: string = (
  JSON.parse(readFileSync(path.join(OWN_PACKAGE, 'package.json'), 'utf8')) as { version: string }
).version;
