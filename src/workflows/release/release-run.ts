import { CancellationScope, condition, isCancellation, setHandler, uuid4 } from '@temporalio/workflow';
import type { ReleaseStepInput, ReleaseStepResult } from '../../domain/activities.ts';
import type { Config } from '../../domain/config.ts';
import { durationText } from '../../domain/duration.ts';
import { type Figures, limitProblems } from '../../domain/judge.ts';
import { instructionProblem } from '../../domain/message-problems.ts';
import type { Ask, ChildReport, Instruction, ReleaseInput } from '../../domain/messages.ts';
import type { ReleaseOutcome, ReleaseStep } from '../../domain/outcomes.ts';
import { type Answer, answerTo } from '../asking.ts';
import { homeRules } from '../home-calls.ts';
import { instructSignal } from '../messages.ts';
import { Placement } from '../placement.ts';
import { Turns } from '../queue/queue-turn.ts';
import { tellFeature } from '../tell-feature.ts';

type Production = NonNullable<NonNullable<Config['release']>['production']>;
type Step = Pick<ReleaseStepInput, 'environment' | 'step'> & {
  readonly percent?: number;
  readonly version?: string;
};

const failedText = (what: string, { exitCode, tail }: ReleaseStepResult) =>
  `${what} (exit code ${exitCode}): ${tail.slice(-800)}`;

const figuresText = (figures: Figures) =>
  Object.entries(figures)
    .map(([name, value]) => `${name} ${value ?? 'unknown'}`)
    .join(', ');

/** One release of one version. */
export class ReleaseRun {
  private readonly placement: Placement;
  private readonly turns = new Turns();
  private readonly steps: ReleaseStep[] = [];
  private paused: boolean;
  private answers: Extract<Instruction, { type: 'continue' }>[] = [];
  private previous: string;
  private figures: Figures = {};
  /** The question that people were asked and haven't answered. */
  private asking: Ask | undefined;
  private count = 0;

  constructor(private readonly input: ReleaseInput) {
    this.paused = input.paused;
    this.previous = input.ref.baseCommit.slice(0, 12);
    this.placement = new Placement({
      feature: input.ref.feature,
      ask: (ask) => this.ask(ask),
      rules: () => homeRules(input.homeGone, 'any'),
      start: input.place,
    });
    setHandler(instructSignal, (instruction) => {
      if (instructionProblem(instruction) !== undefined) return;
      if (instruction.type === 'pause') this.paused = true;
      else if (instruction.type === 'resume') this.paused = false;
      else if (instruction.type === 'continue') this.answers.push(instruction);
      else if (instruction.type === 'ask-again') return this.askAgain();
    });
  }

  async run(): Promise<ReleaseOutcome> {
    const { release, repositoryKey } = this.input;
    const bad = await this.staging(release);
    if (bad.length > 0) return this.ended('failed', bad, await this.failed(bad));
    if (release.production === undefined) return this.ended('rolled-out', []);
    const { production } = release;
    return await this.turns.hold(`release:${repositoryKey}:production`, () => this.production(production));
  }

  private async staging({ staging }: ReleaseInput['release']): Promise<string[]> {
    if (staging === undefined) return [];
    const deployed = await this.step({ environment: 'staging', step: 'deploy' });
    if (!deployed.ok) return [failedText('deploying to staging failed', deployed)];
    if (staging.smoke === undefined) return [];
    const smoke = await this.step({ environment: 'staging', step: 'smoke' });
    return smoke.ok ? [] : [failedText('the smoke test in staging failed', smoke)];
  }

  private async production(production: Production): Promise<ReleaseOutcome> {
    if (production.current !== undefined) {
      const current = await this.step({ environment: 'production', step: 'current' });
      if (current.ok && current.text !== '') this.previous = current.text;
    }
    const deployed = await this.step({ environment: 'production', step: 'deploy' });
    if (!deployed.ok) {
      const problem = [failedText('deploying to production failed', deployed)];
      return this.ended('failed', problem, await this.failed(problem));
    }
    try {
      return await this.canary(production);
    } catch (error) {
      // Cancelled or stopped with traffic on a version nobody watches any more: it goes back first.
      if (this.shifted && !this.back) await CancellationScope.nonCancellable(() => this.takeBack(production));
      throw error;
    }
  }

  private shifted = false;
  private back = false;

  private async canary(production: Production): Promise<ReleaseOutcome> {
    for (const [index, percent] of production.steps.entries()) {
      if (
        index === (production.steps.length > 1 ? 1 : 0) &&
        this.input.ask &&
        !(await this.promoted(percent))
      ) {
        const verified = await this.takeBack(production);
        const problems = verified.length === 0 ? [] : [this.oldVersion(verified)];
        return this.ended('rolled-back', ['a person chose to roll back', ...problems]);
      }
      await condition(() => !this.paused);
      this.shifted = true;
      const shift = await this.step({ environment: 'production', step: 'shift', percent });
      const problems = shift.ok
        ? await this.judged(production, percent)
        : [failedText(`shifting ${percent} % failed`, shift)];
      if (problems.length > 0) {
        const verified = await this.takeBack(production);
        return this.ended('rolled-back', problems, await this.rolledBack(percent, problems, verified));
      }
    }
    return this.ended('rolled-out', []);
  }

  private async judged(production: Production, percent: number): Promise<string[]> {
    await this.bake(production.bake, percent);
    const probe = await this.step({ environment: 'production', step: 'probe', percent });
    this.figures = probe.figures;
    if (!probe.ok) return [failedText('the probe failed', probe)];
    return limitProblems(production.judge, probe.figures);
  }

