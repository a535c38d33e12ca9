import { vi } from 'vitest';
import { makeProgram } from '../../src/cli/program.ts';
import { runProgram } from '../../src/cli/run-program.ts';

/**
 * Runs a command in this process, which takes a hundredth of the time of one of its own; only for commands that
 * end by themselves, and never two at once, since both would write to the same place.
 */
export async function baton(...args: string[]) {
  const said = { stdout: '', stderr: '' };
  const { stdout, stderr } = process;
  const [toStdout, toStderr, exitCode] = [stdout.write, stderr.write, process.exitCode];
  const into = (name: keyof typeof said) => (text: unknown) => {
    said[name] += String(text);
    return true;
  };
  stdout.write = into('stdout');
  stderr.write = into('stderr');
  process.exitCode = 0;
  try {
    const program = await makeProgram(() => Promise.reject(new Error('no worker is needed')), '0');
    await runProgram(program, ['node', 'baton', ...args]);
    return {
      stdout: said.stdout.trimEnd(),
      stderr: said.stderr.trimEnd(),
      exitCode: Number(process.exitCode),
    };
  } finally {
    stdout.write = toStdout;
    stderr.write = toStderr;
    process.exitCode = exitCode;
  }
}

/** The same with these environment variables, and nothing of the caller's Temporal settings. */
export async function batonWith(env: Readonly<Record<string, string>>, ...args: string[]) {
  const none = { TEMPORAL_ADDRESS: undefined, TEMPORAL_NAMESPACE: undefined, TEMPORAL_PROFILE: undefined };
  for (const [name, value] of Object.entries({ ...none, ...env })) vi.stubEnv(name, value);
  return await baton(...args).finally(() => vi.unstubAllEnvs());
}
