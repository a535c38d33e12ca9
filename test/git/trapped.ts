import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A repository with nothing but one trap in it, and plain git. */
export class Trapped {
  readonly home: string;
  readonly repo: string;
  private readonly marker: string;

  /** `like`: a repository is copied, which costs far less than git. */
  constructor(
    readonly dir: string,
    like?: Trapped,
  ) {
    this.home = path.join(dir, 'home');
    this.repo = path.join(dir, 'repo');
    this.marker = path.join(dir, 'sprung');
    mkdirSync(this.home);
    if (like !== undefined) {
      cpSync(like.repo, this.repo, { recursive: true });
      return;
    }
    this.plain('init', '-q', '-b', 'main', this.repo);
    this.write('a.txt', 'a\r\n');
    this.plain('add', '.');
    this.plain('commit', '-q', '-m', 'first');
  }

  /** A program that springs the trap. */
  script = (): string => {
    const file = path.join(this.dir, 'script');
    writeFileSync(file, `#!/bin/sh\ntouch '${this.marker}'\ncat 2>/dev/null </dev/null\nexit 0\n`);
    chmodSync(file, 0o755);
    return file;
  };
  write = (name: string, text: string): void => {
    const file = path.join(this.repo, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  config = (key: string, value: string): string => this.plain('config', key, value);
  plain = (...args: string[]): string => this.git([], {}, args);

  git(settings: readonly string[], env: NodeJS.ProcessEnv, args: readonly string[]): string {
    const { stdout } = spawnSync('git', [...settings, ...args], {
      cwd: existsSync(this.repo) ? this.repo : this.dir,
      encoding: 'utf8',
      input: 'protocol=https\nhost=localhost\n\n',
      env: {
        PATH: process.env.PATH,
        HOME: this.home,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        ...Object.fromEntries(
          ['AUTHOR', 'COMMITTER'].flatMap((who) => [
            [`GIT_${who}_NAME`, 'Test'],
            [`GIT_${who}_EMAIL`, 'test@localhost'],
          ]),
        ),
        ...env,
      },
    });
    return stdout;
  }

  get sprung(): boolean {
    return existsSync(this.marker);
  }
}
