import { proxySinks, type Sinks, type WorkflowInternalsInterceptor } from '@temporalio/workflow';

/** What a worker that traces hears of workflows; one that doesn't has no such sinks, and nothing is said. */
export interface EndSinks extends Sinks {
  readonly workflows: {
    /** An execution ended; `at` in milliseconds since 1970. */
    ended(end: { readonly at: number; readonly failed: boolean }): void;
  };
}

/** Looks at the commands and adds none, so histories replay with it. */
export const tellsEnd: WorkflowInternalsInterceptor = {
  concludeActivation: (input, next) => {
    const output = next(input);
    const failed = output.commands.some((command) => command.failWorkflowExecution != null);
    const ended = output.commands.some(
      (command) =>
        command.completeWorkflowExecution != null ||
        command.cancelWorkflowExecution != null ||
        command.continueAsNewWorkflowExecution != null,
    );
    if (failed || ended) proxySinks<EndSinks>().workflows.ended({ at: Date.now(), failed });
    return output;
  },
};
