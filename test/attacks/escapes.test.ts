import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sandboxProblem } from '../../src/sandbox/probe.ts';
import { eventually } from '../processes/helpers.ts';
import { Machine } from '../sandbox/helpers.ts';

const CANARY = 'canary-5cb1f2a7';
const works = (await sandboxProblem()) === undefined;
const isRoot = process.getuid?.() === 0;

const secrets: readonly string[] = [
  ...[
    '.ssh/id_ed25519',
    '.aws/credentials',
    '.config/gh/hosts.yml',
    '.netrc',
    '.docker/config.json',
    '.npmrc',
  ],
  ...['.bashrc', '.zsh_history', '.git-credentials', '.gnupg/private-keys-v1.d/key', '.kube/config'],
  ...[
    '.local/share/keyrings/login.keyring',
    '.cargo/credentials.toml',
    '.m2/settings.xml',
    '.config/gcloud/db',
  ],
  ...['.baton/sessions/feature/two.json', '.baton/worktrees/feature/two/secret.txt', 'projects/app/.env'],
];

describe.skipIf(!works)('in the sandbox a command reads nothing that is not its own', () => {
  test.each(secrets)('~/%s', async (name) => {
    const machine = new Machine();
    machine.file(`user/${name}`, CANARY);
    const looks = `cat "$HOME/${name}"; cat ../two/secret.txt ../../../sessions/feature/two.json; ln -s "$HOME/${name}" link; cat link
      ln "$HOME/${name}" hard && cat hard; cat "/proc/1/root$HOME/${name}" "/proc/self/cwd/../../../../${name}"; tar cf - "$HOME" 2>/dev/null`;
    expect((await machine.run(looks, { mode: 'off' })).stdout).toContain(CANARY);
    rmSync(path.join(machine.tree, 'link'), { force: true });
    rmSync(path.join(machine.tree, 'hard'), { force: true });
    const inside = await machine.run(looks);
    expect(inside.stdout + inside.tail).not.toContain(CANARY);
  });

  test('what is put there, or renamed, while it runs', async () => {
    const machine = new Machine();
    machine.file('user/.netrc', 'old');
    const running = machine.run(
      'touch ready; until [ -e go ]; do sleep 0.02; done; cat ~/.netrc ~/.ssh/key ~/.pgpass',
    );
    await eventually(() => existsSync(path.join(machine.tree, 'ready')) || undefined);
    machine.file('user/.netrc.lock', CANARY);
    renameSync(path.join(machine.home, '.netrc.lock'), path.join(machine.home, '.netrc'));
    machine.file('user/.ssh/key', CANARY);
    machine.file('user/.pgpass', CANARY);
    machine.file('user/.baton/worktrees/feature/one/go', '');
    expect((await running).tail).not.toContain(CANARY);
  });

  test('by a mount namespace of its own, other processes’ files and environments, and temporary folders', async () => {
    const machine = new Machine();
    machine.file('user/.ssh/key', CANARY);
    const shared = `/tmp/${CANARY}-${process.pid}`;
    writeFileSync(shared, CANARY);
    onTestFinished(() => rmSync(shared, { force: true }));
    const inside = await machine.run(`cat ${shared} /proc/${process.pid}/environ /proc/${process.ppid}/environ
      ls /proc | grep -E '^(${process.pid}|${process.ppid})$' && echo ${CANARY}
      unshare -Urm sh -c 'umount -l "$HOME"; umount -l /tmp; cat "$HOME/.ssh/key" ${shared}; mount --bind / /mnt; cat "/mnt$HOME/.ssh/key"'
      kill -0 ${process.pid} && echo ${CANARY}`);
    expect(inside.tail.replaceAll(shared, '')).not.toContain(CANARY);
  });
});

const places: readonly (readonly [name: string, file: (machine: Machine) => string])[] = [
  ['HOME', ({ home }) => path.join(home, 'new')],
  ['a shell’s start-up file', ({ home }) => path.join(home, '.bashrc')],
  ['a folder on PATH', ({ home }) => path.join(home, '.local/bin/git')],
  ['git’s own configuration', ({ home }) => path.join(home, '.gitconfig')],
  ['a package manager’s cache', ({ home }) => path.join(home, '.npm/_cacache/index')],
  ['another tree', ({ otherTree }) => path.join(otherTree, 'src.txt')],
  ['the clone', ({ batonHome }) => path.join(batonHome, 'repos/app.git/config')],
  ['the notes of Baton', ({ batonHome }) => path.join(batonHome, 'sessions/one.json')],
  ['the user’s checkout', ({ origin }) => path.join(origin, 'package.json')],
  ['the temporary folder of all', () => `/tmp/${CANARY}-w${process.pid}`],
  ['shared memory', () => `/dev/shm/${CANARY}-${process.pid}`],
  ['the system', () => `/usr/local/bin/${CANARY}`],
  ['the system’s settings', () => `/etc/${CANARY}`],
];

