import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, inject } from 'vitest';
import { parseDocument } from 'yaml';
import { durationText } from '../../src/domain/duration.ts';
import type { PacketDraft } from '../../src/domain/packet.ts';
import type { FeatureReport } from '../../src/domain/report.ts';
import { runGit } from '../support/run-git.ts';
import { userEnvironment } from './installed-baton.ts';

const AGENT = fileURLToPath(new URL('agent.mjs', import.meta.url));
/** The slowest set-up, several times over, on a machine that does much else. */
const FEATURE_TIMEOUT_MS = 15 * 60_000;

/** A packet, and what its agent does. */
export interface ScriptedPacket extends PacketDraft {
  readonly work: {
    readonly write?: Readonly<Record<string, string>>;
    readonly append?: Readonly<Record<string, string>>;
    readonly replace?: readonly (readonly [file: string, before: string, after: string])[];
  };
}

/** What `baton init --json` prints, as far as it is looked at. */
export interface Found {
  readonly file: string;
  readonly ignore: readonly string[];
  readonly written: readonly string[];
  readonly tried: {
    readonly checks: readonly { readonly name: string; readonly passed: boolean; readonly tests?: object }[];
  };
}

export interface FirstFeature {
  readonly found: Found;
  readonly report: FeatureReport;
  /** Text of a file as it landed. */
  landed(file: string): Promise<string>;
}

const baton = (args: readonly string[], cwd: string) => {
  const { command, home } = inject('baton');
  return execa(command, args, {
    cwd,
    env: { ...userEnvironment(), BATON_HOME: home },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: FEATURE_TIMEOUT_MS,
  });
};

/** Commits everything that is in a repository, as its owner. */
export async function commitAll(repo: string, message: string): Promise<void> {
  await runGit(repo, 'add', '-A');
  await runGit(
    repo,
    '-c',
    'user.name=Owner',
    '-c',
    'user.email=owner@localhost',
    'commit',
    '--quiet',
    '-m',
    message,
  );
}

/**
 * What a user does with a repository: `baton init --yes`, a commit, `baton start`, the approval. The crew that init wrote is replaced by the
 * scripted agent, since nobody is logged in here. Prints how long each step took, and how busy the machine was, for the tables in the docs.
 *
 * @throws unless the feature lands
 */
export async function firstFeature(
  name: string,
  repo: string,
  request: string,
  packets: readonly ScriptedPacket[],
): Promise<FirstFeature> {
  const before = performance.now();
  const tried = await baton(['init', '--yes', '--json'], repo);
  const initMs = performance.now() - before;
  expect(tried.exitCode, `${tried.stderr}\n${tried.stdout}`).toBe(0);
  const found = JSON.parse(tried.stdout) as Found;
  await takeScriptedCrew(path.join(repo, 'baton.yaml'), packets);
  await commitAll(repo, 'Add baton.yaml');
  const head = await runGit(repo, 'rev-parse', 'HEAD');
  const starting = performance.now();
  const id = `first-${name}`;
  const started = await baton(['start', request, '--id', id, '--json'], repo);
  expect(started.exitCode, started.stderr).toBe(0);
  // What a person does: approves the plan, as soon as there is one.
  const patience = Date.now() + FEATURE_TIMEOUT_MS;
  while ((await baton(['decide', id, 'design-approval-1', 'approve'], repo)).exitCode !== 0)
    if (Date.now() > patience) throw new Error(`there is no plan of ${id} to approve`);
  const run = await baton(['watch', id], repo);
  const featureMs = performance.now() - starting;
  const reported = await baton(['report', id, '--json'], repo);
  expect(run.exitCode, `${run.stderr}\n${run.stdout}\n${reported.stdout.slice(-4000)}`).toBe(0);
  const report = JSON.parse(reported.stdout) as FeatureReport;
  expect(report).toMatchObject({ outcome: 'landed', branch: `feature/${id}` });
  for (const packet of report.packets) expect(packet).toMatchObject({ status: 'merged', submissions: 1 });
  // The user's checkout is as it was.
  expect(await runGit(repo, 'rev-parse', 'HEAD')).toBe(head);
  expect(await runGit(repo, 'status', '--porcelain')).toBe('');
  const phases = Object.entries(report.phaseMs).map(([phase, ms]) => `${phase} ${durationText(ms)}`);
  process.stdout.write(
    `projects: ${name}: init ${durationText(initMs)}, start to landed ${durationText(featureMs)} (${phases.join(', ')}), at a load of ${Math.round(loadavg()[0] ?? 0)}\n`,
  );
  return { found, report, landed: (file) => runGit(repo, 'show', `feature/${id}:${file}`) };
}

async function takeScriptedCrew(file: string, packets: readonly ScriptedPacket[]): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'baton-script-'));
  const [agent, script] = [path.join(folder, 'agent.mjs'), path.join(folder, 'script.json')];
  await writeFile(agent, await readFile(AGENT));
  await writeFile(script, JSON.stringify({ packets }));
  const config = parseDocument(await readFile(file, 'utf8'));
  const role = { runner: 'command', command: ['node', agent, script] };
  config.set('crew', { design: role, implement: role, test: role, deploy: role });
  // Temporary files of others are hidden, and there the agent is.
  config.set('sandbox', { read: [folder] });
  await writeFile(file, String(config));
}
