import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Debian's and Google's names, and where macOS has it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MACOS = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
/** A start and one page take a second or two; a browser that takes so long hangs. */
const WAIT_MS = 30_000;

/** The Chromium of this machine, undefined if it has none. */
export function findChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), MACOS].find(isProgram);
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs Chromium for as long as `work` takes, spoken to over a pipe (DevTools protocol). */
export async function withChromium(file, work) {
  const profile = await mkdtemp(join(tmpdir(), 'accounts-chromium-'));
  const child = spawn(
    file,
    [
      '--headless',
      // It opens nothing but this repository's own pages. Chromium's sandbox works neither as root nor in another one.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const gone = new Promise((resolve) => {
    child.once('error', resolve);
    child.once('exit', (code, signal) => resolve(new Error(`Chromium ended (${code ?? signal})`)));
  });
  try {
    const call = connection(child, gone);
    const { product } = await call('Browser.getVersion');
    return await work({ version: product.replace('/', ' '), open: (url) => open(call, url) });
  } finally {
    child.kill('SIGKILL');
    await gone;
    // Its own processes may still write for a moment.
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

/** Calls over the pipe: JSON documents with a zero byte behind each. Events, which nobody waits for, are skipped. */
function connection(child, gone) {
  const [, , , input, output] = child.stdio;
  const waiting = new Map();
  let rest = '';
  let last = 0;
  input.on('error', () => undefined);
  output.setEncoding('utf8').on('data', (piece) => {
    const documents = (rest + piece).split('\0');
    rest = documents.pop();
    for (const { id, result, error } of documents.map((text) => JSON.parse(text)))
      waiting.get(id)?.(error ? Promise.reject(new Error(`Chromium: ${error.message}`)) : result);
  });
  return async (method, params = {}, sessionId = undefined) => {
    const id = ++last;
    const answer = new Promise((resolve) => waiting.set(id, resolve));
    input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(
        resolve,
        WAIT_MS,
        new Error(`Chromium did not answer ${method} in ${WAIT_MS / 1000} s`),
      );
    });
    const first = await Promise.race([answer, gone, late]).finally(() => clearTimeout(timer));
    if (first instanceof Error) throw first;
    return first;
  };
}

/** Opens a page and waits until it has loaded. */
async function open(call, url) {
  const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await call(
      'Runtime.evaluate',
      { expression, awaitPromise: true, returnByValue: true },
      sessionId,
    );
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  const { errorText } = await call('Page.navigate', { url }, sessionId);
  if (errorText) throw new Error(`Chromium can't open ${url}: ${errorText}`);
  await evaluate(
    `document.readyState === 'complete' || new Promise((done) => addEventListener('load', done))`,
  );
  return { evaluate };
}
