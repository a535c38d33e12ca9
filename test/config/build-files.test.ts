import { expect, it } from 'vitest';
import { buildFiles } from '../../src/config/measuring/build-files.ts';

const found = (text: string, tracked: readonly string[], folder = 'web') => {
  const [name = '', ...args] = text.split(' ');
  return buildFiles({ name, at: 0, args }, folder, (file) => tracked.includes(file));
};

it.each([
  ['make', 'GNUmakefile makefile Makefile'],
  ['gmake', 'GNUmakefile makefile Makefile'],
  ['just', 'justfile Justfile JUSTFILE .justfile'],
  [
    'task',
    'Taskfile.yml Taskfile.yaml Taskfile.dist.yml Taskfile.dist.yaml taskfile.yml taskfile.yaml taskfile.dist.yml taskfile.dist.yaml',
  ],
  ['rake', 'Rakefile rakefile Rakefile.rb rakefile.rb'],
  ['tox', 'tox.ini'],
  ['nox', 'noxfile.py'],
  ['pre-commit', '.pre-commit-config.yaml'],
  ['cargo', '.cargo/config.toml .cargo/config'],
  ['turbo', 'turbo.json turbo.jsonc'],
  ['nx', 'nx.json'],
  [
    'docker compose',
    'compose.yaml compose.yml docker-compose.yaml docker-compose.yml compose.override.yaml compose.override.yml docker-compose.override.yaml docker-compose.override.yml',
  ],
  ['podman compose', 'compose.yaml'],
  ['docker-compose', 'compose.yaml'],
])('%s reads %s', (command, names) => {
  for (const name of names.split(' ')) expect(found(command, [name], '')).toEqual([name]);
});

it.each([
  'make -f x',
  'make --file x',
  'make --makefile=x',
  'just -f x',
  'just --justfile x',
  'task -t x',
  'task --taskfile x',
  'rake -f x',
  'rake --rakefile x',
  'tox -c x',
  'tox --conf x',
  'nox -f x',
  'nox --noxfile x',
  'pre-commit -c x',
  'pre-commit --config x',
  'docker compose -f x',
  'docker compose --file=x',
])('%s reads no other', (command) => {
  const all =
    'Makefile justfile Taskfile.yml Rakefile tox.ini noxfile.py .pre-commit-config.yaml compose.yaml';
  expect(found(command, all.split(' '), '')).toEqual([]);
});

it.each([
  ['just', 'justfile'],
  ['task', 'Taskfile.yml'],
  ['rake', 'Rakefile'],
  ['cargo', '.cargo/config'],
  ['turbo', 'turbo.json'],
  ['nx', 'nx.json'],
  ['docker-compose', 'compose.yaml'],
])('%s looks into the folders above for %s, up to the first', (command, name) => {
  expect(found(command, [name])).toEqual([name]);
  expect(found(command, [name, `web/${name}`])).toEqual([`web/${name}`]);
});

it.each([
  ['make', 'Makefile'],
  ['tox', 'tox.ini'],
  ['nox', 'noxfile.py'],
  ['pre-commit', '.pre-commit-config.yaml'],
])('%s does not look above for %s', (command, name) => expect(found(command, [name])).toEqual([]));

it.each(['docker build', 'other compose', 'constructor'])('%s reads none', (command) =>
  expect(found(command, ['compose.yaml'])).toEqual([]),
);
