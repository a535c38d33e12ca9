import type { Door } from '../sandbox/doors.ts';
import type { ServiceProcess } from '../services/service-process.ts';

/** How services reach who uses them. */
export interface Served {
  /** What it is told of them. */
  readonly env: Readonly<Record<string, string>>;
  /** Sockets of theirs, for who has a loopback of its own. */
  readonly doors: readonly Door[];
  /** Folders with these sockets. */
  readonly readable: readonly string[];
  /** The services' own folders, at the same path for who uses them: sockets and files may lie there. */
  readonly writable: readonly string[];
  /** For who has the machine's loopback: has the services' ports lead to them there. */
  expose(): Promise<void>;
}

/** A service of one tree that is ready. */
export interface ReadyService {
  readonly process: ServiceProcess;
  readonly served: Served;
  /** Ends it, and what was made for it; never fails. */
  end(): Promise<void>;
}

/** No services are used. */
export const UNSERVED: Served = {
  env: {},
  doors: [],
  readable: [],
  writable: [],
  expose: async () => undefined,
};

/** All of them together. */
export const servedBy = (all: readonly Served[]): Served => ({
  env: Object.assign({}, ...all.map(({ env }) => env)),
  doors: all.flatMap(({ doors }) => doors),
  readable: all.flatMap(({ readable }) => readable),
  writable: all.flatMap(({ writable }) => writable),
  expose: async () => {
    for (const each of all) await each.expose();
  },
});
