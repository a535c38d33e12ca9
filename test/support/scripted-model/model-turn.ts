/** What a script gets and answers: the same whichever wire format the agent CLI speaks. */

export type FormatName = 'anthropic-messages' | 'openai-responses' | 'openai-chat' | 'gemini';

/** A call that the model made. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** Parsed where the format sends JSON as text; the text itself where that is no JSON. */
  readonly input: unknown;
}

/** What the CLI answered to a call. */
export interface ToolResult {
  /** Of the call. */
  readonly id: string;
  readonly text: string;
  /** Only where the format says it. */
  readonly isError?: boolean;
}

export interface ModelMessage {
  readonly role: 'user' | 'assistant';
  readonly text?: string;
  readonly toolCalls?: readonly ToolCall[];
  readonly toolResults?: readonly ToolResult[];
}

export interface ToolOffer {
  readonly name: string;
  /** JSON schema of its input; absent where its input is free text. */
  readonly inputSchema?: unknown;
}

/** One request of an agent CLI that the script has to answer. */
export interface ModelTurn {
  readonly format: FormatName;
  /**
   * Which request of its conversation it is, from 1: one more than the model's answers in it. A request that is
   * sent again has the same number; a resumed session goes on counting.
   */
  readonly number: number;
  /** How often this very request has come by now, from 1. */
  readonly attempt: number;
  readonly model: string;
  /** Whether the answer has to be a stream of events. */
  readonly stream: boolean;
  /** System prompt and developer messages. */
  readonly system: string;
  /** The whole conversation, oldest first. */
  readonly messages: readonly ModelMessage[];
  /** The last words of the user, without what the CLI adds in the user's name. */
  readonly lastUserText: string;
  readonly tools: readonly ToolOffer[];
  /** The JSON schema that the final answer has to meet; absent: none was asked for. */
  readonly outputSchema?: unknown;
  /** As sent, without `Bearer`. */
  readonly apiKey?: string;
  /** The agent's folder, where the CLI tells it to the model. */
  readonly cwd?: string;
  /** Aborted when the client hangs up before it has the whole answer, and when the server closes. */
  readonly signal: AbortSignal;
}

export interface ModelUsage {
  /** Tokens of the prompt, those from the cache included. Default 100. */
  readonly inputTokens?: number;
  /** Default 20. */
  readonly outputTokens?: number;
  /** How many of `inputTokens` came from the cache. Default 0. */
  readonly cachedInputTokens?: number;
}

/** How the provider can fail. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 429 | 500 | 503 | 529;

interface Said {
  readonly usage?: ModelUsage;
}

interface Called extends Said {
  /** Text in front of the call, in the same answer. */
  readonly says?: string;
}

export type ModelAnswer =
  /** The final answer of the turn. */
  | ({ readonly text: string } & Said)
  /** A shell command, by whichever tool the CLI offers for that. */
  | ({ readonly shell: string } & Called)
  /** A file, by the CLI's tool for writing, else by its shell. `cwd`: what `path` is relative to; default the turn's. */
  | ({ readonly write: { readonly path: string; readonly content: string }; readonly cwd?: string } & Called)
  /** A call as it is, whether that tool is offered or not. */
  | ({ readonly tool: string; readonly input: unknown } & Called)
  /**
   * A JSON value as the final answer, in the way that was asked for: by Claude's tool `StructuredOutput`; as the
   * text where an output schema was sent; else in a `json` fence.
   */
  | ({ readonly structured: unknown } & Said)
  /** The provider's error of that status, in its own form. */
  | {
      readonly status: ErrorStatus;
      /** Default: what the provider says. */
      readonly message?: string;
      /** Sent as `retry-after`, and in the body where the provider does that. */
      readonly retryAfterSeconds?: number;
    }
  /** Begins to answer, then cuts the connection. */
  | { readonly drop: true }
  /** Never answers. */
  | { readonly hang: true }
  /** Text for ever. */
  | { readonly endless: true };

export type Script = (turn: ModelTurn) => ModelAnswer | Promise<ModelAnswer>;
