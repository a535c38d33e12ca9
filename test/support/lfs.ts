import type { GitContent } from '../../src/domain/git-content.ts';
import { attempt } from '../git/fixture.ts';

export const hasLfs = attempt(process.cwd(), 'lfs', 'version');

/** As `git lfs install` sets it up. */
export const lfsContent: GitContent = {
  filters: [
    {
      name: 'lfs',
      process: 'git-lfs filter-process',
      clean: 'git-lfs clean -- %f',
      smudge: 'git-lfs smudge -- %f',
      required: true,
    },
  ],
};
