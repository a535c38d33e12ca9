import { setCurrentDetails, type WorkflowInternalsInterceptor } from '@temporalio/workflow';

/** The query by which the Web UI asks for what a workflow shows of itself. */
const METADATA_QUERY = '__temporal_workflow_metadata';

let render: (() => string) | undefined;

/**
 * What this workflow shows of itself in the Web UI, in Markdown. It is rendered when somebody asks for it, so a burst
 * of messages costs no rendering.
 */
export function showDetails(details: () => string): void {
  render = details;
}

/** Renders the details before the SDK answers with them. */
export const rendersDetails: WorkflowInternalsInterceptor = {
  activate: (input, next) => {
    const asked = input.activation.jobs?.some(
      ({ queryWorkflow }) => queryWorkflow?.queryType === METADATA_QUERY,
    );
    if (asked && render !== undefined) setCurrentDetails(render());
    next(input);
  },
};
