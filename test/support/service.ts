import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StandInGh } from './stand-in-gh.ts';
import type { TinyRepository } from './tiny-repository.ts';

const HOST = 'git.example.com/team';

/**
 * A service with repositories and pull requests, stood in for on this machine: git reaches it by the user's own
 * setting `url.….insteadOf`, and `gh` is the stand-in.
 */
export class Service {
  private constructor(
    readonly gh: StandInGh,
    private readonly root: string,
    /** What a worker needs in its environment to reach it. */
    readonly env: { readonly PATH: string; readonly GIT_CONFIG_GLOBAL: string; readonly GH_TOKEN: string },
  ) {}

  static async create(token: string): Promise<Service> {
    const gh = await StandInGh.create();
    const root = await mkdtemp(path.join(tmpdir(), 'baton-service-'));
    const config = path.join(root, 'gitconfig');
    await mkdir(path.join(root, 'team'));
    await writeFile(config, `[url "${root}/team/"]\n\tinsteadOf = https://${HOST}/\n`);
    return new Service(gh, root, { PATH: gh.path, GIT_CONFIG_GLOBAL: config, GH_TOKEN: token });
  }

  /** Puts a repository there. Answers its address and its folder. */
  async host(tiny: TinyRepository, name: string): Promise<{ readonly repo: string; readonly bare: string }> {
    const bare = path.join(this.root, 'team', name);
    await tiny.git('clone', '-q', '--bare', '.', bare);
    await this.gh.knows(`${HOST}/${name}`, bare);
    return { repo: `https://${HOST}/${name}`, bare };
  }
}
