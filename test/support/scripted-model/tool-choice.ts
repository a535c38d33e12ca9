import path from 'node:path';
import { STRUCTURED_OUTPUT } from './anthropic-messages.ts';
import type { ModelAnswer, ModelTurn } from './model-turn.ts';

/** What is said and called, in the CLI's own terms. */
export interface Choice {
  readonly text?: string;
  readonly tool?: string;
  readonly input?: unknown;
}

type Spoken = Exclude<ModelAnswer, { status: number } | { drop: true } | { hang: true } | { endless: true }>;

/** The tools that run a command, as the CLIs name them, with the input they want. */
const shells: Readonly<Record<string, (command: string) => unknown>> = {
  Bash: (command) => ({ command, description: 'Run a command' }),
  exec_command: (cmd) => ({ cmd }),
  shell_command: (command) => ({ command }),
  shell: (command) => ({ command: ['bash', '-lc', command] }),
  run_shell_command: (command) => ({ command, description: 'Run a command' }),
  bash: (command) => ({ command, description: 'Run a command' }),
};

/** The tools that write a file; all of them want an absolute path. */
const writers: Readonly<Record<string, (file: string, content: string) => unknown>> = {
  Write: (file_path, content) => ({ file_path, content }),
  write_file: (file_path, content) => ({ file_path, content }),
  write: (filePath, content) => ({ filePath, content }),
};

/**
 * Puts a script's answer into the terms of the CLI that asked.
 * @throws Error where the CLI offers no tool for it, or a file's path is relative to nobody knows what.
 */
export function choose(answer: Spoken, turn: ModelTurn): Choice {
  if ('text' in answer) return { text: answer.text };
  if ('structured' in answer) return structured(answer.structured, turn);
  const says = answer.says === undefined ? {} : { text: answer.says };
  if ('tool' in answer) return { ...says, tool: answer.tool, input: answer.input };
  if ('shell' in answer) return { ...says, ...run(answer.shell, turn) };
  return { ...says, ...write(answer.write, answer.cwd ?? turn.cwd, turn) };
}

function structured(value: unknown, { tools, outputSchema }: ModelTurn): Choice {
  if (tools.some(({ name }) => name === STRUCTURED_OUTPUT)) return { tool: STRUCTURED_OUTPUT, input: value };
  const json = JSON.stringify(value, undefined, 2);
  return { text: outputSchema === undefined ? `\`\`\`json\n${json}\n\`\`\`` : json };
}

function run(command: string, turn: ModelTurn): Choice {
  const { name, use } = offered(shells, turn) ?? none('run a command', turn);
  return { tool: name, input: use(command) };
}

function write(
  { path: file, content }: { path: string; content: string },
  cwd: string | undefined,
  turn: ModelTurn,
) {
  const writer = offered(writers, turn);
  if (writer === undefined) {
    if (offered(shells, turn) === undefined) none('write a file', turn);
    const to = quoted(cwd === undefined ? file : path.resolve(cwd, file));
    return run(`mkdir -p "$(dirname ${to})" && printf %s ${quoted(content)} > ${to}`, turn);
  }
  if (cwd === undefined && !path.isAbsolute(file))
    throw new Error(
      `${writer.name} wants an absolute path, and the agent's folder isn't known: give the answer a cwd, or an absolute path instead of ${file}`,
    );
  return { tool: writer.name, input: writer.use(path.resolve(cwd ?? '/', file), content) };
}

function offered<Use>(known: Readonly<Record<string, Use>>, { tools }: ModelTurn) {
  for (const { name } of tools) {
    const use = known[name];
    if (use !== undefined) return { name, use };
  }
  return undefined;
}

function none(what: string, { tools }: ModelTurn): never {
  throw new Error(
    `the CLI offers no tool to ${what}, only ${tools.map(({ name }) => name).join(', ')}; to call one that isn't offered, answer {tool, input}`,
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
