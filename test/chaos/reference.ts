import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { ConfigDraft } from '../../src/domain/config.ts';
import type { PacketDraft } from '../../src/domain/packet.ts';
import { jsonLines } from '../support/json-lines.ts';
import { tinyPacket, tinyRepository } from '../support/tiny-repository.ts';

/** What one kind of line in the journal says: of an agent, or of a command of the release. */
export interface JournalLine {
  readonly feature: string;
  /** A packet's id, `design` or `release`. */
  readonly packet: string;
  readonly what: string;
  readonly session?: string;
  readonly step?: string;
  readonly resumed?: boolean;
  /** Of a release command: its `BATON_OPERATION_ID`. */
  readonly operation?: string;
}

/** Something of everything: a contract and its swap, a question, red work that is mended, RED and GREEN. */
export const PACKETS: readonly PacketDraft[] = [
  tinyPacket('api', { contract: 'src/api.txt says api' }),
  tinyPacket('page', { dependencies: [{ packet: 'api', type: 'soft' }] }),
  tinyPacket('asks'),
  tinyPacket('mends', { dependencies: [{ packet: 'api' }] }),
];

const role = {
  runner: 'command' as const,
  command: ['node', 'agents/agent.mjs'],
  env: ['BATON_CHAOS_JOURNAL'],
};

/** A command with an effect that an operation's id has once, and that shows if two of its copies ever run at once. */
const DO_ONCE = `#!/bin/sh
say() { printf '{"feature":"%s","packet":"release","what":"%s","step":"%s","operation":"%s"}\\n' "$BATON_FEATURE" "$1" "$2" "$BATON_OPERATION_ID" >> "{dir}/journal"; }
at="{dir}/operations/$BATON_OPERATION_ID"
mkdir -p "{dir}/operations"
other=$(cat "$at.pid" 2>/dev/null)
# One that was killed stays a zombie until init looks after it, and does nothing more.
case "$(sed -n 's/^State:[^A-Z]*\\(.\\).*/\\1/p' "/proc/\${other:-none}/status" 2>/dev/null)" in
  ''|Z|X) ;;
  *) say overlap "$1" ;;
esac
echo $$ > "$at.pid"
say call "$1"
sleep 0.2
mkdir "$at" 2>/dev/null && say effect "$1"
rm -f "$at.pid"
exit 0
`;

const CONFIG: ConfigDraft = {
  checks: {
    test: { run: 'sh check.sh', report: 'report.xml', files: 'tests/*.sh' },
    lint: '! grep -rn FORBIDDEN src',
  },
  gates: { files: { run: 'echo "{\\"files\\": $(ls src | wc -l)}"', metric: 'files', min: 5 } },
  crew: { design: role, implement: role, test: role, deploy: role },
  protected: ['baton.yaml', 'agents/**', 'check.sh', 'ops/**'],
  approvals: { design: 'auto', release: 'auto' },
  land: 'merge',
  release: {
    production: {
      deploy: 'sh ops/do.sh deploy',
      shift: 'sh ops/do.sh "shift-$BATON_PERCENT"',
      steps: [50, 100],
      bake: '0s',
      probe: `sh ops/do.sh probe; echo '{"error_rate": 0}'`,
      judge: { error_rate: { max: 0.01 } },
      rollback: 'sh ops/do.sh rollback',
      current: 'echo before',
    },
  },
  concurrency: 3,
};

/** The repository of the reference feature, and copies of it: a base, a production and a lock for each feature. */
export class Reference {
  private constructor(
    readonly dir: string,
    private readonly repo: string,
    readonly baseCommit: string,
  ) {}

  static async create(): Promise<Reference> {
    const agent = await readFile(fileURLToPath(new URL('agent.mjs', import.meta.url)), 'utf8');
    const { dir, repo, git } = await tinyRepository({}, CONFIG, {
      'agents/agent.mjs': agent,
      'agents/packets.json': JSON.stringify(PACKETS),
      'ops/do.sh': DO_ONCE,
    });
    return new Reference(dir, repo, await git('rev-parse', 'main'));
  }

  /** Where agents and commands write down what they did. */
  get journal(): string {
    return path.join(this.dir, 'journal');
  }

  async lines(): Promise<JournalLine[]> {
    return jsonLines<JournalLine>(await readFile(this.journal, 'utf8').catch(() => ''));
  }

  /** An origin of its own for a feature. */
  async origin(feature: string): Promise<Origin> {
    const repo = path.join(this.dir, `${feature}.git`);
    await execa('git', ['clone', '-q', '--bare', this.repo, repo]);
    const git = async (...args: string[]) => (await execa('git', args, { cwd: repo })).stdout;
    return { repo, git };
  }
}

export interface Origin {
  readonly repo: string;
  git(...args: string[]): Promise<string>;
}
