import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { prettifyError, ZodError } from 'zod';
import { anthropicMessages } from './anthropic-messages.ts';
import { answerAside, sideAnswer } from './asides.ts';
import { gemini } from './gemini.ts';
import type { ModelAnswer, ModelTurn, Script } from './model-turn.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import { sendAndDrop, sendFailure, sendForEver, sendReply } from './sending.ts';
import { choose } from './tool-choice.ts';
import { Turns } from './turns.ts';
import type { ReadRequest, Reply, WireFormat, WireRequest } from './wire-format.ts';

const formats: readonly WireFormat[] = [anthropicMessages, openaiResponses, openaiChat, gemini];

/** One HTTP request, as it came. */
export interface LoggedRequest extends WireRequest {
  /** When it had come whole, in milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  /** What the script was asked; absent for what the server answers by itself. */
  readonly turn?: ModelTurn;
  /** What the script answered, as soon as it did. */
  answer?: ModelAnswer;
  /** Why it could not be answered: the request isn't of its format, the script threw. */
  failure?: string;
}

/** A model API on this machine whose every answer comes from a test's function. */
export class ScriptedModel {
  /** Every request so far, oldest first. */
  readonly requests: LoggedRequest[] = [];
  readonly #script: Script;
  readonly #server: Server;
  readonly #closing = new AbortController();
  readonly #turns = new Turns();
  #replies = 0;

  private constructor(script: Script) {
    this.#script = script;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: Error) => {
        // A client that went away has nobody to tell.
        if (!response.destroyed) response.destroy(error);
      });
    });
    // CLIs keep connections while an agent works, and take one that was closed under them for an outage.
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
  }

  /** Starts on a free port of 127.0.0.1. */
  static async start(script: Script): Promise<ScriptedModel> {
    const model = new ScriptedModel(script);
    model.#server.listen(0, '127.0.0.1');
    await once(model.#server, 'listening');
    return model;
  }

  /** `http://127.0.0.1:<port>`, without a path. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What the script was asked, oldest first. */
  get turns(): ModelTurn[] {
    return this.requests.flatMap(({ turn }) => (turn === undefined ? [] : [turn]));
  }

  /** Cuts every connection, answered or not, and frees the port. */
  async close(): Promise<void> {
    this.#closing.abort();
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path } = new URL(request.url ?? '/', this.url);
    const method = request.method ?? 'GET';
    const body = method === 'POST' ? await json(request) : undefined;
    const entry: LoggedRequest = { at: Date.now(), method, path, headers: request.headers, body };
    const format = method === 'POST' ? formats.find((one) => one.matches(path)) : undefined;
    if (format === undefined) {
      this.requests.push(entry);
      return answerAside(entry, response);
    }
    const read = readAs(format, entry);
    if (typeof read === 'string') return this.#refuse(entry, response, format, read);
    const reply = this.#reply(read);
    // Titles, summaries and the like come without tools: no agent's turn.
    if (read.tools.length === 0) {
      this.requests.push(entry);
      return sendReply(response, format, { ...reply, text: sideAnswer(read) }, read.stream);
    }
    const turn = this.#turns.of(format, read, this.#gone(response));
    const logged = { ...entry, turn };
    this.requests.push(logged);
    await this.#answer(logged, turn, response, format, reply);
  }

  async #answer(
    entry: LoggedRequest,
    turn: ModelTurn,
    response: ServerResponse,
    format: WireFormat,
    reply: Reply,
  ): Promise<void> {
    const { stream, signal, model } = turn;
    try {
      const answer = await this.#script(turn);
      entry.answer = answer;
      if (signal.aborted || 'hang' in answer) return;
      if ('status' in answer) return sendFailure(response, format, { ...answer, model });
      if ('drop' in answer) return sendAndDrop(response, format, reply, stream);
      if ('endless' in answer) return await sendForEver(response, format, reply, { stream, signal });
      const { text, tool: name, input } = choose(answer, turn);
      const freeform = turn.tools.some((one) => one.name === name && one.inputSchema === undefined);
      const said = {
        ...reply,
        ...(text === undefined ? {} : { text }),
        ...(name === undefined ? {} : { call: { id: reply.id, name, input, freeform } }),
        usage: { ...reply.usage, ...answer.usage },
      };
      sendReply(response, format, said, stream);
    } catch (error) {
      if (response.headersSent) throw error;
      this.#refuse(entry, response, format, String(error));
    }
  }

  /** An error that no CLI tries again: a test that is wrong must end. */
  #refuse(entry: LoggedRequest, response: ServerResponse, format: WireFormat, failure: string): void {
    entry.failure = failure;
    if (!this.requests.includes(entry)) this.requests.push(entry);
    sendFailure(response, format, { status: 400, message: `scripted model: ${failure}`, model: '' });
  }

  #reply({ model }: ReadRequest): Reply {
    const usage = { inputTokens: 100, outputTokens: 20, cachedInputTokens: 0 };
    return { id: `scripted_${++this.#replies}`, model, usage };
  }

  /** Aborted when the client hangs up before it has the whole answer, and when the server closes. */
  #gone(response: ServerResponse): AbortSignal {
    const gone = new AbortController();
    response.once('close', () => response.writableFinished || gone.abort());
    return AbortSignal.any([gone.signal, this.#closing.signal]);
  }
}

/** What it says, or what is wrong with it. */
function readAs(format: WireFormat, request: WireRequest): ReadRequest | string {
  try {
    return format.read(request);
  } catch (error) {
    const why = error instanceof ZodError ? prettifyError(error) : String(error);
    return `this is no request of ${format.name}: ${why}`;
  }
}
