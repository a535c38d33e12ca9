/** Public projects, as the registries serve them, by their ordinary clients: nothing of them is kept in this repository. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa, execaSync } from 'execa';
import { runGit } from '../support/run-git.ts';
import { commitAll } from './first-feature.ts';

/** Why a case can't run here: a program is missing. */
export const lacks = (...programs: readonly (readonly [string, ...string[]])[]): string | undefined => {
  const missing = programs.filter(
    ([program, ...words]) => execaSync(program, words, { reject: false }).failed,
  );
  return missing.length === 0 ? undefined : `${missing.map(([program]) => program).join(', ')} is needed`;
};

/** Puts the files of a project at a path into a folder. */
type Fetch = (name: string, version: string, folder: string) => Promise<void>;

const unpack = (archive: string, folder: string) =>
  execa('tar', ['-xf', archive, '-C', folder, '--strip-components=1']);
const beside = (folder: string) => mkdtemp(path.join(path.dirname(folder), 'fetched-'));

export const npmPackage: Fetch = async (name, version, folder) => {
  const there = await beside(folder);
  const { stdout } = await execa('npm', ['pack', '--silent', `${name}@${version}`], { cwd: there });
  await unpack(path.join(there, stdout.trim()), folder);
};

export const pythonSdist: Fetch = async (name, version, folder) => {
  const there = await beside(folder);
  const options = ['--quiet', '--no-deps', '--no-binary', ':all:', '--dest', there];
  await execa('python3', ['-m', 'pip', 'download', ...options, `${name}==${version}`]);
  await unpack(path.join(there, `${name}-${version}.tar.gz`), folder);
};

export const goModule: Fetch = async (name, version, folder) => {
  const { stdout } = await execa('go', ['mod', 'download', '-json', `${name}@${version}`], { cwd: tmpdir() });
  await cp((JSON.parse(stdout) as { Dir: string }).Dir, folder, { recursive: true });
  // The module cache is read-only.
  await execa('chmod', ['-R', 'u+w', folder]);
};

export const crate: Fetch = async (name, version, folder) => {
  const there = await beside(folder);
  await mkdir(path.join(there, 'src'));
  await writeFile(path.join(there, 'src/lib.rs'), '');
  await writeFile(
    path.join(there, 'Cargo.toml'),
    `[package]\nname = "fetches"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n${name} = "=${version}"\n`,
  );
  await execa('cargo', ['vendor', '--quiet', '--versioned-dirs'], { cwd: there });
  await cp(path.join(there, 'vendor', `${name}-${version}`), folder, { recursive: true });
  // Of the vendoring, not of the crate.
  await rm(path.join(folder, '.cargo-checksum.json'));
};

/** A repository with a project in it, as published, in one commit. */
export async function repositoryOf(fetch: Fetch, name: string, version: string): Promise<string> {
  const folder = path.join(await mkdtemp(path.join(tmpdir(), 'bp-')), 'repo');
  await mkdir(folder);
  await fetch(name, version, folder);
  await runGit(folder, 'init', '--quiet', '-b', 'main');
  await commitAll(folder, `${name} ${version}, as published`);
  return folder;
}
