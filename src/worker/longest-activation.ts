/**
 * How long a workflow may compute at a stretch. The SDK's 5 s are enough for any work of Baton's, but not for a burst of
 * messages on a loaded machine, and past it Node itself aborts, and each next worker with it. A minute still ends a
 * workflow that would never stop.
 */
const LONGEST_ACTIVATION = '60s';

/** For a worker of workflows. The SDK takes this option, though its type doesn't name it. */
export const longestActivation: object = { isolateExecutionTimeout: LONGEST_ACTIVATION };
