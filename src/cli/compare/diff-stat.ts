import type { FeatureReport } from '../../domain/report.ts';
import { withSealedView } from '../../git/sealed-view.ts';
import { repositoryOf } from '../../git/user-repository.ts';

/** Exit code of git for an object that isn't there. */
const GIT_FATAL = 128;

/** Which files differ between what two features landed, and how much; or why nobody can tell here. */
export async function diffStatBetween(
  folder: string,
  a: FeatureReport,
  b: FeatureReport,
): Promise<{ readonly stat?: string; readonly why?: string }> {
  if (a.commit === undefined || b.commit === undefined) return { why: 'one of them landed nothing' };
  if (a.tree !== undefined && a.tree === b.tree) return { stat: '' };
  const found = await repositoryOf(folder);
  if (found === undefined) return { why: `${folder} is not in a git repository: name one with --repo` };
  const [from, to] = [a.commit, b.commit];
  return await withSealedView(found, async (view) => {
    const { exitCode, stdout } = await view.run(
      ['diff-tree', '-r', '--stat', '--summary', '--no-ext-diff', '--no-textconv', from, to],
      { allow: [GIT_FATAL] },
    );
    return exitCode === 0
      ? { stat: stdout.trimEnd() }
      : { why: `${folder} doesn't have both commits: fetch there, or name another repository with --repo` };
  });
}
