// Holds what the lockfiles promise, for every package-lock.json of this repository: node tools/lockfiles.mjs
//  - A package has a hash, so no registry can send something else for it.
//  - A package with an install script is named here. None needs it, and npm runs none (.npmrc): look at a new one for
//    whether it works without.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';

/** Why the install script of each isn't missed. */
const scripts = {
  '@anthropic-ai/claude-code':
    'puts the binary of this system in place: tools/agent-clis/install.mjs starts it by name',
  '@github/keytar': 'builds access to a keyring, which tests never use',
  '@swc/core': 'falls back to WebAssembly on systems without a binary',
  esbuild: 'puts the binary in place of a script that starts it',
  'node-pty': 'builds terminals, which tests never use',
  'opencode-ai': 'puts the binary of this system in place: tools/agent-clis/install.mjs starts it by name',
  protobufjs: 'warns of version ranges',
};

/** Binaries of OpenCode for other systems, which tools/complete-lockfile.mjs added without a registry that has them. */
const withoutHash = /^opencode-(darwin|linux|windows)-/;

const files = execFileSync('git', ['ls-files', '*package-lock.json'], { encoding: 'utf8' })
  .trim()
  .split('\n');
const problems = files.flatMap(problemsOf);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

function problemsOf(file) {
  const { packages } = JSON.parse(readFileSync(file, 'utf8'));
  return Object.entries(packages).flatMap(([location, entry]) => {
    if (location === '') return [];
    const name = location.slice(location.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const found = [];
    if (!entry.integrity && !withoutHash.test(name))
      found.push('has no hash: remove its entry, and run npm install --package-lock-only');
    if (entry.hasInstallScript && !(name in scripts))
      found.push('has an install script: if it works without, name it in tools/lockfiles.mjs');
    return found.map((what) => `${file}: ${name} ${entry.version} ${what}`);
  });
}
