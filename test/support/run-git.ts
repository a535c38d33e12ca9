import { starter } from '../../src/processes/current-starter.ts';

const MINUTE = 60_000;

/**
 * Git as a user runs it, with this process's environment, started by what starts processes here.
 * @returns standard output without its last line break
 * @throws what git said, on any other exit code than 0
 */
export async function runGit(cwd: string, ...args: string[]): Promise<string> {
  const { stdout, stderr, exitCode, problem } = await starter().program({
    program: 'git',
    args,
    cwd,
    env: process.env as Record<string, string>,
    timeoutMs: MINUTE,
    mostOutput: 64 * 1024 * 1024,
  });
  if (exitCode === 0) return stdout.replace(/\n$/, '');
  throw new Error(`git ${args.join(' ')} failed: ${problem ?? `${exitCode}: ${stderr}`}`);
}
