// Adds to a package-lock.json the optional packages of other systems that npm left out, and removes nothing:
//   node tools/complete-lockfile.mjs [directory ...]
// npm leaves them out when the registry in use has no copy of them; `npm ci` then refuses the lockfile everywhere.
// Only exact versions are added, so nothing is chosen here; npm fetches such a package only on its own system.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
];

const directories = process.argv.length > 2 ? process.argv.slice(2) : ['.'];
for (const directory of directories) complete(path.join(directory, 'package-lock.json'));

function complete(file) {
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const added = [];
  for (const [location, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isLocked(lock.packages, location, name)) continue;
      if (!/^\d+\.\d+\.\d+\S*$/.test(version))
        throw new Error(`${file}: ${location} wants ${name} ${version}, not exact`);
      lock.packages[`node_modules/${name}`] = { version, ...markersOf(name, entry) };
      added.push(`${name}@${version}`);
    }
  }
  if (added.length === 0) return;
  const sorted = Object.entries(lock.packages).sort(([one], [other]) => one.localeCompare(other, 'en'));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, undefined, 2)}\n`);
  process.stderr.write(`${file}: added ${added.length}: ${added.join(', ')}\n`);
}

/** Looks where Node would: beside the package that wants it, then in each directory above. */
function isLocked(packages, location, name) {
  for (let at = location; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[path.posix.join(at, 'node_modules', name)]) return true;
    if (at === '') return false;
  }
}

/** In npm's own order, so that npm finds nothing to rewrite. */
function markersOf(name, { dev, peer }) {
  const markers = { ...platform(name), dev, optional: true, peer };
  const set = Object.entries(markers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set.sort(([one], [other]) => one.localeCompare(other, 'en')));
}

/** Such packages carry their system in their names: `@scope/name-linux-arm64-musl`. */
function platform(name) {
  const words = name.split(/[-/]/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.includes('gnu')
      ? ['glibc']
      : [];
  const wanted = { os, cpu, ...(os.includes('linux') ? { libc } : {}) };
  return Object.fromEntries(Object.entries(wanted).filter(([, values]) => values.length > 0));
}
