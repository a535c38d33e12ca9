import { ENVIRONMENTS, OpsError } from './state.mjs';

function required(name) {
  const value = process.env[name];
  if (!value) throw new OpsError(`${name} is not set`);
  return value;
}

/** The version to work on. It names a directory, so it has to look like a name. */
export function version() {
  const value = required('BATON_VERSION');
  if (!/^[A-Za-z0-9][\w.-]{0,99}$/.test(value)) throw new OpsError(`BATON_VERSION is no version: ${value}`);
  return value;
}

export function environment() {
  const value = required('BATON_ENVIRONMENT');
  if (!ENVIRONMENTS.includes(value))
    throw new OpsError(`BATON_ENVIRONMENT is ${ENVIRONMENTS.join(' or ')}, not ${value}`);
  return value;
}

export function percent() {
  const value = Number(required('BATON_PERCENT'));
  if (!(value >= 0 && value <= 100))
    throw new OpsError(`BATON_PERCENT is 0 to 100, not ${process.env.BATON_PERCENT}`);
  return value;
}

export const operationId = () => required('BATON_OPERATION_ID');
