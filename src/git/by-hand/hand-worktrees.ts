import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { withSealedView } from '../sealed-view.ts';
import { gitText, type UserRepository } from '../user-repository.ts';

/** Begins the name of each folder that is a worktree by hand, so that they are told from others. */
const PREFIX = 'agent-';

/** A worktree of the user's repository for an agent that a person drives. */
export interface HandWorktree {
  /** Without `agent-`. */
  readonly name: string;
  readonly path: string;
  /** Git's own data about it, in the repository. */
  readonly admin: string;
  readonly head: string;
  /** Undefined where HEAD is detached, e.g. in a rebase. */
  readonly branch: string | undefined;
  /** Whether its folder is still there. */
  readonly present: boolean;
}

export const handFolder = (name: string): string => `${PREFIX}${name}`;

/** The worktrees named `agent-…` of a repository, wherever they are; never the checkout itself. */
export const handWorktrees = async (repo: UserRepository): Promise<HandWorktree[]> => {
  const list = ['worktree', 'list', '--porcelain', '-z'];
  const { stdout } = await withSealedView(repo, (view) => view.run(list));
  const admins = await adminFolders(repo);
  return stdout
    .split('\0\0')
    .slice(1) // the first is the checkout
    .map((record) => new Map(record.split('\0').map((line) => cutAtSpace(line))))
    .flatMap((fields): HandWorktree[] => {
      const at = fields.get('worktree') ?? '';
      const admin = admins.get(path.normalize(at));
      const head = fields.get('HEAD');
      if (!path.basename(at).startsWith(PREFIX) || admin === undefined || head === undefined) return [];
      return [
        {
          name: path.basename(at).slice(PREFIX.length),
          path: at,
          admin,
          head,
          branch: fields.get('branch')?.replace(/^refs\/heads\//, ''),
          present: !fields.has('prunable'),
        },
      ];
    });
};

const cutAtSpace = (line: string): [string, string] => {
  const at = line.indexOf(' ');
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
};

/** Worktree -> folder of git's data, read on the side of the repository: an agent can rewrite the other. */
const adminFolders = async ({ common }: UserRepository): Promise<Map<string, string>> => {
  const root = path.join(common, 'worktrees');
  const names = await readdir(root).catch((): string[] => []);
  const found = await Promise.all(
    names.map(async (name): Promise<[string, string][]> => {
      const admin = path.join(root, name);
      const link = (await gitText(path.join(admin, 'gitdir')))?.trim();
      return link ? [[path.dirname(path.resolve(admin, link)), admin]] : [];
    }),
  );
  return new Map(found.flat());
};
