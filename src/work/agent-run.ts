import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import type { Role } from '../agents/load-role.ts';
import { resultJsonSchema } from '../agents/result-schema.ts';
import type { RunnerOutcome } from '../agents/runner.ts';
import { variablesOf } from '../agents/runner-variables.ts';
import { RUNNERS } from '../agents/runners.ts';
import { appendEntry, runEndLine } from '../agents/transcript.ts';
import type { AgentRunInput, AgentRunOutcome } from '../domain/activities.ts';
import {
  type AgentEvent,
  type AgentTask,
  type CheckpointAnswer,
  type Feedback,
  PROTOCOL_VERSION,
} from '../domain/agent-protocol.ts';
import { checkNames } from '../domain/config.ts';
import type { AgentConfig } from '../domain/crew-config.ts';
import type { CheckpointRecord } from '../domain/outcomes.ts';
import { DEFAULT_ROLES } from '../domain/phase.ts';
import type { Usage } from '../domain/prices.ts';
import { NotTakenOver, unlessNotTakenOver } from '../git/worktree/not-taken-over.ts';
import { writeNote } from '../homes/notes.ts';
import { type RunRecord, recordRun, transcriptName } from '../homes/runs.ts';
import { allowedEnvironment } from '../processes/environment.ts';
import type { Confined, Unconfined } from '../sandbox/sandbox.ts';
import {
  type AgentRunHooks,
  endOf,
  endOfRefused,
  madeCheckpoint,
  refusedCheckpoint,
  withModel,
  withoutSession,
  withRed,
  withRootWords,
} from './agent-run-parts.ts';
import { toldOfServices, withAgentServices } from './agent-services.ts';
import { homeMark } from './check-environment.ts';
import { confineAgent, inSandbox } from './confine.ts';
import { inLane } from './in-lane.ts';
import { keepEdits } from './keep-edits.ts';
import { recordEnd } from './kept-runs.ts';
import { changedTests, measure, testCounts } from './run-checks.ts';
import { agentFor, roleOfSite } from './run-key.ts';
import {
  endedIn,
  type RunNote,
  runFigures,
  withFiguresAnew,
  withoutEnd,
  withoutTotals,
  withTotals,
} from './run-note.ts';
import { copiesNote, setUp, setUpError } from './set-up.ts';
import { throughOutage } from './through-outage.ts';
import { proofTree, type Tree } from './trees.ts';
import { gotFurther } from './under-way.ts';
import type { Site, Workshop } from './workshop.ts';

