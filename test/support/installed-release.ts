import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Whatever `npm run build` and `npm pack` read. */
const SOURCES = [
  'src',
  'tools',
  'package.json',
  'tsconfig.json',
  'examples',
  'schemas',
  'README.md',
  'LICENSE',
];

/** Text of a file of the sources that is replaced before a release is made. */
interface SourceEdit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Makes a release of these sources by `npm run build` and `npm pack`. Answers the path of the tarball. */
export async function packRelease(version: string, edits: readonly SourceEdit[] = []): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'baton-release-'));
  const sources = path.join(dir, 'sources');
  await mkdir(sources);
  for (const name of SOURCES)
    await cp(path.join(ROOT, name), path.join(sources, name), {
      recursive: true,
      filter: (file) => path.basename(file) !== 'node_modules',
    });
  await symlink(path.join(ROOT, 'node_modules'), path.join(sources, 'node_modules'));
  const named = JSON.parse(await readFile(path.join(sources, 'package.json'), 'utf8')) as object;
  await writeFile(path.join(sources, 'package.json'), JSON.stringify({ ...named, version }));
  for (const { file, from, to } of edits) {
    const text = await readFile(path.join(sources, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    await writeFile(path.join(sources, file), text.replace(from, to));
  }
  await execa('npm', ['run', 'build'], { cwd: sources });
  const { stdout } = await execa('npm', ['pack', '--silent', '--pack-destination', dir], { cwd: sources });
  return path.join(dir, stdout.trim().split('\n').at(-1) ?? '');
}

/** Packs and unpacks a release, and gives it the dependencies of this repository. Answers the path of its `baton`. */
export async function installRelease(version: string, edits: readonly SourceEdit[] = []): Promise<string> {
  const tarball = await packRelease(version, edits);
  const dir = path.dirname(tarball);
  await execa('tar', ['-xzf', tarball, '-C', dir]);
  await symlink(path.join(ROOT, 'node_modules'), path.join(dir, 'package', 'node_modules'));
  return path.join(dir, 'package', 'dist', 'baton.cjs');
}

/** Packs a release and installs it as a user does, with the dependencies that it names. Answers the path of its `baton`. */
export async function installGlobally(version: string): Promise<string> {
  const tarball = await packRelease(version);
  const prefix = path.join(path.dirname(tarball), 'global');
  const options = ['--prefix', prefix, '--prefer-offline', '--no-audit', '--no-fund', '--silent'];
  await execa('npm', ['install', '--global', ...options, tarball]);
  return path.join(prefix, 'bin', 'baton');
}
