import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMITTER } from '../../../src/git/hardening.ts';
import { signatureOf, writeCommit } from '../../../src/git/store/write-commit.ts';
import { runSync } from '../../support/sync-programs.ts';
import { git, settingIn, temporaryFolder } from '../fixture.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

describe('a commit that Baton writes by itself', () => {
  it.each(['sha1', 'sha256'])('is the one that git would make, of %s', async (format) => {
    const clone = temporaryFolder();
    git(clone, 'init', '--quiet', '--bare', `--object-format=${format}`);
    const tree = runSync('git', ['mktree'], { cwd: clone, input: '' }).toString().trim();
    const made: string[] = [];
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        text,
        fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }),
        async (name, email, words, at) => {
          const author = signatureOf({ name, email });
          const message = words.trim();
          fc.pre(author !== undefined && message !== '' && !message.includes('\0'));
          const parents = made.slice(-2);
          const committer = `${COMMITTER.name} <${COMMITTER.email}>`;
          const written = await writeCommit({ clone } as never, {
            tree,
            parents,
            author,
            committer,
            at,
            message,
          });
          const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'];
          const env = {
            PATH: process.env.PATH,
            GIT_AUTHOR_NAME: name,
            GIT_AUTHOR_EMAIL: email,
            GIT_COMMITTER_NAME: COMMITTER.name,
            GIT_COMMITTER_EMAIL: COMMITTER.email,
            GIT_AUTHOR_DATE: `${at} +0000`,
            GIT_COMMITTER_DATE: `${at} +0000`,
          };
          const byGit = runSync('git', args, { cwd: clone, env, input: `${message}\n` });
          expect(written).toBe(byGit.toString().trim());
          made.push(written);
        },
      ),
      { numRuns: 60 },
    );
    expect(git(clone, 'fsck', '--strict', '--full')).not.toContain('error');
  });

  it('is read by git before anything else wrote it, and left to git if its names are odd', async () => {
    const { repo } = await settingIn(temporaryFolder());
    const tree = await repo.tree(await repo.resolveBase('main'));
    const at = 1_700_000_000;
    const message = 'Subject\n\nBody';
    const plain = await repo.makeCommit({ tree, parents: [], message, at });
    expect(git(repo.clone, 'log', '-1', '--format=%an <%ae> %at%n%B', plain)).toBe(
      'Baton <baton@localhost> 1700000000\nSubject\n\nBody',
    );
    const author = { name: 'Ann "the <hammer>" Lee.', email: 'ann@example.com' };
    const odd = await repo.makeCommit({ tree, parents: [], message, at, author });
    expect(git(repo.clone, 'log', '-1', '--format=%an', odd)).toBe('Ann "the hammer" Lee');
  });
});
