import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import type { ConfigDraft } from '../../src/domain/config.ts';
import { until } from './engine.ts';

/** Lines of shell that tell the test that they are here, and wait until it lets them go on. */
const holdAt = (prefix: string) => `
  echo $$ > "${prefix}.reached.$$" && mv "${prefix}.reached.$$" "${prefix}.reached"
  while [ ! -e "${prefix}.release" ]; do sleep 0.1; done`;

/** Places at which commands of a repository hold, each named `<feature>-<point>`. */
export class Holds {
  private constructor(readonly dir: string) {}

  static async create(): Promise<Holds> {
    return new Holds(await mkdtemp(path.join(tmpdir(), 'baton-holds-')));
  }

  at(name: string): string {
    return path.join(this.dir, name);
  }

  /** Commands that look for it hold there from now on. */
  want(name: string): Promise<void> {
    return writeFile(`${this.at(name)}.wanted`, '');
  }

  /** The process that holds there, as soon as there is one. */
  reached(name: string): Promise<number> {
    return until(`something holds at ${name}`, async () => {
      const text = await readFile(`${this.at(name)}.reached`, 'utf8').catch(() => undefined);
      return text ? Number(text) : undefined;
    });
  }

  /** Forgets who holds there, so that the next one can be waited for. */
  async forget(name: string): Promise<void> {
    await rm(`${this.at(name)}.reached`, { force: true });
  }

  async release(...names: string[]): Promise<void> {
    for (const name of names) await writeFile(`${this.at(name)}.release`, '');
  }

  /** A check that holds in the tree of one packet (`integration`: Baton's own) where it is wanted. */
  get check(): string {
    const prefix = `${this.dir}/$BATON_FEATURE-$BATON_PACKET`;
    return `#!/bin/sh\nif [ -e "${prefix}.wanted" ]; then${holdAt(prefix)}\nfi\nexit 0\n`;
  }

  /**
   * Commands of a release with a journal: every call, and every effect, which an operation's id has once however
   * often it is called. Shifting to 50 % holds where it is wanted.
   */
  get ops(): Readonly<Record<string, string>> {
    const journal = `"${this.dir}/journal"`;
    const once = `echo "call $BATON_FEATURE $1 $BATON_OPERATION_ID" >> ${journal}
mkdir "${this.dir}/op-$BATON_OPERATION_ID" 2>/dev/null && echo "effect $BATON_FEATURE $1 $BATON_OPERATION_ID" >> ${journal}`;
    const prefix = `${this.dir}/$BATON_FEATURE-shift`;
    return {
      'ops/do.sh': `#!/bin/sh\n${once}\nexit 0\n`,
      'ops/shift.sh': `#!/bin/sh\nif [ "$BATON_PERCENT" = 50 ] && [ -e "${prefix}.wanted" ]; then${holdAt(prefix)}\nfi\nsh ops/do.sh "shift-$BATON_PERCENT"\n`,
      'ops/probe.sh': `#!/bin/sh\nsh ops/do.sh probe\necho '{"error_rate": 0}'\n`,
    };
  }

  /** A release that is rolled out in two steps by {@link ops}. */
  get releaseConfig(): NonNullable<ConfigDraft['release']> {
    return {
      production: {
        deploy: 'sh ops/do.sh deploy',
        shift: 'sh ops/shift.sh',
        steps: [50, 100],
        bake: '0s',
        probe: 'sh ops/probe.sh',
        judge: { error_rate: { max: 0.01 } },
        rollback: 'sh ops/do.sh rollback',
        current: 'sh ops/do.sh current; echo before',
      },
    };
  }

  async journal(): Promise<{ what: string; feature: string; step: string; operation: string }[]> {
    const text = await readFile(path.join(this.dir, 'journal'), 'utf8').catch(() => '');
    return text
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([what = '', feature = '', step = '', operation = '']) => ({ what, feature, step, operation }));
  }

  /**
   * A hub with a hook of its own that holds, where wanted, at the move of an integration branch to a packet's
   * commit (`<feature>-merge`), and when what was measured is removed at the end (`<feature>-cleanup`).
   */
  async hub(): Promise<string> {
    const hub = path.join(this.dir, 'hub.git');
    await execa('git', ['init', '-q', '--bare', hub]);
    const hook = `#!/bin/sh
hold() {
  [ -e "$1.wanted" ] || exit 0${holdAt('$1')}
}
feature=$(echo "$1" | sed -n -e 's,^refs/heads/baton/\\(.*\\)/integration$,\\1,p' -e 's,^refs/baton/records/\\(.*\\)/.*,\\1,p')
case "$1" in
  refs/heads/baton/*/integration) git log -1 --format=%B "$3" | grep -q 'Baton-Packet: one' && hold "${this.dir}/$feature-merge" ;;
  refs/baton/records/*) case "$3" in *[!0]*) ;; *) hold "${this.dir}/$feature-cleanup" ;; esac ;;
esac
exit 0
`;
    await mkdir(path.join(hub, 'hooks'), { recursive: true });
    await writeFile(path.join(hub, 'hooks', 'update'), hook, { mode: 0o755 });
    return hub;
  }
}
