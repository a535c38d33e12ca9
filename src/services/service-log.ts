import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { CappedLog } from '../processes/capped-log.ts';
import { type Secret, SecretFilter } from '../processes/secrets/secrets.ts';
import { TailText, tailOf } from '../processes/tail-text.ts';

/** A database that logs each statement writes far more than anybody reads; start and end are kept. */
const MOST_BYTES = 4 * 1024 * 1024;
/** The last lines in an error: a person reads the log for more. */
const MOST_OF_TAIL = 1200;

/** What a service prints, secrets blotted out, in a file that begins anew with each start. */
export class ServiceLog {
  private readonly end = new TailText(4 * MOST_OF_TAIL);
  private readonly filter: SecretFilter;

  private constructor(
    private readonly file: CappedLog,
    secrets: readonly Secret[],
  ) {
    this.filter = new SecretFilter(secrets);
  }

  /** The log of the start before is kept beside it. */
  static async begin(file: string, secrets: readonly Secret[]): Promise<ServiceLog> {
    await mkdir(path.dirname(file), { recursive: true });
    await rename(file, beforeOf(file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    return new ServiceLog(new CappedLog(file, MOST_BYTES), secrets);
  }

  /** Takes in what comes, until the end; what is not read would hold the service up. */
  async follow(stream: Readable): Promise<void> {
    const decoder = new StringDecoder('utf8');
    try {
      for await (const chunk of stream) this.take(this.filter.push(decoder.write(chunk as Buffer)));
    } catch {
      // The pipe broke: what came until then is all there is.
    }
    this.take(this.filter.push(decoder.end()) + this.filter.end());
  }

  /** A line of Baton's own. */
  say(text: string): void {
    this.file.write(`[baton] ${new Date().toISOString()} ${text}\n`);
  }

  /** The last lines that the service printed. */
  get tail(): string {
    return tailOf(this.end.toString(), MOST_OF_TAIL);
  }

  close(): void {
    this.file.close();
  }

  private take(text: string): void {
    if (text === '') return;
    this.file.write(text);
    this.end.push(text);
  }
}

/** Where the log of the start before lies. */
const beforeOf = (file: string): string => file.replace(/\.log$/, '.before.log');
