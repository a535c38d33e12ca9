import { renameSync, writeFileSync } from 'node:fs';
import { chmod, cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface KeptRequest {
  readonly number: number;
  readonly url: string;
  readonly state: 'OPEN' | 'CLOSED' | 'MERGED';
  readonly baseRefName: string;
  readonly headRefName: string;
  readonly headRefOid: string;
  readonly title: string;
  readonly body: string;
}

export interface KeptCall {
  readonly command: string;
  readonly flags: Readonly<Record<string, string>>;
  /** Names of the variables it saw. */
  readonly env: readonly string[];
  /** What was in the folder it was run in. */
  readonly folder: readonly string[];
}

interface Refusal {
  readonly said: string;
  readonly code?: number;
  readonly command?: string;
  /** The end of its name. */
  readonly repo?: string;
}

/** A folder with a stand-in for `gh`, to be put first on the PATH; see stand-in-gh.mjs. */
export class StandInGh {
  private readonly known: Record<string, string> = {};
  private puts = 0;

  private constructor(readonly dir: string) {}

  static async create(): Promise<StandInGh> {
    const dir = await mkdtemp(path.join(tmpdir(), 'baton-gh-stand-in-'));
    // Without the ending it is a module all the same: the folder says so.
    await writeFile(path.join(dir, 'package.json'), '{"type": "module"}');
    await cp(fileURLToPath(new URL('stand-in-gh.mjs', import.meta.url)), path.join(dir, 'gh'));
    await chmod(path.join(dir, 'gh'), 0o755);
    return new StandInGh(dir);
  }

  at(name: string): string {
    return path.join(this.dir, name);
  }

  /** The PATH with it in front. */
  get path(): string {
    return `${this.dir}${path.delimiter}${process.env.PATH}`;
  }

  /** Makes it know a repository, whose branches are in a bare one here. */
  knows(repository: string, bare: string): Promise<void> {
    this.known[repository] = bare;
    return this.put('repositories.json', this.known);
  }

  /** Makes calls fail so, of that command and repository only where these are named. `{token}` is its token. */
  refuse(...refusals: readonly Refusal[]): Promise<void> {
    return this.put(
      'refusals.json',
      refusals.map((refusal) => ({ code: 1, ...refusal })),
    );
  }

  requests(): Promise<KeptRequest[]> {
    return this.read('requests.json', []);
  }

  /** Changes what it keeps, as people do at the service. */
  async change(number: number, to: Partial<KeptRequest>): Promise<void> {
    const requests = await this.requests();
    await this.put(
      'requests.json',
      requests.map((one) => (one.number === number ? { ...one, ...to } : one)),
    );
  }

  calls(): Promise<KeptCall[]> {
    return this.read('calls.json', []);
  }

  private async read<T>(name: string, missing: T): Promise<T> {
    const text = await readFile(this.at(name), 'utf8').catch(() => undefined);
    return text === undefined ? missing : (JSON.parse(text) as T);
  }

  /** Whole or not at all: a call may read at any time, and tests side by side put at any time. */
  private async put(name: string, value: unknown): Promise<void> {
    this.puts += 1;
    const next = this.at(`${name}.${this.puts}`);
    writeFileSync(next, JSON.stringify(value));
    renameSync(next, this.at(name));
  }
}
