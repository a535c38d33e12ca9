import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheDirectory, type Environment } from '../../src/dev-server/cache-directory.ts';
import {
  cachedCliPath,
  findTemporalCli,
  resolveTemporalCli,
  TemporalCliMissingError,
} from '../../src/dev-server/temporal-cli.ts';
import { type CliSource, installWithGo } from '../../src/dev-server/temporal-cli-sources.ts';

let directory: string;
let env: Environment;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'baton-cli-'));
  env = { PATH: [at('first'), at('second')].join(path.delimiter), BATON_CACHE: at('cache') };
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

function at(...parts: string[]): string {
  return path.join(directory, ...parts);
}

async function script(file: string, body: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${body}\n`);
  await chmod(file, 0o755);
}

const cli = (version: string) => `echo 'temporal version ${version}'`;

/** A source that counts how often it is asked, and gives a CLI or fails. */
function source(id: CliSource['id'], body: string | Error): CliSource & { asked: number } {
  const made = {
    id,
    title: id,
    asked: 0,
    async get({ directory: target }: { directory: string }) {
      made.asked += 1;
      if (body instanceof Error) throw body;
      const file = path.join(target, 'made');
      await script(file, body);
      return file;
    },
  };
  return made;
}

describe('resolveTemporalCli', () => {
  test('takes the first temporal on PATH that runs, and asks no further', async () => {
    await script(at('first', 'temporal'), 'exit 1');
    await script(at('second', 'temporal'), cli('9.9.9'));
    await script(cachedCliPath(env), cli('1.5.1'));
    const found = await resolveTemporalCli({ env, sources: [] });
    expect(found).toEqual({
      path: at('second', 'temporal'),
      version: 'temporal version 9.9.9',
      source: 'path',
    });
  });

  test('takes the one in the cache when PATH has none, or only another program of that name', async () => {
    await script(at('first', 'temporal'), 'echo a calendar');
    await script(cachedCliPath(env), cli('1.5.1'));
    const failures: string[] = [];
    expect((await findTemporalCli(env, failures))?.source).toBe('cache');
    expect(failures).toEqual([`${at('first', 'temporal')} (on PATH): --version printed "a calendar"`]);
  });

  test('gets it by the first source that works, keeps it, and does not get it again', async () => {
    const broken = source('sdk-download', new Error('no network'));
    const works = source('go-install', cli('1.5.1'));
    const sources = [broken, works];
    expect((await resolveTemporalCli({ env, sources })).source).toBe('go-install');
    expect(await resolveTemporalCli({ env, sources })).toMatchObject({
      source: 'cache',
      path: cachedCliPath(env),
    });
    expect([broken.asked, works.asked]).toEqual([1, 1]);
    expect(await readdir(path.dirname(cachedCliPath(env)))).toEqual(['temporal', 'temporal.locks']);
  });

  test('two that need it at once get it once', async () => {
    const sources = [source('go-install', cli('1.5.1'))];
    const found = await Promise.all([1, 2, 3].map(() => resolveTemporalCli({ env, sources })));
    expect(found.map((one) => one.path)).toEqual(Array(3).fill(cachedCliPath(env)));
    expect(sources[0]?.asked).toBe(1);
  });

  test('does not keep what a source made if that does not run', async () => {
    const sources = [source('sdk-download', 'exit 7')];
    await expect(resolveTemporalCli({ env, sources })).rejects.toThrow('ended with exit code 7');
    expect(await findTemporalCli(env)).toBeUndefined();
  });

  test('says what it tried and the ways out when nothing works', async () => {
    await script(at('first', 'go'), "echo 'module lookup disabled' >&2; exit 1");
    const lines: string[] = [];
    const sources = [source('sdk-download', new Error('no network')), installWithGo];
    const failure = await resolveTemporalCli({ env, sources, progress: (line) => lines.push(line) }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(TemporalCliMissingError);
    const { message } = failure as Error;
    expect(message).toContain('PATH: it has no executable named temporal');
    expect(message).toContain(`cache: ${cachedCliPath(env)} does not exist`);
    expect(message).toContain('sdk-download: no network');
    expect(message).toMatch(/go install: .*it said: module lookup disabled/);
    expect(message).toContain('Ways out');
    expect(message).toContain('set TEMPORAL_ADDRESS');
    expect(lines.join('\n')).toContain('with Go, once: 0 s');
  });

  test('builds with Go into a directory of its own', async () => {
    await script(
      at('first', 'go'),
      `printf '#!/bin/sh\\n%s\\n' "${cli('built')}" > "$GOBIN/temporal"; chmod +x "$GOBIN/temporal"`,
    );
    const withTools = { ...env, PATH: `${env.PATH}:/bin:/usr/bin` };
    const found = await resolveTemporalCli({ env: withTools, sources: [installWithGo] });
    expect(found).toMatchObject({ source: 'go-install', version: 'temporal version built' });
  });
});

test('the cache is BATON_CACHE, else in XDG_CACHE_HOME, else in the home directory', () => {
  expect(cacheDirectory({ BATON_CACHE: at('own'), XDG_CACHE_HOME: at('xdg') })).toBe(at('own'));
  expect(cacheDirectory({ XDG_CACHE_HOME: at('xdg'), HOME: at() })).toBe(at('xdg', 'baton'));
  expect(cacheDirectory({ HOME: at() })).toBe(at('.cache', 'baton'));
});
