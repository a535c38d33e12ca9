import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { hubProblem } from '../../../src/git/remote/hub-problem.ts';

describe('a hub that a worker is given', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'baton-hub-'));
    await execa('git', ['init', '-q', '--bare', 'hub.git'], { cwd: folder });
    await execa('git', ['init', '-q', 'checkout'], { cwd: folder });
  });

  it('is good as a bare repository, by path or file URL', async () => {
    expect(await hubProblem(path.join(folder, 'hub.git'))).toBeUndefined();
    expect(await hubProblem(`file://${folder}/hub.git`)).toBeUndefined();
  });

  it.each(['https://git.invalid/hub.git', 'git@git.invalid:hub.git'])(
    'is not tried as a URL: %s',
    async (url) => {
      expect(await hubProblem(url)).toBeUndefined();
    },
  );

  it.each([
    ['none', 'there is no hub'],
    ['checkout', 'is not a bare repository'],
    ['.', 'is not a bare repository'],
  ])('is refused where it is %s', async (name, problem) => {
    expect(await hubProblem(path.join(folder, name))).toContain(problem);
  });

  it('is refused where git would take it for an option', async () => {
    expect(await hubProblem('--upload-pack=x')).toContain("is not a hub's path or URL");
  });
});
