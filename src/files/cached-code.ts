import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { constants, Script } from 'node:vm';

/** What V8 made of a file's text in earlier runs, and the names of those. */
interface Kept {
  readonly code: Buffer;
  readonly uses: readonly string[];
}

/** A file that was run. */
export interface CachedCode {
  readonly exports: unknown;
  /** Keeps what was compiled meanwhile, unless an earlier run kept it for `use`. Never throws. */
  keep(use: string): void;
}

/**
 * Runs a CommonJS file, with the code that V8 compiled of it in earlier runs. Compiling is most of what a command costs
 * before it does anything. Node 22 has this built in (`module.enableCompileCache`), Node 20 hasn't.
 *
 * Anything that is wrong with the cache costs time and nothing else: code of another text, another Node or another V8 isn't
 * used, nor is a damaged file.
 *
 * @param folder where the cache lies; whoever can write there decides what runs, as in the folder of the code
 */
export function runCached(file: string, folder: string): CachedCode {
  const bytes = readFileSync(file);
  const text = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
  const { size, mtimeMs } = statSync(file);
  const place = digest(file);
  const cache = path.join(
    folder,
    `${place}-${digest(`${process.version} ${process.arch} ${size} ${mtimeMs}`)}`,
  );
  const kept = readKept(cache);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(kept && { cachedData: kept.code }),
  });
  const module = { exports: {} };
  const run = script.runInThisContext() as (...given: unknown[]) => void;
  run(module.exports, createRequire(file), module, file, path.dirname(file));
  return {
    exports: module.exports,
    keep: (use) => {
      const uses = kept !== undefined && script.cachedDataRejected !== true ? kept.uses : [];
      if (uses.includes(use)) return;
      try {
        write(cache, { code: script.createCachedData(), uses: [...uses, use] });
        // Of releases and versions of Node before.
        for (const name of readdirSync(folder))
          if (name.startsWith(`${place}-`) && name !== path.basename(cache))
            rmSync(path.join(folder, name), { force: true });
      } catch {
        // No place for a cache: the next run compiles again.
      }
    },
  };
}

const digest = (data: string | Buffer): string =>
  createHash('sha256').update(data).digest('hex').slice(0, 32);
const DIGEST_LENGTH = 32;

/** The digest of the rest; the names, as a line of JSON; the code. */
function readKept(cache: string): Kept | undefined {
  try {
    const bytes = readFileSync(cache);
    const rest = bytes.subarray(DIGEST_LENGTH);
    if (digest(rest) !== bytes.toString('latin1', 0, DIGEST_LENGTH)) return undefined;
    const end = rest.indexOf('\n');
    return { uses: JSON.parse(rest.toString('utf8', 0, end)) as string[], code: rest.subarray(end + 1) };
  } catch {
    return undefined;
  }
}

/** Two commands may end at once: each file is whole. */
function write(cache: string, { code, uses }: Kept): void {
  mkdirSync(path.dirname(cache), { recursive: true, mode: 0o700 });
  const rest = Buffer.concat([Buffer.from(`${JSON.stringify(uses)}\n`), code]);
  const temporary = `${cache}.${process.pid}`;
  writeFileSync(temporary, Buffer.concat([Buffer.from(digest(rest)), rest]), { mode: 0o600 });
  renameSync(temporary, cache);
}
