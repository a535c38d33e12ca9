import { execa } from 'execa';
import type { LandResult } from '../../../src/domain/activities.ts';
import type { Config, ConfigDraft } from '../../../src/domain/config.ts';
import { land, prepareLanding } from '../../../src/work/landing.ts';
import { type OpenFeature, openFeature } from '../stacks/open-feature.ts';

/** What a person asked for. */
export const REQUEST = 'Users can save their preferences. They last.';

/** A feature on a bare repository, whose commits are made as configured. */
export const commitsFeature = (commits: ConfigDraft['commits'], land: Config['land'] = 'merge') =>
  openFeature({
    files: { 'src/base.txt': 'base\n' },
    checks: { test: 'true' },
    config: { land, commits },
    bare: true,
  });

/** Lands the feature as it stands. */
export async function landFeature(feature: OpenFeature): Promise<LandResult> {
  const { shop, site, ref } = feature;
  const told = { request: REQUEST, packets: [{ id: 'save', objective: 'Save the preferences.' }] };
  const mode = site.config.land;
  const commit = await feature.head();
  const place = { home: shop.home.id, epoch: 1 };
  const input = { ...ref, ...told, place, commit, mode };
  const { signal } = new AbortController();
  const ready = await prepareLanding(shop, site, input, signal);
  if (ready.kind !== 'ready') throw new Error(`the landing is ${ready.kind}`);
  const { base: expectedBase, tree } = ready;
  return land({ shop, site, signal }, { ...told, commit: ready.commit, mode, expectedBase, tree });
}

export interface Commit {
  readonly author: string;
  readonly committer: string;
  readonly parents: string[];
  readonly tree: string;
  readonly subject: string;
  readonly message: string;
  /** As git itself reads them. */
  readonly trailers: string[];
}

/** What git says of a commit that a clone of Baton's, or the origin, has. */
export async function commitIn(repo: string, commit: string): Promise<Commit> {
  const format = '%an <%ae>%n%cn <%ce>%n%P%n%T%n%s%n%B';
  const { stdout } = await execa('git', ['show', '-s', `--format=${format}`, commit], { cwd: repo });
  const [author = '', committer = '', parents = '', tree = '', subject = '', ...message] = stdout.split('\n');
  const text = message.join('\n');
  const parsed = await execa('git', ['interpret-trailers', '--parse'], { cwd: repo, input: `${text}\n` });
  return {
    author,
    committer,
    parents: parents.split(' '),
    tree,
    subject,
    message: text,
    trailers: parsed.stdout.split('\n'),
  };
}
