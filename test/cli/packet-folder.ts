import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

const ROLES = ['design', 'implement', 'test', 'deploy'];

/** The least that a repository needs. */
export const PLAIN_CONFIG = `checks:\n  test: "true"\ncrew:\n${ROLES.map((role) => `  ${role}: { runner: command, command: [node, x.mjs] }\n`).join('')}`;

/** A repository with one commit on `trunk`, and further branches. */
export async function repository(
  at: string,
  config: string,
  branches: readonly string[] = [],
): Promise<string> {
  await mkdir(at);
  await writeFile(path.join(at, 'baton.yaml'), config);
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.invalid', ...args], { cwd: at });
  await git('init', '--quiet', '--initial-branch=trunk');
  await git('add', '--all');
  await git('commit', '--quiet', '--message=x');
  for (const branch of branches) await git('branch', branch);
  return at;
}

/** A packet file; its fields stand from line 5 on. */
export const packetText = (
  id: string,
  {
    size = '30m',
    branch = `feature/${id}`,
    scope = `src/${id}/`,
    dependencies = 'None',
  }: { size?: string; branch?: string; scope?: string; dependencies?: string } = {},
): string =>
  [
    `# Work Packet: ${id}`,
    '',
    `**Objective:** Build ${id}.`,
    '',
    `**Branch:** ${branch}`,
    `**Size:** ${size}`,
    '',
    '## Acceptance Criteria',
    '- [ ] It is there (person)',
    '',
    '## Boundaries',
    `**In Scope:** ${scope}`,
    '',
    '## Dependencies',
    dependencies,
    '',
  ].join('\n');
