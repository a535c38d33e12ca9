import { WORKFLOWS } from '../../domain/messages.ts';
import type { ConnectionSettings } from './connection-settings.ts';

/** Where the Web UI is, and what it shows; undefined: not known. */
type Ui = Pick<ConnectionSettings, 'uiUrl' | 'namespace'>;

/**
 * The page of a workflow in the Web UI, where the Web UI is known: the one with its details, which are a feature's
 * dashboard. The page that the Web UI opens by itself is the history.
 */
export const webUiLink = (settings: Ui, workflowId: string, runId: string): string | undefined =>
  settings.uiUrl === undefined
    ? undefined
    : `${namespaceIn(settings)}/workflows/${encodeURIComponent(workflowId)}/${runId}/user-metadata`;

const FEATURES = `WorkflowType='${WORKFLOWS.feature}'`;

/**
 * What is listed: without a query features stand among their packets and queues. `waiting` needs the search attributes,
 * and a view that a person saves is kept by the browser, so it is a link.
 */
const VIEWS = {
  features: FEATURES,
  waiting: `${FEATURES} AND ExecutionStatus='Running' AND BatonAttention>0`,
} as const;

/** The Web UI's list of features, or of those that wait for a person. */
export const webUiList = (settings: Ui, view: keyof typeof VIEWS): string | undefined =>
  settings.uiUrl === undefined
    ? undefined
    : `${namespaceIn(settings)}/workflows?${new URLSearchParams({ query: VIEWS[view] })}`;

const namespaceIn = ({ uiUrl, namespace }: Ui): string => `${uiUrl}/namespaces/${namespace}`;
