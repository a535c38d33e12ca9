import type { IncomingHttpHeaders } from 'node:http';
import type { ErrorStatus, FormatName, ModelMessage, ToolCall, ToolOffer } from './model-turn.ts';

export interface WireRequest {
  /** Without the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** What a request says, whatever its format. */
export interface ReadRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly system: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ToolOffer[];
  readonly outputSchema?: unknown;
  readonly apiKey?: string | undefined;
  /** The CLI's name for the conversation, where it sends one. */
  readonly session?: string | undefined;
}

export interface Reply {
  /** Unique in this server. */
  readonly id: string;
  readonly model: string;
  readonly text?: string;
  /** `freeform`: its input is text, not JSON. */
  readonly call?: ToolCall & { readonly freeform: boolean };
  readonly usage: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly cachedInputTokens: number;
  };
}

/** One server-sent event; `data` is sent as JSON, a string as it is. */
export interface StreamEvent {
  readonly event?: string;
  readonly data: unknown;
}

export interface Failure {
  readonly status: ErrorStatus;
  readonly message?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly model: string;
}

/** A wire format as pure functions; the server does the sending. */
export interface WireFormat {
  readonly name: FormatName;
  /** Whether a POST to this path is a request for an answer in this format. */
  matches(path: string): boolean;
  /** @throws ZodError where the body isn't of this format. */
  read(request: WireRequest): ReadRequest;
  /** The whole answer as one document. */
  whole(reply: Reply): unknown;
  /** The whole answer as events. */
  events(reply: Reply): StreamEvent[];
  /** The events before the first piece of text of a streamed answer. */
  opening(reply: Reply): StreamEvent[];
  /** A piece of text after `opening`. */
  piece(reply: Reply, text: string): StreamEvent;
  /** The body of an error response. */
  failure(failure: Failure): unknown;
}