/** One attempt at one run: sends the agent to work, and takes over what it left. */
export class AgentAttempt {
  private checkpoints: CheckpointRecord[];
  private unconfined: string | undefined;
  private transcriptFile = '';
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly shop: Workshop,
    private readonly site: Site,
    private readonly input: AgentRunInput,
    private readonly tree: Tree,
    private readonly hooks: AgentRunHooks,
    private note: RunNote,
  ) {
    this.checkpoints = [...(note.checkpoints ?? [])];
  }

  /** One after the other, or an older note might be the one that stays. */
  private keep(more: Partial<RunNote>): Promise<void> {
    const note = { ...this.note, ...more };
    this.note = note;
    const written = this.writing.then(() => writeNote(this.shop.home.paths, note));
    this.writing = written.catch(() => undefined);
    return written;
  }

  private get agentConfig(): AgentConfig {
    return agentFor(this.site, this.input, this.input.from?.with);
  }

  async run(
    resume: AgentTask['resume'],
    feedback: readonly Feedback[],
    resumed: boolean,
  ): Promise<AgentRunOutcome> {
    const { shop, site, input, tree, agentConfig } = this;
    await this.keep({});
    const roleName = input.packet?.role ?? agentConfig.role ?? DEFAULT_ROLES[input.phase];
    const role = await roleOfSite(site, roleName);
    const transcriptFile = shop.featureFile(site.ref.feature, transcriptName(tree.name, input.run));
    this.transcriptFile = transcriptFile;
    const begun: RunRecord = {
      packet: tree.name,
      run: input.run,
      role: role.name,
      runner: agentConfig.runner,
      ...(agentConfig.model !== undefined && { model: agentConfig.model }),
      startedAt: this.note.startedAt as string,
    };
    const outcome = this.ended() ?? (await this.sent(role, begun, resume, feedback));
    // Whatever came of the run, what the agent left is committed before anybody looks.
    const { commit, end } = await this.takenOver(outcome);
    const transcript = await shop.store.put({ file: transcriptFile }, 'application/jsonl').catch(() => null);
    const result: AgentRunOutcome = {
      end,
      ...(outcome.heard && { heard: true }),
      sessionId: outcome.sessionId ?? this.note.sessionId ?? null,
      commit,
      checkpoints: this.checkpoints,
      figures: {
        ...runFigures(this.note, outcome, {
          packet: tree.name,
          role: role.name,
          runner: agentConfig.runner,
          run: input.run,
          resumed: resumed || resume !== null,
          ...(this.unconfined !== undefined && { unconfined: this.unconfined }),
          ...(this.note.anew !== undefined && { anew: this.note.anew }),
          price: this.priceOf(agentConfig),
        }),
        ...(transcript !== null && { transcript }),
      },
      transcript,
    };
    this.note = withoutEnd(this.note);
    // Before the note: whoever finds that says so and does nothing more.
    await recordEnd(shop, site, begun, result, this.note.inputs);
    // An interruption is the worker's or the workflow's wish; the same run may be asked for again, unless it is given up.
    const goesOn = result.end.kind === 'interrupted' && input.unheard === undefined;
    await this.keep({
      ...(goesOn ? { interrupted: result } : { finished: result }),
      totals: { ...this.spent, ...outcome.usage },
    });
    // Where it couldn't be stored it stays where it is, for `baton logs`.
    if (transcript !== null) await rm(transcriptFile, { force: true });
    return result;
  }

  /** The end that an attempt before this one noted, if it came that far. */
  private ended(): RunnerOutcome | undefined {
    const outcome = endedIn(this.note);
    if (outcome !== undefined && this.note.outcome === undefined)
      appendEntry(this.transcriptFile, runEndLine(outcome), this.shop.secrets.list);
    return outcome;
  }

  /** Sends the agent to work, until its process ends. */
  private async sent(
    role: Role,
    begun: RunRecord,
    resume: AgentTask['resume'],
    feedback: readonly Feedback[],
  ): Promise<RunnerOutcome> {
    const { shop, site, input, tree, hooks } = this;
    // A designer writes documents; waiting for dependencies it doesn't need would only cost time.
    const failed = input.packet === null ? undefined : await setUp(shop, site, tree, hooks.signal);
    // What the agent itself did may break the set-up; only it can mend that.
    if (failed !== undefined && input.run === 1) throw setUpError(tree, failed);
    const home = shop.home.paths.agentHome(site.ref.feature, tree.name);
    await mkdir(home, { recursive: true, mode: 0o700 });
    const copies = input.packet === null ? undefined : await copiesNote(shop, site);
    if (copies !== undefined)
      appendEntry(this.transcriptFile, { kind: 'baton', text: copies }, shop.secrets.list);
    // Without it the run's edits aren't recorded, and nothing else is lost.
    const edited = this.note.edited ?? (await site.repo.presentTree(tree).catch(unlessNotTakenOver));
    if (edited !== undefined) this.note = { ...this.note, edited };
    const task: AgentTask = {
      protocol: PROTOCOL_VERSION,
      feature: { id: site.ref.feature, request: input.request },
      role: role.name,
      instructions: withRootWords(role.prompt, site.repo.root),
      phase: input.phase,
      packet: input.packet,
      given: input.given,
      handoff: input.handoff,
      attempt: input.run,
      resume,
      feedback: failed === undefined ? feedback : withRed(feedback, failed),
      checks: checkNames(site.config),
      resultSchema: resultJsonSchema(input.phase),
    };
    await hooks.begins?.();
    await recordRun(shop.home.paths, site.ref.feature, begun);
    const first = await this.runOnce(task, role, home);
    // Nothing was done: what the conversation held goes into a new one.
    const lost = first.kind === 'no-session';
    const outcome = lost ? await this.runOnce(withoutSession(task, input.earlier ?? []), role, home) : first;
    // It was paid for: whatever fails from here on, no attempt starts the agent once more for it.
    if (outcome.kind !== 'cancelled') await throughOutage(() => this.keep({ outcome }), hooks.signal);
    else await this.keep({ stopped: outcome }).catch(() => undefined);
    return outcome;
  }

  /** Commits what the agent left. What can't be taken over is its own to mend, once; then a person's. */
  private async takenOver(outcome: RunnerOutcome): Promise<Pick<AgentRunOutcome, 'commit' | 'end'>> {
    const { tree, transcriptFile, hooks } = this;
    const end = endOf(outcome);
    const message = `${tree.name}: ${outcome.kind === 'result' ? 'work' : 'unfinished work'}`;
    const made = () => this.commit(message);
    try {
      const commit = hooks.lastly ? await throughOutage(made, hooks.signal) : await made();
      const { refused: _, ...note } = this.note;
      this.note = note;
      return { commit, end };
    } catch (error) {
      if (!(error instanceof NotTakenOver) && hooks.lastly) return { commit: this.input.start, end };
      if (!(error instanceof NotTakenOver)) throw error;
      const text = `what is in the tree could not be committed: ${error.message}`;
      appendEntry(transcriptFile, { kind: 'baton', text }, this.shop.secrets.list);
      const commit = await this.lastCommit();
      const told = this.note.refused === true;
      if (end.kind === 'done') this.note = { ...this.note, refused: true };
      return { commit, end: endOfRefused(end, error.message, told) };
    }
  }

  /** One process of the agent. */
  private async runOnce(task: AgentTask, role: Role, home: string): Promise<RunnerOutcome> {
    const { shop, site, tree, input } = this;
    const config = withModel(this.agentConfig, role);
    if (task.resume === null) this.note = withoutTotals(this.note);
    const begins = task.resume === null && RUNNERS[config.runner].takesSession;
    const sessionId = begins ? randomUUID() : undefined;
    // Whoever is killed before the agent's first word, its session is known.
    if (sessionId !== undefined) await this.session(sessionId);
    const setting = `crew.${input.phase}`;
    const of = { shop, site, tree, signal: this.hooks.signal };
    const outcome = await withAgentServices(of, input, config, (served, signal) => {
      const confine = confineAgent({ shop, site, tree, home, role: config, setting, served });
      return inLane((lane) =>
        inSandbox(confine, toldOfServices(task, served), (confined, told) => {
          if ('without' in confined) this.unconfined = confined.without;
          return this.runIn(confined, told, config, {
            home,
            env: { ...served.env, ...lane },
            sessionId,
            signal,
          });
        }),
      );
    });
    // Nothing was started, so nothing began.
    if (outcome.kind === 'missing' && begins) this.note = { ...this.note, sessionId: undefined };
    return outcome;
  }

  private runIn(
    confined: Confined | Unconfined,
    task: AgentTask,
    config: AgentConfig,
    more: {
      readonly home: string;
      /** Of its lane and its services. */
      readonly env: Readonly<Record<string, string>>;
      readonly sessionId: string | undefined;
      readonly signal: AbortSignal;
    },
  ): Promise<RunnerOutcome> {
    const { site, tree, hooks, transcriptFile } = this;
    return RUNNERS[config.runner].run(
      {
        task,
        role: config,
        confined,
        cwd: tree.cwd,
        home: more.home,
        env: allowedEnvironment({
          extra: variablesOf(config),
          set: {
            HOME: more.home,
            BATON_FEATURE: site.ref.feature,
            BATON_PACKET: tree.name,
            ...homeMark(site.home),
            ...more.env,
          },
        }),
        runId: this.note.processRun as string,
        ...(more.sessionId !== undefined && { sessionId: more.sessionId }),
        stallMs: config.stall,
        timeoutMs: config.timeout,
        signal: more.signal,
        transcriptFile,
        secrets: this.shop.secrets.list,
        spent: this.spent,
        countsEachRun: this.note.countsEachRun ?? false,
        price: this.priceOf(config),
      },
      {
        started: async ({ pid, startTime }) => {
          await this.keep({ pid, startTime });
          hooks.known({ pid });
        },
        session: ({ id }) => this.session(id),
        result: (given) => throughOutage(() => this.keep({ given }), hooks.signal),
        event: (event) => {
          if (event.type === 'usage') this.keepTotals(event);
          hooks.event(event);
        },
        figuresAnew: (anew) => {
          this.keep(withFiguresAnew(this.note, anew)).catch(() => undefined);
        },
        checkpoint: (request, signal) => this.checkpoint(request, signal),
      },
    );
  }

  private async session(sessionId: string): Promise<void> {
    await this.keep({ sessionId });
    this.hooks.known({ sessionId });
  }

  /** Totals of the session by now. */
  private get spent(): Usage {
    return this.note.totals ?? this.note.usage ?? {};
  }

  /** Kept at once: where this process is cut off, the next one's figures are added to these. */
  private keepTotals({ type: _, of: __, ...totals }: Extract<AgentEvent, { type: 'usage' }>): void {
    // The note is only the worse for it: the run's end tells the totals again.
    this.keep(withTotals(this.note, { ...this.spent, ...totals })).catch(() => undefined);
  }

  private priceOf({ model }: AgentConfig) {
    return model === undefined ? undefined : this.site.config.prices[model];
  }

  private async commit(message: string): Promise<string> {
    const { tree, transcriptFile } = this;
    const { ref, repo } = this.site;
    const { store } = this.shop;
    const { commit: to } = await repo.commitAll({
      worktree: tree,
      message,
      trailers: {
        'Baton-Feature': ref.feature,
        'Baton-Packet': tree.name,
        'Baton-Run': String(this.input.run),
      },
    });
    const from = this.note.edited ?? to;
    const secrets = this.shop.secrets.list;
    const edited = await keepEdits({ store, repo }, { from, to, message, transcriptFile, secrets });
    // Noted at once: edits that a transcript tells twice can't be played.
    if (edited) await this.keep({ edited: to });
    return to;
  }

  private async lastCommit(): Promise<string> {
    return (await this.site.repo.workTip(this.tree))?.commit ?? this.input.start;
  }

  /** Commits and measures: what RED and GREEN are is what the checks say here. */
  private async checkpoint(
    { message, run }: { readonly message: string; readonly run: readonly string[] },
    signal: AbortSignal,
  ): Promise<CheckpointAnswer> {
    const { site, tree } = this;
    let commit: string;
    try {
      commit = await throughOutage(() => this.commit(`${tree.name}: ${message}`), signal);
    } catch (error) {
      if (!(error instanceof NotTakenOver)) throw error;
      return refusedCheckpoint(await this.lastCommit(), error.message);
    }
    const names = run.filter((name) => checkNames(site.config).includes(name));
    const checks = names.length === 0 ? [] : await this.measured(commit, names, signal);
    this.checkpoints.push({
      message,
      commit,
      tests: testCounts(checks),
      passed: checks.length === 0 ? null : checks.every(({ passed }) => passed),
    });
    await throughOutage(() => this.keep({ commit, checkpoints: this.checkpoints }), signal);
    await gotFurther();
    return madeCheckpoint(commit, checks);
  }

  /** What checks say of a checkpoint: in a tree that its agent can't reach, so that RED and GREEN are no claims. */
  private async measured(commit: string, names: readonly string[], signal: AbortSignal) {
    const { shop, site, tree, input } = this;
    const own = await proofTree(site, input.packet ?? { id: tree.name }, commit);
    const testFiles = await changedTests(site, { name: tree.name, start: input.start, commit });
    const job = { shop, site, tree: own, commit, signal };
    return (await measure(job, { names, testFiles, once: true })).checks;
  }
}
