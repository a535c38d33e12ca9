import type { WorkflowInterceptors } from '@temporalio/workflow';
import { rendersDetails } from './shown-details.ts';
import { tellsEnd } from './told-end.ts';

/** Loaded into every workflow with the bundle. */
export const interceptors = (): WorkflowInterceptors => ({ internals: [rendersDetails, tellsEnd] });
