import { setCurrentDetails, type WorkflowInternalsInterceptor } from '@temporalio/workflow';

/** The query by which the Web UI asks for what a workflow shows of itself. */
const METADATA_QUERY = '__temporal_workflow_metadata';

/** Modules are shared by all workflows of a worker (src/worker/workflow-bundle.ts), but each has a global object of its own. */
const own = globalThis as { batonDetails?: () => string };

/**
 * What this workflow shows of itself in the Web UI, in Markdown. It is rendered when somebody asks for it, so a burst
 * of messages costs no rendering.
 */
export function showDetails(details: () => string): void {
  own.batonDetails = details;
}

/** Renders the details before the SDK answers with them. */
export const rendersDetails: WorkflowInternalsInterceptor = {
  activate: (input, next) => {
    const asked = input.activation.jobs?.some(
      ({ queryWorkflow }) => queryWorkflow?.queryType === METADATA_QUERY,
    );
    if (asked && own.batonDetails !== undefined) setCurrentDetails(own.batonDetails());
    next(input);
  },
};
