import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { runConfined } from '../../src/sandbox/run-confined.ts';
import { type Limits, Sandboxes } from '../../src/sandbox/sandbox.ts';
import { basicEnv, temporaryFolder } from '../processes/helpers.ts';

/** A machine's user as a worker has one: HOME with secrets in it, Baton's home, trees, a checkout. */
export class Machine {
  readonly dir = temporaryFolder();
  readonly home = this.folder('user');
  readonly batonHome = this.folder('user/.baton');
  readonly tree = this.folder('user/.baton/worktrees/feature/one');
  readonly otherTree = this.folder('user/.baton/worktrees/feature/two');
  readonly origin = this.folder('user/projects/app');
  readonly sandboxes = new Sandboxes({ dir: this.batonHome, id: 'testhome' }, 'on');

  constructor() {
    const { HOME } = process.env;
    process.env.HOME = this.home;
    onTestFinished(() => {
      if (HOME === undefined) delete process.env.HOME;
      else process.env.HOME = HOME;
    });
  }

  folder(name: string): string {
    const folder = path.join(this.dir, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  file(name: string, text: string): string {
    const file = path.join(this.dir, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  limits(more: Partial<Limits> = {}): Limits {
    return {
      mode: 'required',
      setting: 'checks.test',
      cwd: this.tree,
      writable: [this.tree],
      readable: [],
      hidden: [this.origin],
      network: [],
      ...more,
    };
  }

  /** Runs a shell script in a sandbox, or in none, as a check is run. */
  async run(script: string, more: Partial<Limits> = {}, timeoutMs = 20_000) {
    const options = { command: script, cwd: this.tree, env: basicEnv({ HOME: this.home }), timeoutMs };
    const limits = this.limits(more);
    const result = await runConfined(options, () => this.sandboxes.confine(limits));
    await result.disposeLog();
    return result;
  }
}
