import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..');
let folder: string;

/** Notes each call, and installs what stands for the CLIs; slow enough for another installer to come in between. */
const npm = `#!/bin/sh
here=$(dirname "$0")
echo "$@" >> "$here/../calls"
sleep 0.3
if [ -e "$here/../offline" ]; then echo 'npm error network' >&2; exit 1; fi
mkdir -p node_modules/.bin node_modules/@anthropic-ai/claude-code node_modules/opencode-ai
echo 'require("fs").writeFileSync("node_modules/.bin/claude", "")' > node_modules/@anthropic-ai/claude-code/install.cjs
echo 'import fs from "fs"; fs.writeFileSync("node_modules/.bin/opencode", "")' > node_modules/opencode-ai/postinstall.mjs
`;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-agent-clis-'));
  await mkdir(path.join(folder, 'bin'));
  await writeFile(path.join(folder, 'bin', 'npm'), npm, { mode: 0o755 });
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function install() {
  const env = {
    BATON_CACHE: path.join(folder, 'cache'),
    PATH: `${path.join(folder, 'bin')}${path.delimiter}${process.env.PATH}`,
  };
  const command = ['--import', 'tsx', 'tools/agent-clis/install.mjs'];
  return await execa(process.execPath, command, { cwd: root, env, reject: false });
}

const calls = async () => (await readFile(path.join(folder, 'calls'), 'utf8')).trim().split('\n');

test('installs the agent CLIs once, also for two at the same time, and runs no script but those that place binaries', async () => {
  const [one, two] = await Promise.all([install(), install()]);
  expect([one.exitCode, two.exitCode]).toEqual([0, 0]);
  expect(one.stdout).toBe(two.stdout);
  expect((await readdir(one.stdout)).sort()).toEqual(['claude', 'opencode']);
  expect(await calls()).toEqual([expect.stringMatching(/^ci --ignore-scripts /)]);
  const third = await install();
  expect(third).toMatchObject({ exitCode: 0, stdout: one.stdout, stderr: '' });
  expect(await calls()).toHaveLength(1);
});

test('says what to do when npm cannot install them, and leaves nothing half done', async () => {
  await writeFile(path.join(folder, 'offline'), '');
  const failed = await install();
  expect(failed).toMatchObject({ exitCode: 2, stdout: '' });
  expect(failed.stderr).toMatch(
    /npm error network[\s\S]*npm ci .* ended with exit code 1.*run the same command again/,
  );
  expect(await readdir(path.join(folder, 'cache', 'agent-clis'))).toEqual(['locks']);
  await rm(path.join(folder, 'offline'));
  const { stdout } = await install();
  await access(path.join(stdout, 'claude'));
});
