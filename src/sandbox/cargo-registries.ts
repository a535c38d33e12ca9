import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { readIfRegular } from '../files/regular-file.ts';
import { allowedEnvironment } from '../processes/environment.ts';
import { placeOnPath } from '../processes/on-path.ts';
import { runCommand } from '../processes/run-command.ts';
import { temporaryFolder } from '../processes/temporary.ts';

const SETTINGS = ['config.toml', 'config'];
/** What cargo puts behind the host of an index. */
const HASH = /-[0-9a-f]{16}$/;
/** A crate of a few lines that stays: only the index is asked for it, and nothing of it is fetched. */
const MANIFEST =
  '[package]\nname = "asks"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\nitoa = "1"\n';

/**
 * From where cargo is set to fetch: what its settings name, and what the indexes that it has used say. It has no command that
 * tells, so if it has used none yet, it is made to use its own once, in a folder of its own.
 */
export async function cargoUrls(patienceMs: number): Promise<string[]> {
  const own = path.join(homedir(), '.cargo');
  const settings = await Promise.all(SETTINGS.map((name) => textOf(path.join(own, name))));
  const named = settings.flatMap((text) => text.match(/https?:\/\/[^\s"'<>]+/g) ?? []);
  const used = await indexesIn(own);
  return [...named, ...(used.length > 0 ? used : await asked(own, patienceMs))];
}

/** The hosts of the indexes that a home of cargo's has, and from where those say that crates come. */
async function indexesIn(cargoHome: string): Promise<string[]> {
  const folder = path.join(cargoHome, 'registry', 'index');
  const names = (await readdir(folder).catch(() => [])).filter((name) => HASH.test(name));
  const found = await Promise.all(
    names.map(async (name) => {
      const text = await textOf(path.join(folder, name, 'config.json'));
      return [`https://${name.replace(HASH, '')}`, ...(text.match(/https?:\/\/[^\s"'{}]+/g) ?? [])];
    }),
  );
  return found.flat();
}

async function asked(own: string, patienceMs: number): Promise<string[]> {
  if ((await placeOnPath('cargo')) === undefined) return [];
  const folder = await temporaryFolder('cargo');
  try {
    const cargoHome = path.join(folder, 'home');
    await mkdir(path.join(folder, 'src'));
    await mkdir(cargoHome);
    for (const name of SETTINGS) {
      const text = await textOf(path.join(own, name));
      // An empty one would hide the other.
      if (text !== '') await writeFile(path.join(cargoHome, name), text);
    }
    await writeFile(path.join(folder, 'Cargo.toml'), MANIFEST);
    await writeFile(path.join(folder, 'src', 'lib.rs'), '');
    const run = await runCommand({
      command: ['cargo', 'generate-lockfile', '--quiet'],
      cwd: folder,
      env: allowedEnvironment({ set: { CARGO_HOME: cargoHome, HOME: folder, ...(await toolchains()) } }),
      timeoutMs: patienceMs,
    });
    await run.disposeLog();
    return await indexesIn(cargoHome);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A cargo that is a proxy of rustup's finds its toolchain there; it may neither install one nor leave anything. */
async function toolchains(): Promise<Record<string, string>> {
  const own = process.env.RUSTUP_HOME ?? path.join(homedir(), '.rustup');
  const isThere = (await stat(own).catch(() => undefined))?.isDirectory() === true;
  return { RUSTUP_AUTO_INSTALL: '0', ...(isThere && { RUSTUP_HOME: own }) };
}

const textOf = async (file: string): Promise<string> =>
  (await readIfRegular(file).catch(() => undefined))?.toString('utf8') ?? '';
