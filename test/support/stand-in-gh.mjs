#!/usr/bin/env node
// Stands in for the `gh` command: knows the few calls that Baton makes, takes no other, and keeps what it was asked to
// do in files beside itself. The real service is never reached in tests.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const at = (name) => path.join(import.meta.dirname, name);
const read = (name, missing) => (existsSync(at(name)) ? JSON.parse(readFileSync(at(name), 'utf8')) : missing);
const fail = (said, code = 1) => {
  process.stderr.write(`${said}\n`);
  process.exit(code);
};

/** Flags that a command takes; each of them is needed. */
const COMMANDS = {
  'pr list': ['--repo', '--head', '--state', '--limit', '--json'],
  'pr create': ['--repo', '--base', '--head', '--title', '--body-file'],
  'pr edit': ['--repo', '--title', '--body-file'],
};
const command = process.argv.slice(2, 4).join(' ');
const taken = COMMANDS[command];
if (!taken) fail(`unknown command "${command}" for "gh"`);
const flags = {};
const rest = [];
for (let args = process.argv.slice(4); args.length > 0; ) {
  const [arg, ...more] = args;
  const [, name, value] = /^(--[a-z-]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
  if (name === undefined) rest.push(arg);
  else if (!taken.includes(name)) fail(`unknown flag: ${name}`);
  else flags[name] = value ?? more.shift();
  args = more;
}
for (const name of taken) if (!flags[name]) fail(`flag needed: ${name}`);

// One call at a time: two features may land at once.
let locked = false;
for (;;) {
  try {
    mkdirSync(at('lock'));
    locked = true;
    break;
  } catch {
    await sleep(10);
  }
}
const unlock = () => {
  if (locked) rmdirSync(at('lock'));
  locked = false;
};
process.on('exit', unlock);
const requests = read('requests.json', []);
const calls = read('calls.json', []);
const body = flags['--body-file'] && readFileSync(flags['--body-file'], 'utf8');
calls.push({ command, flags, rest, env: Object.keys(process.env).sort(), folder: readdirSync('.') });
writeFileSync(at('calls.json'), JSON.stringify(calls));

const refusals = read('refusals.json', []);
const refusal = refusals.find(
  (one) => (one.command ?? command) === command && flags['--repo'].endsWith(one.repo ?? ''),
);
if (refusal) fail(refusal.said.replace('{token}', process.env.GH_TOKEN ?? ''), refusal.code);
if (!process.env.GH_TOKEN) fail('To get started with GitHub CLI, please run:  gh auth login', 4);
const known = read('repositories.json', {});
const bare = known[flags['--repo']];
if (!bare)
  fail(`GraphQL: Could not resolve to a Repository with the name '${flags['--repo']}'. (repository)`);
const keep = () => writeFileSync(at('requests.json'), JSON.stringify(requests, null, 2));

if (command === 'pr list') {
  const shown = requests
    .filter(({ repo, headRefName }) => repo === flags['--repo'] && headRefName === flags['--head'])
    .map((request) => Object.fromEntries(flags['--json'].split(',').map((key) => [key, request[key]])));
  process.stdout.write(JSON.stringify(shown));
} else if (command === 'pr create') {
  const [repo, headRefName, baseRefName] = [flags['--repo'], flags['--head'], flags['--base']];
  const there = requests.find(
    (one) =>
      one.repo === repo &&
      one.headRefName === headRefName &&
      one.baseRefName === baseRefName &&
      one.state === 'OPEN',
  );
  if (there)
    fail(
      `a pull request for branch "${headRefName}" into branch "${baseRefName}" already exists:\n${there.url}`,
    );
  const git = (ref) => execFileSync('git', ['--git-dir', bare, 'rev-parse', `refs/heads/${ref}`]);
  const number = requests.length + 1;
  const url = `https://${repo}/pull/${number}`;
  requests.push({
    repo,
    number,
    url,
    state: 'OPEN',
    baseRefName: git(baseRefName) && baseRefName,
    headRefName,
    headRefOid: git(headRefName).toString().trim(),
    isCrossRepository: false,
    title: flags['--title'],
    body,
  });
  keep();
  unlock();
  if (existsSync(at('hold'))) {
    writeFileSync(at('held'), String(process.pid));
    while (!existsSync(at('release'))) await sleep(20);
  }
  process.stdout.write(`${url}\n`);
} else {
  const request = requests.find(({ repo, number }) => repo === flags['--repo'] && String(number) === rest[0]);
  if (!request) fail(`GraphQL: Could not resolve to a PullRequest with the number of ${rest[0]}.`);
  Object.assign(request, { title: flags['--title'], body });
  keep();
}
