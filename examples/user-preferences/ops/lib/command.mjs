import { closeConnections } from '../../tools/request.mjs';
import { OpsError } from './state.mjs';

/** Runs one operation: its result is the last line of standard output, its story goes to standard error. */
export async function command(run) {
  try {
    const result = await run();
    if (result !== undefined) console.log(typeof result === 'string' ? result : JSON.stringify(result));
  } catch (error) {
    console.error(error instanceof OpsError ? error.message : error);
    process.exitCode = 1;
  }
  closeConnections();
}

export const say = (text) => console.error(text);
