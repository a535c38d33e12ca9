// Takes the pictures of docs/images: what the commands show in a terminal of 80 and of 160 columns, and the Web UI's list,
// of one feature with scripted agents; test/ui takes the Web UI's dashboard and timeline. Needs tmux, Chromium and user
// namespaces. A person looks at them before they are committed. Run as: npm run build, then
// node --import tsx tools/screens/main.mjs [FOLDER]
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { resolveTemporalCli } from '../../src/dev-server/temporal-cli.ts';
import { launchBrowser } from '../../test/support/browser.ts';
import { makeShop } from './shop.mjs';
import { terminalPage } from './terminal-page.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OUT = path.resolve(process.argv[2] ?? path.join(ROOT, 'docs/images'));
const HOME = '/home/dev';
const INSIDE = 'BATON_SCREENS_INSIDE';
const PORTS = { grpc: 17_333, ui: 18_333 };

// Pictures show no path of the machine that they were taken on, so everything lies in a home of its own.
if (process.env[INSIDE] === undefined) {
  // Where it was got to lies in another home.
  const { path: cli } = await resolveTemporalCli({ progress: () => undefined });
  const mount = 'mount -t tmpfs none /home && exec "$@"';
  const command = ['sh', '-c', mount, 'sh', process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const { status } = spawnSync('unshare', ['-Urm', ...command], {
    stdio: 'inherit',
    env: {
      PATH: `${HOME}/bin:${path.dirname(cli)}:${process.env.PATH}`,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      HOME,
      USER: 'dev',
      TMPDIR: `${HOME}/tmp`,
      [INSIDE]: '1',
    },
  });
  process.exit(status ?? 1);
}

for (const folder of ['bin', 'tmp']) mkdirSync(path.join(HOME, folder), { recursive: true });
writeFileSync(
  path.join(HOME, 'bin/baton'),
  // As it is installed, since from a clone it names itself otherwise: npm run build makes it.
  `#!/bin/sh\nexec ${process.execPath} ${ROOT}dist/baton.cjs "$@"\n`,
  { mode: 0o755 },
);

const run = (program, args, options = {}) => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: HOME, ...options });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr || stdout}`);
  return stdout;
};
const tmux = (...args) => run('tmux', ['-L', 'screens', ...args]);

/** Waits until `look` answers something. */
async function until(what, look, patience = 120_000) {
  for (const end = Date.now() + patience; Date.now() < end; ) {
    const found = await look();
    if (found) return found;
    await sleep(300);
  }
  throw new Error(`gave up waiting for: ${what}`);
}

const browser = await launchBrowser();
let taken = 0;

/** A shell in a terminal of so many columns; `type` answers once the prompt is back, or `seen` is on the screen. */
function terminal(columns, rows) {
  taken += 1;
  const name = `t${columns}x${rows}-${taken}`;
  tmux('new-session', '-d', '-s', name, '-x', String(columns), '-y', String(rows), 'env PS1="$ " sh');
  const text = () => tmux('capture-pane', '-p', '-t', name);
  const keys = (...all) => tmux('send-keys', '-t', name, ...all);
  const type = async (command, seen) => {
    keys('-l', command);
    keys('Enter');
    // Until it has begun, the prompt that stands there is the one before it.
    await sleep(1000);
    await until(`${command} at ${columns}`, async () =>
      seen === undefined ? /(^|\n)\$$/.test(text().trimEnd()) : seen.test(text()),
    );
  };
  const shoot = async (file) => {
    const ansi = tmux('capture-pane', '-e', '-p', '-t', name);
    const page = await browser.newPage({ viewport: { width: 400, height: 300 }, deviceScaleFactor: 1 });
    await page.setContent(terminalPage(ansi, columns));
    await page.locator('#screen').screenshot({ path: path.join(OUT, `${file}.png`) });
    await page.close();
  };
  return { type, keys, text, shoot, end: () => tmux('kill-session', '-t', name) };
}

/** One command at both widths. */
async function screens(name, command, { folder = 'shop', rows = 48, seen, after } = {}) {
  for (const columns of [80, 160]) {
    const one = terminal(columns, rows);
    await one.type(`cd ${HOME}/${folder}; clear`);
    await one.type(command, seen);
    if (after) await after(one);
    await one.shoot(`${name}-${columns}`);
    one.end();
    process.stdout.write(`${name} at ${columns}\n`);
  }
}

async function page(name, url, ready, height = 800) {
  const one = await browser.newPage({ viewport: { width: 1280, height } });
  one.setDefaultTimeout(60_000);
  await one.goto(url);
  await ready(one);
  await one.mouse.move(0, 0);
  await sleep(500);
  await one.screenshot({ path: path.join(OUT, `${name}.png`) });
  await one.close();
  process.stdout.write(`${name}\n`);
}

const dev = spawn('baton', ['dev', '--port', String(PORTS.grpc), '--ui-port', String(PORTS.ui)], {
  cwd: HOME,
});
let said = '';
for (const stream of [dev.stdout, dev.stderr]) stream.on('data', (chunk) => (said += chunk));
const baton = (...args) => run('baton', args, { cwd: path.join(HOME, 'shop') });
const status = (feature) => JSON.parse(baton('status', feature, '--json'));

try {
  mkdirSync(OUT, { recursive: true });
  // A server of tmux ends with its last session.
  tmux('new-session', '-d', '-s', 'held', 'sleep 3600');
  await until('server and worker', async () => /^Ready/m.test(said));
  const shop = await makeShop(HOME);
  await screens('init', 'baton init --yes', { folder: 'notes', after: () => shop.resetNotes() });
  await screens('doctor', 'baton doctor');
  baton('start', shop.request, '--id', 'prefs');
  await until('the approval', async () => status('prefs').status?.attention[0]?.kind === 'design-approval');
  await screens('plan', 'baton plan prefs', { rows: 70 });
  await screens('inbox', 'baton inbox --no-ask', { rows: 60 });
  await screens('approve', 'baton watch prefs', { rows: 60, seen: /show the whole plan/ });
  baton('decide', 'prefs', 'design-approval-1', 'approve');
  await shop.reached('api');
  await until('the question of web', async () => status('prefs').status?.attention.length);
  await screens('status', 'baton status prefs');
  await screens('watch', 'baton watch prefs', {
    seen: /Choices: /,
    // The table and what is asked come with the next look.
    after: () => sleep(5000),
  });
  await screens('list', 'baton list', { rows: 12 });
  await screens('diff', 'baton diff prefs --stat', { rows: 20 });
  const ui = `http://127.0.0.1:${PORTS.ui}/namespaces/default/workflows`;
  const query = "WorkflowType = 'featureWorkflow' AND ExecutionStatus = 'Running' AND BatonAttention > 0";
  await page(
    'web-ui-list',
    `${ui}?query=${encodeURIComponent(query)}`,
    (one) => one.getByText('feature:prefs').first().waitFor(),
    420,
  );
  baton('decide', 'prefs', 'question-web-1', 'system');
  await shop.release('api');
  await until('the end', async () => status('prefs').kind === 'report');
  await screens('report', 'baton report prefs', { rows: 80 });
} catch (error) {
  const open = spawnSync('baton', ['inbox', '--no-ask'], { encoding: 'utf8' });
  process.stderr.write(`${error.stack}\n${said.slice(-2000)}\n${open.stdout}\n`);
  process.exitCode = 1;
} finally {
  await browser.close();
  spawnSync('tmux', ['-L', 'screens', 'kill-server']);
  dev.kill('SIGTERM');
}