describe.skipIf(!works)('in the sandbox a command writes nowhere but in its tree', () => {
  test.each(places)('%s', async (_, at) => {
    const machine = new Machine();
    const file = at(machine);
    if (file.startsWith(machine.dir)) mkdirSync(path.dirname(file), { recursive: true });
    onTestFinished(() => rmSync(file, { force: true }));
    await machine.run(`mkdir -p "$(dirname '${file}')"; echo ${CANARY} > '${file}'; ln -s '${file}' way; echo ${CANARY} > way; mv way '${file}'
      echo ${CANARY} > "/proc/1/root${file}"; unshare -Urm sh -c "mount -o remount,rw /; echo ${CANARY} > '${file}'"`);
    expect(existsSync(file)).toBe(false);
  });

  test.runIf(isRoot)('nor to the kernel, with root’s own number', async () => {
    const machine = new Machine();
    const setting = '/proc/sys/kernel/domainname';
    const before = readFileSync(setting, 'utf8');
    const inside = await machine.run(
      `cat ${setting} > same; cat same > ${setting} && echo ${CANARY}; mknod disk b 8 0 && echo ${CANARY}; echo h > /proc/sysrq-trigger && echo ${CANARY}
      mount -t tmpfs none /mnt && echo ${CANARY}; chroot / true && echo ${CANARY}; true`,
    );
    expect(inside.stdout).not.toContain(CANARY);
    expect(readFileSync(setting, 'utf8')).toBe(before);
  });

  test('and what it leaves behind ends with it, however far it moved away', async () => {
    const machine = new Machine();
    const later = `while true; do date > alive; sleep 0.02; done`;
    const run = await machine.run(
      `setsid env -i PATH="$PATH" sh -c '(${later}) & (${later}) & exit' & nohup sh -c '${later}' & until [ -e alive ]; do sleep 0.01; done`,
    );
    expect(run.exitCode).toBe(0);
    const file = path.join(machine.tree, 'alive');
    writeFileSync(file, 'ended');
    await machine.run('sleep 0.2');
    expect(readFileSync(file, 'utf8')).toBe('ended');
  });
});

/** Somebody who says the canary to whoever comes. */
async function speaker(at: number | string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(`HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${CANARY.length}\r\n\r\n${CANARY}`);
  });
  await new Promise<void>((resolve) => {
    if (typeof at === 'string') server.listen(at, resolve);
    else server.listen(at, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  return server;
}
const portOf = (server: Server) => (server.address() as { port: number }).port;

const asks = (to: string) =>
  `"${process.execPath}" -e "require('net').connect(${to}).on('data', (text) => process.stdout.write(text)).on('error', (e) => console.error(e.code))"`;

describe.skipIf(!works)('in the sandbox a command reaches nobody', () => {
  test('on the machine’s loopback, nor by sockets in files and of abstract names', async () => {
    const machine = new Machine();
    const port = portOf(await speaker(0));
    const inHome = path.join(machine.home, 'service.sock');
    const inTmp = `/tmp/${CANARY}-${process.pid}.sock`;
    const abstract = `\\0${CANARY}-${process.pid}`;
    await speaker(inHome);
    await speaker(inTmp);
    const script = [String(port), `'${inHome}'`, `'${inTmp}'`].map(asks).join('; ');
    expect((await machine.run(script, { mode: 'off' })).stdout.split(CANARY)).toHaveLength(4);
    const inside = await machine.run(`${script}; ${asks(`'${abstract}'`)}`);
    expect(inside.stdout).not.toContain(CANARY);
  });

  test('but who is named; the proxy refuses all others, and says whom', async () => {
    const machine = new Machine();
    const port = portOf(await speaker(0));
    const named = portOf(await speaker(0));
    const curl = (url: string, more = '') => `curl -sS -m 5 ${more} '${url}' 2>&1 | tr -d '\\r'; echo`;
    const ways = [
      curl(`http://127.0.0.1:${port}/`),
      curl(`http://127.0.0.1:${port}/`, "--noproxy ''"),
      curl(`http://localhost:${port}/`, "--noproxy '' -p"),
      curl(`http://example.test:${port}/`),
      curl(`http://EXAMPLE.test.:${port}/`, '-p'),
      curl(`http://named.test@127.0.0.1:${port}/`, "--noproxy ''"),
      curl('https://127.0.0.1.nip.test/', '--connect-to ::127.0.0.1:21128'),
      curl(`http://[::1]:${port}/`, "--noproxy ''"),
    ];
    const reach = [
      { host: 'named.test', port: 443 },
      { host: '127.0.0.1', port: named },
    ];
    const inside = await machine.run(ways.join('\n'), { network: reach });
    expect(inside.stdout).not.toContain(CANARY);
    expect(inside.stdout).toContain(`Baton's sandbox lets nothing reach example.test:${port}.`);
    expect(inside.refused).toContain(`example.test:${port}`);
    // A service of the machine that is named is there, and the sandbox's own loopback as well.
    const own = await machine.run(
      `${curl(`http://127.0.0.1:${named}/`)}; "${process.execPath}" -e "
        const server = require('http').createServer((_, answer) => answer.end('own')).listen(0, async () => {
          console.log(await (await fetch('http://localhost:' + server.address().port)).text()); server.close(); })"`,
      { network: reach },
    );
    expect(own.stdout).toContain(CANARY);
    expect(own.stdout).toContain('own');
  });
});
