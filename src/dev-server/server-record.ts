import { rename, writeFile } from 'node:fs/promises';
import { readRegularText } from '../files/regular-file.ts';
import { identifyProcess, isSameProcessAlive } from '../processes/process-identity.ts';

/** What is kept about the last dev server on a database, in a file beside it; it may be gone by now. */
export interface ServerRecord {
  readonly pid: number;
  /** With the process id, tells the server from a later process that got its number. */
  readonly startedAt: string;
  readonly address: string;
  readonly uiUrl: string;
  readonly namespace: string;
  readonly dbFilename: string;
  readonly logFile: string;
}

/** Where the record of the server on that database file is kept. */
function recordFile(dbFilename: string): string {
  return `${dbFilename}.server.json`;
}

/** The record beside a database file, whether or not that server still runs; undefined if none can be read. */
export async function readServerRecord(dbFilename: string): Promise<ServerRecord | undefined> {
  try {
    const value: unknown = JSON.parse(await readRegularText(recordFile(dbFilename)));
    const record = value as Partial<ServerRecord>;
    const usable = typeof record.pid === 'number' && typeof record.startedAt === 'string';
    return usable && typeof record.address === 'string' ? (value as ServerRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** Written whole or not at all, so that a kill in between leaves no half of it. */
export async function writeServerRecord(record: Omit<ServerRecord, 'startedAt'>): Promise<ServerRecord> {
  const identity = await identifyProcess(record.pid);
  const whole = { ...record, startedAt: identity?.startedAt ?? '' };
  const file = recordFile(record.dbFilename);
  await writeFile(`${file}.new`, `${JSON.stringify(whole, undefined, 2)}\n`);
  await rename(`${file}.new`, file);
  return whole;
}

/** Whether the recorded process still runs. */
export async function isServerAlive(record: ServerRecord): Promise<boolean> {
  return await isSameProcessAlive(record);
}
