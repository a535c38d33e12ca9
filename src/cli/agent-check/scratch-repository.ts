import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointAnswer } from '../../domain/agent-protocol.ts';
import { runGit } from '../../git/run-git.ts';
import { runCommand } from '../../processes/run-command.ts';
import { temporaryFolder } from '../../processes/temporary.ts';
import { CHECK } from './check-task.ts';

/** The agent's own test is a line of shell; one that takes longer hangs. */
const CHECK_TIMEOUT_MS = 60_000;
const OUTPUT = 4000;
const AUTHOR = ['-c', 'user.name=Baton', '-c', 'user.email=baton@localhost'];

/** A git repository that an agent is checked in, with a HOME beside it; both are removed afterwards. */
export class ScratchRepository {
  readonly tree: string;
  readonly home: string;
  #head = '';

  private constructor(private readonly folder: string) {
    this.tree = join(folder, 'tree');
    this.home = join(folder, 'home');
  }

  static async make(): Promise<ScratchRepository> {
    const scratch = new ScratchRepository(await temporaryFolder('agent-check'));
    await mkdir(scratch.tree);
    await mkdir(scratch.home, { mode: 0o700 });
    await runGit(['init', '-q', '-b', 'main'], { cwd: scratch.tree });
    await writeFile(join(scratch.tree, 'README.md'), 'A repository to check an agent in.\n');
    await scratch.commit('Begin');
    return scratch;
  }

  /** A file of the scratch folder, outside of the tree. */
  file(name: string): string {
    return join(this.folder, name);
  }

  /** Whether the agent moved HEAD itself since the last commit made here. */
  async committedByItself(): Promise<boolean> {
    const { stdout } = await runGit(['rev-parse', 'HEAD'], { cwd: this.tree });
    return stdout.trim() !== this.#head;
  }

  /** Commits what the tree holds; answers the commit, the one before if nothing had changed. */
  async commit(message: string): Promise<string> {
    await runGit(['add', '-A'], { cwd: this.tree });
    await runGit([...AUTHOR, 'commit', '-q', '--allow-empty', '-m', message], { cwd: this.tree });
    const { stdout } = await runGit(['rev-parse', 'HEAD'], { cwd: this.tree });
    this.#head = stdout.trim();
    return this.#head;
  }

  /** Runs the check, as an answer to a checkpoint tells of it. */
  async measure(env: Readonly<Record<string, string>>): Promise<CheckpointAnswer['checks'][number]> {
    const run = await runCommand({ command: CHECK.run, cwd: this.tree, env, timeoutMs: CHECK_TIMEOUT_MS });
    await run.disposeLog();
    const { exitCode, durationMs, tail } = run;
    const passed = exitCode === 0;
    return {
      name: CHECK.name,
      passed,
      exitCode,
      durationMs,
      tests: null,
      failing: [],
      output: tail.slice(-OUTPUT),
    };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
