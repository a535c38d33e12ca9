import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { stringify } from 'yaml';
import type { Case } from './shapes.ts';

/** A repository whose agents sleep for a known time and write one file each, so that all else is Baton's. */
export interface SyntheticRepository {
  readonly dir: string;
  readonly repo: string;
  readonly commit: string;
  /** Folder in which every agent of a packet notes when it began: `<feature>.<packet>`, in ms since 1970. */
  readonly began: string;
}

/** In plain sh, since a runtime's start would count as Baton's. */
const agentScript = (seconds: number, began: string) => `#!/bin/sh
read -r task
echo '{"type":"session","id":"'"$BATON_PACKET"'"}'
if [ "$BATON_PACKET" = design ]; then
  mkdir -p docs; echo '# Design' > docs/design.md
  echo '{"type":"result","result":{"status":"done","summary":"as given","packets":[]}}'
  exit 0
fi
date +%s%3N > "${began}/$BATON_FEATURE.$BATON_PACKET"
sleep ${seconds}
mkdir -p src; echo "$BATON_PACKET" > "src/$BATON_PACKET.txt"
echo '{"type":"result","result":{"status":"done","summary":"slept"}}'
`;

export async function syntheticRepository({
  slots,
  agentSeconds,
  checkSeconds,
  sandbox,
}: Pick<Case, 'slots' | 'agentSeconds' | 'checkSeconds' | 'sandbox'>): Promise<SyntheticRepository> {
  const dir = await mkdtemp(path.join(tmpdir(), 'baton-bench-'));
  const repo = path.join(dir, 'repo');
  const began = path.join(dir, 'began');
  await mkdir(repo);
  await mkdir(began);
  const agent = { runner: 'command', command: ['sh', 'agent.sh'] };
  const config = {
    checks: { test: checkSeconds === 0 ? 'true' : `sleep ${checkSeconds}` },
    crew: { design: agent, implement: agent, test: agent, deploy: agent },
    concurrency: slots,
    approvals: { design: 'auto', release: 'auto' },
    // Agents note there when they began. A checkout from before there were sandboxes refuses the key.
    ...(sandbox && { sandbox: { use: 'required', write: [began] } }),
  };
  await writeFile(path.join(repo, 'baton.yaml'), stringify(config));
  await writeFile(path.join(repo, 'agent.sh'), agentScript(agentSeconds, began));
  const git = async (...args: string[]) => (await execa('git', args, { cwd: repo })).stdout;
  await git('init', '-q', '-b', 'main');
  await git('add', '-A');
  await git('-c', 'user.name=Bench', '-c', 'user.email=bench@localhost', 'commit', '-qm', 'Synthetic agents');
  return { dir, repo, began, commit: await git('rev-parse', 'HEAD') };
}
