import { shellQuoted } from '../domain/shell-quoted.ts';
import type { Door } from '../sandbox/doors.ts';

/** What a service's process reports. */
export type ServiceReport =
  /** An attempt of its `ready` command ended. */
  | { readonly of: 'ready'; readonly exitCode: number }
  /** Its `start` command ended; a service that went to the background runs on. */
  | { readonly of: 'start'; readonly exitCode: number }
  | { readonly of: 'stop'; readonly exitCode: number };

/** What it can be told to do. `show`: an attempt whose output goes to the log. */
export type ServiceOrder = 'ready' | 'show' | 'stop';

/**
 * Start, ready and stop run under one shell, so that they are in one sandbox: `stop` finds the process that `start` left.
 * The shell holds the sandbox for a service that goes to the background. Orders come on its standard input, reports go to
 * its standard output, all that the commands print to its standard error. If its input ends, whoever started it is gone:
 * it stops the service then.
 */
const SUPERVISOR = `exec 3>&1 1>&2
start=$1 ready=$2 stop=$3 doors=$4
trap 'asked=stop' TERM
for door in $doors; do
  socat "UNIX-LISTEN:\${door#*=},fork" "TCP:127.0.0.1:\${door%%=*}" </dev/null >/dev/null 2>&1 3>&- &
done
( /bin/sh -c "$start" </dev/null 3>&-; echo "start $?" >&3 ) &
attempt=
try() {
  [ -z "$attempt" ] || kill "$attempt" 2>/dev/null
  ( if [ "$1" = show ]; then /bin/sh -c "$ready"; else /bin/sh -c "$ready" >/dev/null 2>&1; fi </dev/null 3>&-; echo "ready $?" >&3 ) &
  attempt=$!
}
while [ "$asked" != stop ] && IFS= read -r asked; do
  case $asked in ready | show) try "$asked" ;; esac
done
[ -z "$stop" ] || /bin/sh -c "$stop" </dev/null 3>&-
echo "stop $?" >&3
wait`;

/** The program and its arguments; `doors` are sockets to be made that lead to the service. */
export const supervisorWords = (
  commands: { readonly start: string; readonly ready: string; readonly stop: string },
  doors: readonly Door[],
): string[] => [
  ...['/bin/sh', '-c', SUPERVISOR, 'service', commands.start, commands.ready, commands.stop],
  doors.map(({ port, socket }) => `${port}=${socket}`).join(' '),
];

/** Ends with 0 if something listens on BATON_PORT. */
export const LISTENS = `${shellQuoted(process.execPath)} -e ${shellQuoted(
  "require('net').connect(process.env.BATON_PORT,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))",
)}`;

/** What a line of its standard output reports; undefined if nothing. */
export function reportOf(line: string): ServiceReport | undefined {
  const [, of, exitCode] = /^(ready|start|stop) (\d+)$/.exec(line) ?? [];
  return of === undefined ? undefined : { of: of as ServiceReport['of'], exitCode: Number(exitCode) };
}
