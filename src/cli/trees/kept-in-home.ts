import path from 'node:path';
import type { Client } from '@temporalio/client';
import { execa } from 'execa';
import { type HomePaths, homePaths } from '../../homes/paths.ts';
import { featuresIn } from '../../work/leftovers.ts';
import { describeFeature } from '../server/feature-lookup.ts';
import { savedReport } from '../server/saved-reports.ts';
import { treesIn } from './tree-path.ts';

/** What a home keeps of one feature beside its work on the hub. */
export interface KeptOfFeature {
  readonly feature: string;
  /** `unknown`: neither the server nor a report of this home tells whether it has ended. */
  readonly state: 'running' | 'ended' | 'unknown';
  readonly trees: readonly string[];
  /** Of trees, agents' homes and notes together. */
  readonly bytes: number;
}

/** What a home keeps, and how large it is. */
export interface KeptInHome {
  readonly features: readonly KeptOfFeature[];
  /** Why no server was asked; absent if one was. What has ended is then told by the home's reports alone. */
  readonly noServer?: string;
  /** What stays whatever is cleaned: work, reports and what they point to. */
  readonly stays: readonly { readonly what: string; readonly bytes: number }[];
}

/** Looks at all that a home keeps; changes nothing. Without a server, its reports tell what has ended. */
export async function keptInHome(client: Client | undefined, home: string): Promise<KeptInHome> {
  const paths = homePaths(home);
  const features: KeptOfFeature[] = [];
  for (const feature of await featuresIn(paths)) features.push(await keptOf(client, paths, feature));
  const kept: readonly (readonly [what: string, folder: string])[] = [
    ['work: hubs', paths.hubs],
    ['clones, beside what hubs have', paths.repos],
    ['artifacts: logs, transcripts', paths.artifacts],
    ['reports', path.join(paths.dir, 'reports')],
  ];
  const sizes = await sizesOf(kept.map(([, folder]) => folder));
  const stays = kept.map(([what, folder]) => ({ what, bytes: sizes.get(folder) ?? 0 }));
  return { features, stays };
}

async function keptOf(client: Client | undefined, home: HomePaths, feature: string): Promise<KeptOfFeature> {
  const sizes = await sizesOf([
    home.treesOf(feature),
    ...[home.worktrees, home.agents, home.sessions].map((folder) => path.join(folder, feature)),
  ]);
  return {
    feature,
    state: await stateOf(client, home.dir, feature),
    trees: await treesIn(home, feature),
    bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0),
  };
}

/** A server that doesn't know a feature may be the wrong one, so only a report tells then that it has ended. */
async function stateOf(
  client: Client | undefined,
  home: string,
  feature: string,
): Promise<KeptOfFeature['state']> {
  const known = client && (await describeFeature(client, feature));
  if (known !== undefined) return known.status.name === 'RUNNING' ? 'running' : 'ended';
  return (await savedReport(home, feature)) === undefined ? 'unknown' : 'ended';
}

/** Bytes below each folder that is there. A file with a second name counts where it is met first. */
async function sizesOf(folders: readonly string[]): Promise<Map<string, number>> {
  const { stdout } = await execa('du', ['-sk', '--', ...folders], { reject: false });
  const lines = stdout.split('\n').flatMap((line) => {
    const [, size, folder] = /^(\d+)\t(.*)$/.exec(line) ?? [];
    return folder === undefined ? [] : [[folder, Number(size) * 1024] as const];
  });
  return new Map(lines);
}
