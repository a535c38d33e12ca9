import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, realpath, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { AgentTask } from '../../src/domain/agent-protocol.ts';
import type { Packet } from '../../src/domain/packet.ts';
import { DEFAULT_ROLES, phaseOfKind } from '../../src/domain/phase.ts';
import type { ModelAnswer, ModelTurn } from '../support/scripted-model/model-turn.ts';

/** What no agent writes: dependencies, and what running tests leaves behind. */
const NOT_WRITTEN = ['node_modules', '.git', 'coverage', 'dist', 'test-results.xml'];

/** What one worktree's agent has still to do, and the folder in which the crew remembers. */
interface Thought {
  readonly home: string;
  answers: ModelAnswer[];
  runs: number;
}

/**
 * The mind of a scripted model that knows the example's trade: for each prompt of an agent it has the example's
 * scripted crew do the task in a copy of that agent's worktree, and then has the CLI write the same files by its own
 * tools, one a turn, and give the crew's result. What is proven by it is the CLI's framing, never a model's judgement.
 */
export class CrewMind {
  private readonly thoughts = new Map<string, Thought>();

  constructor(
    private readonly request: string,
    /** A packet of the feature by its id. */
    private readonly packet: (id: string) => Promise<Packet>,
  ) {}

  /** Answers one turn of any of the agents. */
  async answer(turn: ModelTurn): Promise<ModelAnswer> {
    const { cwd, messages } = turn;
    if (cwd === undefined) throw new Error('the CLI does not tell the model its folder');
    const thought = this.thoughts.get(cwd) ?? {
      home: await mkdtemp(path.join(tmpdir(), 'baton-mind-')),
      answers: [],
      runs: 0,
    };
    this.thoughts.set(cwd, thought);
    // A prompt, not the outcome of a tool: a run of the agent begins.
    if ((messages.at(-1)?.toolResults ?? []).length === 0) {
      thought.runs += 1;
      thought.answers = await this.think(await realpath(cwd), thought, turn);
    }
    return thought.answers.shift() ?? { text: 'There is nothing left to do.' };
  }

  private async think(cwd: string, { home, runs }: Thought, turn: ModelTurn): Promise<ModelAnswer[]> {
    const told = turn.messages.map(({ text }) => text ?? '').join('\n');
    const prompt = turn.lastUserText;
    const id = /^## Your packet(?:, as it stands)?: (\S+)$/m.exec(told)?.[1];
    const packet = id === undefined ? null : await this.packet(id);
    const phase = packet === null ? 'design' : phaseOfKind(packet.kind);
    const answer = quotedUnder('The answer to your question', prompt) ?? null;
    const handoff = quotedUnder('What went before', told);
    const feedback = /^## To be dealt with now\n\n([\s\S]*?)(?=\n\n## )/m.exec(prompt)?.[1];
    const task: Partial<AgentTask> = {
      protocol: 1,
      feature: { id: 'by-real-clis', request: this.request },
      role: DEFAULT_ROLES[phase],
      phase,
      packet,
      given: [],
      handoff: handoff === undefined ? null : JSON.parse(handoff),
      attempt: runs,
      resume: runs === 1 ? null : { sessionId: 'crew', answer },
      feedback: feedback === undefined ? [] : [{ kind: kindOf(feedback), text: feedback, files: [] }],
      checks: [],
    };
    const { folder, result } = await performInCopy(cwd, home, task);
    return [...(await written(cwd, folder)), { structured: { result } }];
  }
}

/** The words of the first quotation below a heading. */
const quotedUnder = (heading: string, prompt: string): string | undefined =>
  new RegExp(
    `^## ${heading}\\n\\n[^\\n]*\\n\\nQuotation from [^\\n]*\\n\\n(\`{4,})text\\n([\\s\\S]*?)\\n\\1$`,
    'm',
  ).exec(prompt)?.[2];

/** What Baton calls it in the agent protocol; the CLIs are told in words. */
const kindOf = (words: string): AgentTask['feedback'][number]['kind'] =>
  words.includes('Merged meanwhile') ? 'swap' : words.includes('conflict') ? 'conflict' : 'check';

async function performInCopy(cwd: string, home: string, task: Partial<AgentTask>) {
  const folder = await mkdtemp(path.join(tmpdir(), 'baton-mind-tree-'));
  await cp(cwd, folder, { recursive: true, filter: (file) => !NOT_WRITTEN.includes(path.basename(file)) });
  // The designer's worktree has none.
  const modules = await realpath(path.join(cwd, 'node_modules')).catch(() => undefined);
  if (modules !== undefined) await symlink(modules, path.join(folder, 'node_modules'));
  const child = spawn(process.execPath, ['crew/agent.mjs'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: home },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const say = (message: unknown) => child.stdin.write(`${JSON.stringify(message)}\n`);
  // The crew goes on with the last session that it kept.
  const sessions = await readdir(path.join(home, '.scripted-crew')).catch(() => []);
  const sessionId = sessions[0]?.replace(/\.json$/, '');
  say({ ...task, resume: task.resume && sessionId ? { ...task.resume, sessionId } : null });
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line);
    if (event.type === 'checkpoint') say({ type: 'checkpoint', commit: '0'.repeat(40), checks: [] });
    if (event.type === 'result') return { folder, result: event.result as unknown };
  }
  throw new Error('the scripted crew gave no result');
}

/** The files that differ between a worktree and the copy that was worked on, as writes. */
async function written(cwd: string, folder: string): Promise<ModelAnswer[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((name) => !name.split(path.sep).some((part) => NOT_WRITTEN.includes(part)));
  const answers: ModelAnswer[] = [];
  for (const name of names.sort()) {
    const content = await readFile(path.join(folder, name), 'utf8');
    const before = await readFile(path.join(cwd, name), 'utf8').catch(() => undefined);
    if (content !== before) answers.push({ write: { path: name, content }, cwd });
  }
  return answers;
}