  /** A durable wait that stands still while the feature is paused. */
  private async bake(ms: number, percent: number): Promise<void> {
    let left = ms;
    await this.tell({ child: 'release', type: 'step', step: `${percent} %: baking for ${durationText(ms)}` });
    while (left > 0) {
      await condition(() => !this.paused);
      const from = Date.now();
      await condition(() => this.paused, left);
      left -= Date.now() - from;
    }
  }

  private async promoted(percent: number): Promise<boolean> {
    const seen =
      Object.keys(this.figures).length > 0
        ? ` The canary was judged good: ${figuresText(this.figures)}.`
        : '';
    const { choice } = await this.ask({
      kind: 'promotion',
      prompt: `Promote ${this.input.version} to ${percent} % of production?${seen}`,
      options: ['promote', 'roll-back'],
      recommended: 'promote',
    });
    return choice === 'promote';
  }

  /** Traffic back to the version before, verified by the same probe. Asks until the command has worked. */
  private async takeBack(production: Production): Promise<string[]> {
    for (;;) {
      const back = await this.step({ environment: 'production', step: 'rollback' });
      if (back.ok) break;
      const { choice } = await this.ask({
        kind: 'environment',
        prompt: `ROLLBACK FAILED (exit code ${back.exitCode}); production may still serve ${this.input.version}: ${back.tail.slice(-800)}`,
        options: ['retry', 'done-by-hand'],
      });
      if (choice === 'done-by-hand') break;
    }
    this.back = true;
    const probe = await this.step({ environment: 'production', step: 'probe', version: this.previous });
    this.figures = probe.figures;
    return probe.ok
      ? limitProblems(production.judge, probe.figures)
      : [`the probe failed: ${probe.tail.slice(-400)}`];
  }

  /** What the probe says of the version before, which should serve again. */
  private oldVersion(verified: readonly string[]): string {
    return verified.length === 0
      ? `${this.previous} serves again and was verified: ${figuresText(this.figures)}`
      : `${this.previous} should serve again, but its probe says: ${verified.join('; ')}`;
  }

  private async rolledBack(percent: number, problems: readonly string[], verified: readonly string[]) {
    return this.ask({
      kind: 'rolled-back',
      prompt: `Release ${this.input.version} was taken back at ${percent} %: ${problems.join('; ')}. ${this.oldVersion(verified)}.`,
      options: ['fix', 'retry', 'stop'],
      recommended: 'stop',
    });
  }

  private failed(problems: readonly string[]) {
    return this.ask({
      kind: 'rolled-back',
      prompt: `Release ${this.input.version} failed before it had traffic: ${problems.join('; ')}`,
      options: ['fix', 'retry', 'stop'],
      recommended: 'stop',
    });
  }

  private async step(step: Step): Promise<ReleaseStepResult> {
    this.count += 1;
    const { feature } = this.input.ref;
    const name = step.percent === undefined ? step.step : `${step.step} ${step.percent} %`;
    // The same for every attempt at this step, so that the command can know a repetition; another one in the next
    // execution of the feature and after a reset, which count from 1 again and whose steps are no repetitions.
    const own = this.input.ownOperations ? `-${uuid4().slice(0, 8)}` : '';
    const operationId = `${feature}-${this.input.attempt}-${this.count}-${step.step}${own}`;
    const result = await this.placement.call(`${step.environment}: ${name}`, (activities, place) =>
      activities.releaseStep({
        ...this.input.ref,
        place,
        commit: this.input.commit,
        version: step.version ?? this.input.version,
        environment: step.environment,
        step: step.step,
        ...(step.percent !== undefined && { percent: step.percent }),
        operationId,
      }),
    );
    this.steps.push({
      environment: step.environment,
      step: step.step,
      at: new Date().toISOString(),
      ...(step.percent !== undefined && { percent: step.percent }),
      ...(Object.keys(result.figures).length > 0 && { figures: result.figures }),
      ok: result.ok,
      ...(!result.ok && { problems: [result.tail.slice(-800)] }),
      ...(result.url !== null && { url: result.url }),
      operationId,
    });
    const shown =
      step.step === 'probe' && result.ok ? `: ${figuresText(result.figures)}` : result.ok ? '' : ': failed';
    await this.tell({ child: 'release', type: 'step', step: `${step.environment}: ${name}${shown}` });
    return result;
  }

  private async tell(report: ChildReport): Promise<void> {
    try {
      await tellFeature(this.input.ref.feature, report);
    } catch (error) {
      // Whether traffic goes back must not depend on whether the feature still listens.
      if (isCancellation(error) || report.type !== 'step') throw error;
    }
  }

  private async ask<const O extends string>(ask: Ask<O>): Promise<Answer<O>> {
    await this.tell({ child: 'release', type: 'asks', ask });
    this.asking = ask;
    try {
      await condition(() => this.answers.length > 0);
    } finally {
      this.asking = undefined;
    }
    return answerTo(ask, this.answers.shift()?.decision ?? { choice: 'stop', by: 'nobody' });
  }

  private async askAgain(): Promise<void> {
    const { asking } = this;
    if (asking === undefined) return;
    // Whoever wanted it may have ended since.
    await CancellationScope.nonCancellable(() =>
      this.tell({ child: 'release', type: 'asks', ask: asking }),
    ).catch(() => undefined);
  }

  private ended(
    outcome: ReleaseOutcome['outcome'],
    problems: readonly string[],
    decision?: Answer<NonNullable<ReleaseOutcome['choice']>>,
  ): ReleaseOutcome {
    const choice = decision?.choice;
    return {
      outcome,
      version: this.input.version,
      previous: this.previous,
      steps: this.steps,
      problems,
      ...(choice !== undefined && { choice }),
      ...(Object.keys(this.figures).length > 0 && { figures: this.figures }),
    };
  }
}
