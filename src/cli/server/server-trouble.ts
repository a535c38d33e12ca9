import { stat } from 'node:fs/promises';
import path from 'node:path';
import { logSince } from '../../dev-server/log-tail.ts';
import { readServerRecord } from '../../dev-server/server-record.ts';
import { firstLine } from '../../domain/error-text.ts';
import { saysFull } from '../../files/full-disk.ts';
import { databaseOf } from '../../homes/home-dir.ts';
import { noRoomOn, roomProblem } from '../../homes/room.ts';
import { grpcCodeOf } from '../../worker/grpc-code.ts';
import { CommandError } from '../command-error.ts';
import type { ConnectionSettings } from './connection-settings.ts';

/** Codes of gRPC: no answer in time, more asked than it takes, not there. Clients try these again until the time is over. */
const NOT_DONE = [4, 8, 14];
/** The end of a server's log says what it fails at now, if it was written to just before. */
const LOG_BYTES = 64 * 1024;
const LOG_AGE_MS = 60_000;

const causeOf = (error: unknown): unknown =>
  error instanceof Error && grpcCodeOf(error) === undefined && error.cause instanceof Error
    ? error.cause
    : error;

/**
 * What to tell of a call that the server took and didn't do, in place of gRPC's own words, which name the part of the
 * client that waited last; undefined if it said something of its own.
 */
export async function serverTrouble(
  { address }: Pick<ConnectionSettings, 'address'>,
  home: string,
  thrown: unknown,
): Promise<CommandError | undefined> {
  const error = causeOf(thrown);
  if (!NOT_DONE.includes(grpcCodeOf(error) ?? -1)) return undefined;
  const why = await cannotWrite(address, home);
  return new CommandError(
    why === undefined
      ? `The Temporal server at ${address} did not do what was asked (${firstLine(error).replace(/,?waiting for .*$/, '')}).\n` +
          'It may be overloaded, or its database away or full: see its log. Whether it does it later isn’t known: look with baton list.'
      : `The Temporal server at ${address} can't write: ${why}.`,
    undefined,
    { cause: thrown },
  );
}

/** Why a dev server of this home can't write to its database; undefined if it can, or is another's. */
async function cannotWrite(address: string, home: string): Promise<string | undefined> {
  const record = await readServerRecord(databaseOf(home));
  if (record?.address !== address) return undefined;
  const folder = path.dirname(record.dbFilename);
  const full = await roomProblem(folder);
  if (full !== undefined) return full;
  const log = await stat(record.logFile).catch(() => undefined);
  if (log === undefined || Date.now() - log.mtimeMs > LOG_AGE_MS) return undefined;
  const end = await logSince(record.logFile, Math.max(0, log.size - LOG_BYTES));
  return saysFull(end) ? noRoomOn(folder) : undefined;
}
