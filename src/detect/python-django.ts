/** Where Django's tests are started: a site may lie in a folder of its own, below the files that say what to install. */
import { below, hasAny, matching, type ProjectFiles } from './listing.ts';

/** Sites that stand there for tests, or to be looked at. */
const FOR_SHOW =
  /(?:^|\/)(?:(?:tests?|testing|example|demo|sample)[_-]?(?:project|site|app)?s?|docs?|sandbox)\//;

/**
 * The folders with a manage.py of Django, the topmost first; `''` is the root. A program of that name anywhere else
 * manages something else, unless the modules of a site lie around it.
 */
export function djangoFolders(listing: ProjectFiles): string[] {
  if (listing.files.includes('manage.py')) return [''];
  return matching(listing.files, '{*,*/*}/manage.py')
    .filter((file) => !FOR_SHOW.test(file))
    .map((file) => file.split('/').slice(0, -1))
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
    .map((parts) => parts.join('/'))
    .filter((folder) => hasAny(below(listing, folder), '**/{{settings,urls,wsgi,asgi}.py,settings/*.py}'));
}
