import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface SyncRun {
  readonly cwd?: string;
  /** All of its environment. Default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string | Uint8Array;
}

/**
 * Runs a program to its end while this process waits, as `execFileSync` does, but by a small process: the larger the
 * one that starts a program, the longer that takes, and a test process is as large as a worker.
 *
 * @throws an error with `status`, `stdout` and `stderr` on a bad exit code
 */
export function runSync(program: string, args: readonly string[], run: SyncRun = {}): Buffer {
  const { input, cwd = process.cwd(), env = process.env } = run;
  const order = {
    program,
    args,
    cwd,
    env,
    ...(input !== undefined && { input: Buffer.from(input as string).toString('base64') }),
  };
  const bytes = Buffer.from(`${JSON.stringify(order)}\0`);
  const answer = JSON.parse(ask(bytes)) as {
    status: number | null;
    problem?: string;
    stdout: string;
    stderr: string;
  };
  const [stdout, stderr] = [answer.stdout, answer.stderr].map((text) => Buffer.from(text, 'base64'));
  if (answer.status === 0) return stdout as Buffer;
  const { status } = answer;
  const why = answer.problem ?? stderr?.toString() ?? '';
  throw Object.assign(new Error(`Command failed: ${program} ${args.join(' ')}\n${why}`), {
    status,
    stdout,
    stderr,
  });
}

/** Once more with another server if the one that was there has ended, by whatever ended it. */
function ask(bytes: Buffer): string {
  try {
    return askServer(bytes);
  } catch {
    opened = undefined;
    return askServer(bytes);
  }
}

function askServer(bytes: Buffer): string {
  const { requests, answers } = channel();
  for (let at = 0; at < bytes.length; ) at += writeSync(requests, bytes, at);
  return readAnswer(answers);
}

interface Channel {
  readonly requests: number;
  readonly answers: number;
}
let opened: Channel | undefined;

function channel(): Channel {
  if (opened !== undefined) return opened;
  const folder = mkdtempSync(path.join(tmpdir(), 'baton-sync-'));
  const [requests = '', answers = ''] = ['requests', 'answers'].map((name) => path.join(folder, name));
  execFileSync('mkfifo', [requests, answers]);
  const server = path.join(import.meta.dirname, 'sync-programs.mjs');
  // Nothing of this process's environment, by which tests find and end what they started.
  spawn(process.execPath, [server, requests, answers], {
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
    env: {},
    cwd: '/',
  }).unref();
  // Each waits for the other side; with this process the server ends too.
  opened = { requests: openSync(requests, 'w'), answers: openSync(answers, 'r') };
  rmSync(folder, { recursive: true });
  return opened;
}

const buffer = Buffer.alloc(64 * 1024);

function readAnswer(from: number): string {
  const pieces: Buffer[] = [];
  for (;;) {
    const length = readSync(from, buffer);
    if (length === 0) throw new Error('what runs programs for tests has ended');
    const piece = Buffer.from(buffer.subarray(0, length));
    if (piece[length - 1] === 0) {
      pieces.push(piece.subarray(0, length - 1));
      return Buffer.concat(pieces).toString();
    }
    pieces.push(piece);
  }
}
