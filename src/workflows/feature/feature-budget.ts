import { condition, isCancellation } from '@temporalio/workflow';
import { type BudgetProblem, budgetProblem, NOTHING_ALLOWED } from '../../domain/spending.ts';
import type { Answer } from '../asking.ts';
import { stopped } from '../stopping.ts';
import type { AttentionDesk } from './attention-desk.ts';
import type { FeatureState } from './feature-state.ts';

const SPENT = ['go-on', 'stop'] as const;
const UNTOLD = ['go-on', 'allow-unknown', 'stop'] as const;

/** What keeping a budget needs of the feature. */
export interface BudgetHost {
  readonly state: FeatureState;
  readonly desk: AttentionDesk;
  /** A person decided: there is a budget again, or `stop` is why the feature ends. */
  decided(stop: unknown): void;
}

/** A feature's budget: nothing new starts once it is spent, or can't be known to be unspent, until a person says so. */
export class FeatureBudget {
  private allowed = NOTHING_ALLOWED;
  private asking = false;
  private stop: unknown;

  constructor(private readonly host: BudgetHost) {}

  /** Whether another run of an agent may begin. Where it may not, people are asked, once. */
  mayRun(): boolean {
    const budget = this.host.state.config?.budget;
    if (budget === undefined) return true;
    if (this.asking || this.stop !== undefined) return false;
    const problem = budgetProblem(budget, this.host.state.spent(), this.allowed);
    if (problem === undefined) return true;
    this.ask(problem);
    return false;
  }

  /** Waits until another run may begin: while the feature is paused, or its budget allows none. */
  async ready(): Promise<void> {
    const { state } = this.host;
    await state.ready();
    if (state.config?.budget === undefined) return;
    await this.allowsRun();
    await state.ready();
  }

  private async allowsRun(): Promise<void> {
    while (!this.mayRun()) {
      await condition(() => !this.asking);
      if (this.stop !== undefined) throw this.stop;
    }
  }

  private ask({ kind, text, goOn }: BudgetProblem): void {
    this.asking = true;
    const ask = {
      kind: 'budget' as const,
      prompt:
        kind === 'spent'
          ? `The budget of the feature is used up: ${text}. Nothing new starts. go-on: as much again, counted from now.`
          : `Whether the budget of the feature is kept can't be told: ${text}. Nothing new starts. go-on: these runs are taken as they are, unknown. allow-unknown: later ones too, and the budget holds for what is known.`,
      options: kind === 'spent' ? SPENT : UNTOLD,
    };
    const then = ({ choice }: Answer<(typeof UNTOLD)[number]>) => {
      if (choice === 'stop') this.stop = stopped(`stopped at the budget: ${text}`);
      else if (choice === 'allow-unknown')
        this.allowed = {
          ...goOn,
          unknownUsd: Number.POSITIVE_INFINITY,
          unknownTokens: Number.POSITIVE_INFINITY,
        };
      else this.allowed = goOn;
      this.asking = false;
      this.host.decided(this.stop);
    };
    // Where the feature is cancelled nobody waits for the answer any more.
    void this.host.desk.ask(ask).then(then, (error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  }
}
