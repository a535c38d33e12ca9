import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { cargoUrls } from '../../src/sandbox/cargo-registries.ts';
import { temporaryFolder } from '../processes/helpers.ts';

afterEach(() => vi.unstubAllEnvs());

const write = (folder: string, name: string, text: string) => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const INDEX = 'registry/index/index.crates.example-0123456789abcdef/config.json';
const SAYS = '{"dl":"https://files.crates.example/{crate}","api":"https://crates.example"}';

/** A user's HOME, with a cargo on PATH that does this. */
const userWith = (script: string | undefined) => {
  const home = temporaryFolder();
  const programs = temporaryFolder();
  if (script !== undefined) chmodSync(write(programs, 'cargo', `#!/bin/sh\n${script}\n`), 0o755);
  vi.stubEnv('HOME', home);
  vi.stubEnv('PATH', `${programs}:/usr/bin:/bin`);
  return home;
};

it('crates come from what cargo’s settings name, and from where the indexes say that it has used', async () => {
  const home = userWith('echo "nobody has to be asked" >&2; exit 1');
  write(home, `.cargo/${INDEX}`, SAYS);
  write(home, '.cargo/config.toml', '[source.mirror]\nregistry = "sparse+https://mirror.example/index/"\n');
  expect(await cargoUrls(20_000)).toEqual([
    'https://mirror.example/index/',
    'https://index.crates.example',
    'https://files.crates.example/',
    'https://crates.example',
  ]);
});

it('a cargo that has used no index yet is made to use its own, away from the user’s', async () => {
  const home = userWith(
    `mkdir "$HOME/.rustup" && [ "$1" = generate-lockfile ] && grep -q mirror "$CARGO_HOME/config.toml" && [ ! -e "$CARGO_HOME/config" ] && mkdir -p "$CARGO_HOME/${path.dirname(INDEX)}" && echo '${SAYS}' > "$CARGO_HOME/${INDEX}"`,
  );
  write(home, '.cargo/config.toml', '# mirror\n');
  expect(await cargoUrls(20_000)).toEqual([
    'https://index.crates.example',
    'https://files.crates.example/',
    'https://crates.example',
  ]);
  // As a proxy of rustup's does that has no settings yet.
  expect(readdirSync(home)).toEqual(['.cargo']);
});

it('without a cargo, crates come from nowhere', async () => {
  userWith(undefined);
  expect(await cargoUrls(20_000)).toEqual([]);
});
