/** `services` of `baton.yaml`: what the repository's commands need running beside them, such as a database. */
import { z } from 'zod';
import { commandLine } from './command-line.ts';
import { durationSchema } from './duration.ts';
import { ownSandbox } from './sandbox-config.ts';

const command = commandLine(2000);

/** A minute: a database that is made anew is ready within seconds, on a busy machine within half of this. */
const READY_TIMEOUT = '1m';
/** As many as a lane has. */
const MOST_PORTS = 10;
/** More beside each tree would leave a machine no room for the work. */
export const MOST_SERVICES = 20;

/** Name of a service: variables are named after it. */
export const serviceName = z.string().regex(/^[a-z](?:[a-z0-9-]{0,28}[a-z0-9])?$/, {
  message: 'is not a name: a service has at most 30 lower-case letters, digits and hyphens, a letter first',
});

/** The services that a command wants: names of `services`. */
export const wantedServices = z.array(serviceName).max(MOST_SERVICES);

export const serviceSchema = z.strictObject({
  /** A shell command line, run at the root. It stays, or ends with 0 and leaves the service running. */
  start: command,
  /** A shell command line that ends with 0 once the service is ready. Default: something listens on BATON_PORT. */
  ready: command.optional(),
  /** A shell command line, run before the service is ended. Default: its processes get SIGTERM. */
  stop: command.optional(),
  /** Variables that whoever uses it gets; `$BATON_PORT` and its like in them are the service's own. */
  env: z.record(z.string().max(100), z.string().max(2000)).default({}),
  /** How many of its ports lead to it, from BATON_PORT on. Default 1. */
  ports: z.number().int().min(1).max(MOST_PORTS).default(1),
  /** How long it may take until it is ready. Default 1m. */
  timeout: durationSchema.prefault(READY_TIMEOUT),
  /** Services that have to be ready before it is started. Default: none. */
  services: wantedServices.optional(),
  ...ownSandbox,
});
export type ServiceConfig = z.infer<typeof serviceSchema>;

/** What a service has of its own. */
export interface ServiceLane {
  readonly slot: number;
  readonly port: number;
  readonly folder: string;
}

const REFERENCE = /\$\$|\$\(\(\s*BATON_PORT\s*\+\s*(\d+)\s*\)\)|\$\{(\w+)\}|\$(\w+)|\$/g;
const OWN = ['BATON_PORT', 'BATON_SLOT', 'BATON_TMP'];

/** What a value of `env` refers to and no service has; undefined if there is nothing. */
export function unknownReference(value: string): string | undefined {
  for (const [found, more, braced, plain] of value.matchAll(REFERENCE)) {
    if (found === '$$' || more !== undefined) continue;
    if (!OWN.includes(braced ?? plain ?? '')) return found;
  }
  return undefined;
}

const ownValues = ({ port, slot, folder }: ServiceLane): Readonly<Record<string, string>> => ({
  BATON_PORT: String(port),
  BATON_SLOT: String(slot),
  BATON_TMP: folder,
});

/** The variables of a service's `env`, with its own port, slot and folder in them. */
export const valuesOf = (env: ServiceConfig['env'], lane: ServiceLane): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value.replace(REFERENCE, (found, more?: string, braced?: string, plain?: string) => {
        if (found === '$$') return '$';
        if (more !== undefined) return String(lane.port + Number(more));
        return ownValues(lane)[braced ?? plain ?? ''] ?? found;
      }),
    ]),
  );

/** What everybody who uses a service is told of it, whatever its `env` says. */
export const toldOf = (name: string, lane: ServiceLane): Record<string, string> => {
  const prefix = `BATON_SERVICE_${name.toUpperCase().replaceAll('-', '_')}`;
  return { [`${prefix}_PORT`]: String(lane.port), [`${prefix}_TMP`]: lane.folder };
};
