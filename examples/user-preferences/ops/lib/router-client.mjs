import { request } from '../../tools/request.mjs';
import { OpsError } from './state.mjs';

/** What the router does now: `{ since, targets: [{ version, weight }], metrics: { version: … } }`. */
export async function routerState(environment) {
  const { status, json } = await request(environment.router.admin, 'GET', '/state');
  if (status !== 200) throw new OpsError(`the router answers ${status}`);
  return json;
}

/** Gives each target its share of the traffic from now on; metrics start anew. */
export async function setTargets(environment, targets) {
  const { status, text } = await request(environment.router.admin, 'PUT', '/targets', { body: targets });
  if (status !== 200) throw new OpsError(`the router refused: ${text}`);
}
