import { chmod, readdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import type { Environment } from './cache-directory.ts';
import { candidatesOnPath } from './temporal-cli-candidates.ts';
import { temporalCliVersion } from './temporal-cli-version.ts';

/** A build takes about 5 minutes on 2 cores; six times that is a machine on which it will not end. */
const goInstallTimeout = 30 * 60_000;

/** The download is about 100 MB; a connection that does not bring it in this time is a hanging one. */
const downloadTimeout = 10 * 60_000;

/** Silence for longer looks like a hang to a person. */
const progressInterval = 15_000;

interface CliSourceContext {
  /** An empty directory of this attempt's own, removed afterwards. */
  readonly directory: string;
  readonly env: Environment;
  readonly progress: (line: string) => void;
}

/** A way to get a Temporal CLI on this machine. */
export interface CliSource {
  readonly id: 'sdk-download' | 'go-install';
  readonly title: string;
  /** Puts the executable somewhere under `directory` and returns its path, or throws with the reason. */
  readonly get: (context: CliSourceContext) => Promise<string>;
}

/**
 * What the TypeScript SDK downloads for its own tests. It was never seen to succeed by Baton's developers, whose
 * machines can't reach the host it downloads from: there it fails in under a second, and the next source is tried.
 */
export const downloadWithSdk: CliSource = {
  id: 'sdk-download',
  title: "the SDK's own download",
  async get({ directory, progress }) {
    progress('Getting the Temporal CLI: trying the download that the Temporal SDK offers.');
    const { TestWorkflowEnvironment } = await import('@temporalio/testing');
    const started = TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'cached-download', downloadDir: directory } },
    });
    const environment = await withTimeout(started, downloadTimeout);
    await environment.teardown();
    const name = (await readdir(directory)).find((file) => file.startsWith('temporal'));
    if (name === undefined) throw new Error('the download left no executable');
    const executable = path.join(directory, name);
    await chmod(executable, 0o755);
    return executable;
  },
};

/** Builds the CLI from its sources with the Go toolchain on PATH. */
export const installWithGo: CliSource = {
  id: 'go-install',
  title: 'go install',
  async get({ directory, env, progress }) {
    const [go] = await candidatesOnPath('go', env);
    if (go === undefined) throw new Error('PATH has no executable named go');
    const started = Date.now();
    const tell = () => {
      const seconds = Math.round((Date.now() - started) / 1000);
      progress(
        `Building the Temporal CLI ${temporalCliVersion} with Go, once: ${seconds} s (about 5 minutes on 2 cores).`,
      );
    };
    tell();
    const ticker = setInterval(tell, progressInterval);
    try {
      const module = `github.com/temporalio/cli/cmd/temporal@v${temporalCliVersion}`;
      await execa(go, ['install', module], {
        env: { ...env, GOBIN: directory },
        extendEnv: false,
        stdin: 'ignore',
        timeout: goInstallTimeout,
      }).catch(throwShort);
      return path.join(directory, 'temporal');
    } finally {
      clearInterval(ticker);
    }
  },
};

function throwShort(error: { shortMessage?: string; stderr?: string }): never {
  const lastLine = error.stderr?.trim().split('\n').at(-1);
  throw new Error(
    `${error.shortMessage ?? 'it failed'}${lastLine ? `; it said: ${lastLine}` : ''}`.replaceAll('\n', ' '),
  );
}

async function withTimeout<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer in ${milliseconds / 60_000} minutes`)),
      milliseconds,
    );
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
