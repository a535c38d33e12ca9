import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createCommandRunner } from '../../agents/command.ts';
import type { AgentRunHost } from '../../agents/runner.ts';
import type { AgentEvent, AgentTask, Feedback } from '../../domain/agent-protocol.ts';
import { allowedEnvironment } from '../../processes/environment.ts';
import { startTimeOf } from '../../processes/process-table.ts';
import { checkTask } from './check-task.ts';
import { findingsOf, type RunFinding } from './findings.ts';
import { ScratchRepository } from './scratch-repository.ts';

/** How an agent is to be checked. */
export interface AgentCheckRequest {
  readonly command: readonly string[];
  /** Names of further variables that it gets. */
  readonly env: readonly string[];
  readonly stallMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told before each run. Default: nobody is. */
  readonly onStep?: (step: Step) => void;
}

/** `task`: the first run; `answer`: resumed with an answer; `feedback`: resumed once it was done. */
export type Step = 'task' | 'answer' | 'feedback';

export interface CheckedStep {
  readonly step: Step;
  /** `done`, `blocked` or `failed`, or how it came to nothing. */
  readonly outcome: string;
  readonly durationMs: number;
  /** How many of each type. */
  readonly events: Readonly<Record<string, number>>;
  readonly findings: readonly RunFinding[];
}

export interface AgentCheck {
  /** No step has a problem. */
  readonly ok: boolean;
  readonly command: readonly string[];
  readonly steps: readonly CheckedStep[];
  /** What the check could not see, since the agent didn't do it. */
  readonly unseen: readonly string[];
}

/** An agent that still asks after so many answers goes in circles. */
const MOST_ANSWERS = 3;

/** Plays a task, a question, a checkpoint and a resume against an agent, in a repository of its own. */
export async function checkAgent(request: AgentCheckRequest): Promise<AgentCheck> {
  const scratch = await ScratchRepository.make();
  try {
    return await new Rehearsal(request, scratch).play();
  } finally {
    await scratch.remove();
  }
}

class Rehearsal {
  readonly #steps: CheckedStep[] = [];
  readonly #all: AgentEvent[] = [];
  readonly #command: readonly string[];
  #session: string | undefined;
  constructor(
    private readonly request: AgentCheckRequest,
    private readonly scratch: ScratchRepository,
  ) {
    this.#command = request.command.map(fromHere);
  }

  async play(): Promise<AgentCheck> {
    let result = await this.#run('task', null, []);
    for (let answers = 0; result?.status === 'blocked' && answers < MOST_ANSWERS; answers += 1) {
      const { options = [], recommended, text } = result.question;
      const answer = recommended ?? options[0] ?? 'Hello';
      result = await this.#goOn('answer', answer, advice(`You asked: ${text}\nThe answer: ${answer}`));
    }
    if (result?.status === 'blocked') this.#add(`it still asks after ${MOST_ANSWERS} answers`);
    if (result?.status === 'done') {
      const again = advice(
        'Look once more whether greet.sh greets Ada by name, then give your result again.',
      );
      await this.#goOn('feedback', null, again);
    }
    const ok = this.#steps.every(({ findings }) => findings.every(({ level }) => level !== 'problem'));
    return { ok, command: this.request.command, steps: this.#steps, unseen: this.#unseen() };
  }

  /** In its session; if it told none, in a new one that hears it as feedback. */
  async #goOn(step: Step, answer: string | null, otherwise: Feedback) {
    const resume = this.#session === undefined ? null : { sessionId: this.#session, answer };
    return await this.#run(step, resume, resume === null || answer === null ? [otherwise] : []);
  }

  async #run(step: Step, resume: AgentTask['resume'], feedback: readonly Feedback[]) {
    const { scratch, request } = this;
    request.onStep?.(step);
    const events: AgentEvent[] = [];
    const env = allowedEnvironment({ extra: request.env, set: { HOME: scratch.home } });
    let pid: number | undefined;
    let leftCheckpoint = false;
    let committed = false;
    const host: AgentRunHost = {
      started: (process) => {
        pid = process.pid;
      },
      session: ({ id }) => {
        this.#session = id;
      },
      result: () => undefined,
      event: (event) => void events.push(event),
      checkpoint: async ({ message, run }) => {
        committed ||= await scratch.committedByItself();
        const commit = await scratch.commit(message);
        const checks = run.includes('test') ? [await scratch.measure(env)] : [];
        leftCheckpoint ||= pid !== undefined && (await startTimeOf(pid)) === undefined;
        return { type: 'checkpoint', commit, checks };
      },
    };
    const outcome = await createCommandRunner().run(
      {
        task: checkTask(this.#steps.length + 1, resume, feedback),
        role: {
          runner: 'command',
          command: [...this.#command],
          env: [...request.env],
          stall: request.stallMs,
          timeout: request.timeoutMs,
        },
        cwd: scratch.tree,
        home: scratch.home,
        env,
        runId: randomUUID(),
        stallMs: request.stallMs,
        timeoutMs: request.timeoutMs,
        signal: request.signal,
        transcriptFile: scratch.file('transcript.jsonl'),
        spent: {},
      },
      host,
    );
    committed ||= await scratch.committedByItself();
    const resumed = resume?.sessionId ?? null;
    const result = outcome.kind === 'result' ? outcome.result : undefined;
    const counts: Record<string, number> = {};
    for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
    this.#all.push(...events);
    this.#steps.push({
      step,
      outcome: result?.status ?? outcome.kind,
      durationMs: outcome.durationMs,
      events: counts,
      findings: findingsOf({ resumed, events, outcome, leftCheckpoint, committed }),
    });
    return result;
  }

  #add(text: string): void {
    const last = this.#steps.pop();
    if (last !== undefined)
      this.#steps.push({ ...last, findings: [...last.findings, { level: 'problem', text }] });
  }

  #unseen(): string[] {
    const has = (type: AgentEvent['type']) => this.#all.some((event) => event.type === type);
    return [
      ...(has('checkpoint') ? [] : ['it asked for no checkpoint, so RED and GREEN could not be measured']),
      ...(this.#steps.some(({ step }) => step === 'answer') ? [] : ['it asked no question']),
      ...(this.#session === undefined ? ['it told no session, so it could not be resumed'] : []),
      ...(has('usage') ? [] : ['it told no usage, so its cost is unknown']),
    ];
  }
}

const advice = (text: string): Feedback => ({ kind: 'advice', text, files: [] });

/** A file that is named from where the command is given: the agent runs in another folder. */
const fromHere = (word: string): string => (existsSync(word) && /[./\\]/.test(word) ? resolve(word) : word);
