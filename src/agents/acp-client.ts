import { lstat, mkdir, realpath, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import {
  type AnyMessage,
  type ClientApp,
  client,
  methods,
  type PermissionOptionKind,
  RequestError,
  type RequestPermissionRequest,
  type Stream,
} from '@agentclientprotocol/sdk';
import { agentOutput } from './agent-output.ts';
import type { AgentStreams } from './agent-process.ts';
import { field, listOf, textOf } from './cli-process.ts';
import { LineSplitter } from './line-splitter.ts';

/** A message may hold a file, before and after its change; one that is longer is dropped. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** A longer text that Baton sends isn't kept with the message: it is the prompt, which is kept as such. */
const KEPT_TEXT_LENGTH = 2000;

interface Ears {
  /** The parameters of `session/update`. */
  update(params: unknown): Promise<void>;
  /** The parameters of `session/request_permission`, before it is answered. */
  permission(params: unknown): Promise<void>;
  /** A line that is no message. */
  log(text: string): void;
}

/**
 * The agent's standard streams as the SDK wants them. Updates are heard in their order and before any later message
 * is passed on, so that an answer to a prompt finds everything said that was told before it.
 *
 * @returns the stream, and `read`, which resolves when the output ended and throws what `ears` threw
 */
export function wireOf(
  streams: AgentStreams,
  ears: Ears,
): { readonly stream: Stream; read(): Promise<void> } {
  let incoming: ReadableStreamDefaultController<AnyMessage> | undefined;
  const stream: Stream = {
    readable: new ReadableStream<AnyMessage>({
      start: (controller) => {
        incoming = controller;
      },
      cancel: () => {
        incoming = undefined;
      },
    }),
    writable: new WritableStream<AnyMessage>({
      write: (message) => {
        streams.raw(JSON.stringify({ sent: message }, (_key, value: unknown) => withoutLong(value)));
        streams.write(`${JSON.stringify(message)}\n`);
      },
    }),
  };
  const hear = async (text: string, cut: boolean): Promise<void> => {
    streams.conversation.countLine();
    if (cut) return streams.note(`a message of more than ${MAX_MESSAGE_BYTES} bytes was dropped`);
    const message = messageIn(text);
    if (message === undefined) {
      if (text.trim() !== '') ears.log(text);
      return streams.report(agentOutput.alive);
    }
    const params = field(message, 'params');
    if (message.method === methods.client.session.update) return ears.update(params);
    streams.raw(text);
    if (message.method === methods.client.session.requestPermission) await ears.permission(params);
    // Notifications other than updates are meant for people.
    if (message.id !== undefined) incoming?.enqueue(message as unknown as AnyMessage);
  };
  const read = async () => {
    const lines = new LineSplitter(MAX_MESSAGE_BYTES);
    try {
      for await (const chunk of streams.output)
        for (const { text, cut } of lines.push(chunk)) await hear(text, cut);
      for (const { text, cut } of lines.end()) await hear(text, cut);
    } catch (error) {
      // The pipe was closed from here: what it held is read.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    } finally {
      incoming?.close();
    }
  };
  return { stream, read };
}

/** Left out, not cut: half of a secret would not be found any more. */
const withoutLong = (value: unknown): unknown =>
  typeof value === 'string' && value.length > KEPT_TEXT_LENGTH ? `(${value.length} characters)` : value;

type Message = Readonly<Record<string, unknown>>;

function messageIn(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return textOf(value, 'jsonrpc') === '2.0' ? (value as Message) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Baton's side of the protocol: nobody is there to be asked, so what stays in the worktree is allowed, and what names
 * a place outside of it is refused. Only writing is offered: agents run in the worktree and read there by themselves,
 * and Gemini CLI 0.61 can create no file where it has to ask the client whether there is one.
 *
 * @param refused - told of everything that was refused, in words that the agent can read
 */
export function batonClient(cwd: string, refused: (what: string) => void): ClientApp {
  return client({ name: 'baton' })
    .onRequest(methods.client.session.requestPermission, async ({ params }) => {
      const outside = await outsideOf(cwd, params.toolCall);
      if (outside !== undefined)
        refused(
          `${params.toolCall.title ?? 'a tool'}: it names ${outside}, which is outside of the worktree`,
        );
      // Once, not always: an agent would keep "always" in its settings, and not ask again with another path.
      const kinds = outside === undefined ? ALLOW : REJECT;
      const option = kinds.map((kind) => params.options.find((one) => one.kind === kind)).find(Boolean);
      return {
        outcome:
          option === undefined
            ? { outcome: 'cancelled' as const }
            : { outcome: 'selected' as const, optionId: option.optionId },
      };
    })
    .onRequest(methods.client.fs.writeTextFile, async ({ params: { path, content } }) => {
      const place = await placeIn(cwd, path);
      if (place === undefined) {
        const why = `writing ${path}: it is outside of the worktree`;
        refused(why);
        throw RequestError.invalidParams(undefined, `${why}, which is ${cwd}`);
      }
      await mkdir(dirname(place), { recursive: true });
      await writeFile(place, content);
      return {};
    });
}

const ALLOW: readonly PermissionOptionKind[] = ['allow_once', 'allow_always'];
const REJECT: readonly PermissionOptionKind[] = ['reject_once', 'reject_always'];

/** The first path outside of the worktree that a tool call names, if there is one. */
async function outsideOf(
  cwd: string,
  { locations, content, rawInput }: RequestPermissionRequest['toolCall'],
): Promise<string | undefined> {
  const paths = [
    ...listOf(locations).map((location) => textOf(location, 'path')),
    ...listOf(content).map((part) => (textOf(part, 'type') === 'diff' ? textOf(part, 'path') : '')),
    ...Object.entries(rawInput ?? {}).map(([key, value]) =>
      PATH_KEY.test(key) && typeof value === 'string' ? value : '',
    ),
  ];
  for (const path of paths) if (path !== '' && (await placeIn(cwd, path)) === undefined) return path;
  return undefined;
}

/** What agents call a path in their tools' input, beside the protocol's own fields. */
const PATH_KEY = /^(?:(?:file|notebook|absolute|target)_?path|path|cwd|directory)$/i;

/** The real place of a path, links followed, or undefined where that isn't in the worktree's own files. */
async function placeIn(cwd: string, path: string): Promise<string | undefined> {
  const root = await realpath(cwd);
  const below: string[] = [];
  for (let at = resolve(root, path); ; at = dirname(at)) {
    const real = await realpath(at).catch(() => undefined);
    if (real !== undefined) {
      const place = join(real, ...below);
      const first = relative(root, place).split(sep)[0];
      return first === '..' || first === '.git' ? undefined : place;
    }
    // A link to what isn't there yet would be followed by writing.
    if ((await lstat(at).catch(() => undefined)) !== undefined) return undefined;
    below.unshift(basename(at));
  }
}
