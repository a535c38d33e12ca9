import { type ClientContext, methods, PROTOCOL_VERSION, RequestError } from '@agentclientprotocol/sdk';
import type { TroubleKind } from '../domain/agent-trouble.ts';
import { VERSION } from '../files/own-package.ts';
import { batonClient, wireOf } from './acp-client.ts';
import { AcpUpdates } from './acp-updates.ts';
import { type AgentOutput, agentOutput } from './agent-output.ts';
import { type AgentProcess, type AgentStreams, type ProcessLimits, runProcess } from './agent-process.ts';
import { kindOfStatus, kindOfWords, troubleOf } from './classify-trouble.ts';
import { endedWith, field, listOf, numberOf, textOf } from './cli-process.ts';
import { finalResult } from './final-result.ts';
import { promptFor } from './prompt.ts';
import type { AgentRunner, AgentRunRequest } from './runner.ts';

const NAME = 'acp';
/** The protocol's own JSON-RPC error: `authenticate` has to come first. */
const AUTH_REQUIRED = -32_000;
/** A line of an agent's log that tells of a failure, and is no line of a stack trace. */
const FAILING = /^(?!\s+at ).*(?:error|fail|retry|exceed|too many)/i;

/** Runs any agent of the Agent Client Protocol, version 1, by its standard streams; see docs/agents.md. */
export const createAcpRunner = (limits: ProcessLimits = {}): AgentRunner => ({
  name: NAME,
  run: (request, host) => runProcess(request, host, () => acpProcess(request), limits),
});
export const acpRunner = createAcpRunner();

function acpProcess(request: AgentRunRequest): AgentProcess {
  const { role, task, cwd } = request;
  if (role.runner !== NAME) throw new Error(`not a role of ${NAME}`);
  const prompt = promptFor(task, 'prompt');
  let lastWords: string[] = [];
  let streams: AgentStreams | undefined;
  let troubled = false;
  const heard = (text: string) => {
    lastWords = [...lastWords, text].slice(-5);
  };
  const passed = (): AgentOutput[] => {
    lastWords = [];
    if (!troubled) return [];
    troubled = false;
    return [{ kind: 'trouble-passed' }];
  };
  return {
    program: role.command,
    prompt,
    async talk(given) {
      streams = given;
      const refused: string[] = [];
      const updates = new AcpUpdates(cwd, (json) => given.raw(json));
      const reportAll = async (outputs: readonly AgentOutput[]) => {
        for (const output of outputs) await given.report(output);
      };
      const { stream, read } = wireOf(given, {
        update: async (params) => reportAll([...passed(), ...updates.read(params)]),
        permission: async (params) => reportAll(updates.asked(field(params, 'toolCall'))),
        log: (text) => {
          heard(text);
          given.log(text);
        },
      });
      const client = batonClient(cwd, (what) => {
        refused.push(what);
        given.note(`refused: ${what}`);
      });
      const { agent, signal } = client.connect(stream);
      const take = async () => {
        try {
          const turn = new Turn(request, agent, updates, given);
          await reportAll(withRefused(await turn.take(prompt), refused));
        } catch (error) {
          if (error instanceof TurnEnd) await reportAll(error.outputs);
          // Where the process ended its exit tells more.
          else if (!signal.aborted) throw error;
        }
      };
      const listen = async () => {
        await read();
        await reportAll(updates.end());
      };
      await Promise.all([listen(), take()]);
    },
    // The protocol has no output for a request that is tried again: without this such a run would only be silent.
    errorLine(text) {
      heard(text);
      const kind = FAILING.test(text) ? kindOfWords(text) : undefined;
      if (kind !== 'rate-limit' && kind !== 'overloaded') return [];
      troubled = true;
      return [agentOutput.trouble(troubleOf(kind, role.command[0] ?? NAME, text))];
    },
    ended({ code }) {
      const { given, trouble } = streams?.conversation ?? {};
      return (given ?? trouble) ? [] : endedWith(role.command[0] ?? NAME, code, lastWords.join('\n'));
    },
  };
}

/** There is no going on with the turn, and this is why. */
class TurnEnd extends Error {
  readonly outputs: readonly AgentOutput[];
  constructor(outputs: readonly AgentOutput[]) {
    super('the turn ended early');
    this.outputs = outputs;
  }
}

/** A run's one turn in a session: everything that Baton asks of the agent. */
class Turn {
  readonly #request: AgentRunRequest;
  readonly #agent: ClientContext;
  readonly #updates: AcpUpdates;
  readonly #streams: Pick<AgentStreams, 'report' | 'note'>;
  /** The agent's name, for messages. */
  #name: string;
  constructor(
    request: AgentRunRequest,
    agent: ClientContext,
    updates: AcpUpdates,
    streams: Pick<AgentStreams, 'report' | 'note'>,
  ) {
    this.#request = request;
    this.#agent = agent;
    this.#updates = updates;
    this.#streams = streams;
    this.#name = request.role.command?.[0] ?? NAME;
  }

  /** @returns what its end means. @throws TurnEnd where it didn't get there */
  async take(prompt: string): Promise<readonly AgentOutput[]> {
    const hello = await this.#initialize();
    const { id, opened } = await this.#open(hello);
    this.#updates.sessionId = id;
    await this.#streams.report(agentOutput.session(id));
    await this.#chooseModel(id, opened);
    const ended = await this.#ask(
      this.#agent.request<unknown>(methods.agent.session.prompt, {
        sessionId: id,
        prompt: [{ type: 'text', text: prompt }],
      }),
      (error) => [agentOutput.fatal(this.#trouble(error, 'overloaded'))],
    );
    return [...this.#updates.end(), endOf(textOf(ended, 'stopReason'), this.#updates.message)];
  }

  async #initialize(): Promise<unknown> {
    const hello = await this.#ask(
      this.#agent.request<unknown>(methods.agent.initialize, {
        protocolVersion: PROTOCOL_VERSION,
        clientCapabilities: { fs: { readTextFile: false, writeTextFile: true }, terminal: false },
        clientInfo: { name: 'baton', title: 'Baton', version: VERSION },
      }),
      (error) => [agentOutput.fatal(this.#trouble(error, 'settings'))],
    );
    const speaks = numberOf(hello, 'protocolVersion');
    this.#name = textOf(hello, 'agentInfo', 'name') || this.#name;
    this.#streams.note(
      `talks with ${this.#name} ${textOf(hello, 'agentInfo', 'version')}, protocol ${speaks ?? 'unknown'}`,
    );
    if (speaks === PROTOCOL_VERSION) return hello;
    throw this.#unfit(
      `its version of the Agent Client Protocol is ${speaks ?? 'not told'}, and Baton's is ${PROTOCOL_VERSION}`,
    );
  }

  async #open(hello: unknown): Promise<{ readonly id: string; readonly opened: unknown }> {
    const { cwd, task } = this.#request;
    const place = { cwd, mcpServers: [] };
    const { resume, load } = methods.agent.session;
    if (task.resume === null) {
      const opened = await this.#ask(
        this.#loggedIn(hello, () => this.#agent.request<unknown>(methods.agent.session.new, place)),
        (error) => [agentOutput.fatal(this.#trouble(error, 'settings'))],
      );
      const id = textOf(opened, 'sessionId');
      if (id === '') throw this.#unfit('it opened no session');
      return { id, opened };
    }
    const id = task.resume.sessionId;
    const abilities = field(hello, 'agentCapabilities');
    const canResume = Boolean(field(abilities, 'sessionCapabilities', 'resume'));
    if (!canResume && field(abilities, 'loadSession') !== true)
      throw new TurnEnd(this.#noSession('it knows neither session/resume nor session/load'));
    const open = (method: string) =>
      this.#loggedIn(hello, () => this.#agent.request<unknown>(method, { ...place, sessionId: id }));
    const { answer, updates } = await this.#ask(
      canResume
        ? open(resume).then((answer) => ({ answer, updates: 0 }))
        : this.#updates.replay(() => open(load)),
      (error) => {
        // Agents say in words of their own, or in none, that there is no such session.
        const kind = kindOf(error);
        return kind === undefined
          ? this.#noSession(wordsOf(error))
          : [agentOutput.fatal(troubleOf(kind, this.#name, wordsOf(error)))];
      },
    );
    if (updates > 0)
      this.#streams.note(`${updates} updates told the session's history, and are not kept here`);
    return { id, opened: answer };
  }

  #noSession(words: string): readonly AgentOutput[] {
    this.#streams.note(`${this.#name} can't go on with the session: ${words}`);
    return [agentOutput.noSession];
  }

  /** Logs in where the agent wants it and it needs nobody: by an API key, which the agent finds in its environment. */
  async #loggedIn<T>(hello: unknown, ask: () => Promise<T>): Promise<T> {
    const refusal = (error: unknown) => {
      if (!(error instanceof RequestError)) throw error;
      return error;
    };
    const first = await ask().then((value) => ({ value }), refusal);
    if ('value' in first) return first.value;
    if (first.code !== AUTH_REQUIRED) throw first;
    for (const method of listOf(hello, 'authMethods')) {
      const methodId = textOf(method, 'id');
      if (!/api.?key/i.test(methodId) || textOf(method, 'type') === 'terminal') continue;
      this.#streams.note(`${this.#name} wants a login: trying "${methodId}"`);
      const answer = await this.#agent
        .request(methods.agent.authenticate, { methodId })
        .then(() => undefined, refusal);
      if (answer === undefined) return await ask();
    }
    throw first;
  }

  /** Of the two ways that agents have for it the one that this agent told of. */
  async #chooseModel(sessionId: string, opened: unknown): Promise<void> {
    const { model } = this.#request.role;
    if (model === undefined) return;
    const option = listOf(opened, 'configOptions').find((one) => textOf(one, 'category') === 'model');
    if (option === undefined && field(opened, 'models') === undefined)
      return this.#streams.note(`${this.#name} lets nobody choose a model: "${model}" is not used`);
    await this.#ask(
      option === undefined
        ? this.#agent.request<unknown>('session/set_model', { sessionId, modelId: model })
        : this.#agent.request<unknown>(methods.agent.session.setConfigOption, {
            sessionId,
            configId: textOf(option, 'id'),
            value: model,
          }),
      (error) => [agentOutput.fatal(troubleOf('unknown-model', this.#name, wordsOf(error)))],
    );
  }

  /** @throws TurnEnd where the agent answered with an error */
  async #ask<T>(answer: Promise<T>, meaning: (error: RequestError) => readonly AgentOutput[]): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw error instanceof RequestError ? new TurnEnd(meaning(error)) : error;
    }
  }

  #unfit(words: string): TurnEnd {
    return new TurnEnd([agentOutput.fatal(troubleOf('settings', this.#name, words))]);
  }

  #trouble(error: RequestError, otherwise: TroubleKind) {
    return troubleOf(kindOf(error) ?? otherwise, this.#name, wordsOf(error));
  }
}

/** By the HTTP status, which is the error's code with some agents; a 5xx says less than words, since it is their default. */
function kindOf(error: RequestError): TroubleKind | undefined {
  if (error.code === AUTH_REQUIRED) return 'not-logged-in';
  const given = ['status', 'statusCode', 'httpStatus'].map((key) => numberOf(error.data, key));
  const kinds = [error.code, ...given].map((status) => kindOfStatus(status));
  return (
    kinds.find((kind) => kind !== undefined && kind !== 'overloaded') ??
    kindOfWords(wordsOf(error)) ??
    kinds.find((kind) => kind !== undefined)
  );
}

function wordsOf({ message, data }: RequestError): string {
  const more = typeof data === 'string' ? data : textOf(data, 'details') || textOf(data, 'message');
  return more === '' ? message : `${message}: ${more}`;
}

const GO_ON = 'Go on from the files as they are, and end with your result.';
/** Why a turn was over before the agent had ended it, in words for the agent. */
const CUT_SHORT: Readonly<Record<string, string>> = {
  max_tokens: `Your last turn was cut off at its limit of tokens. ${GO_ON}`,
  max_turn_requests: `Your last turn was stopped, since it had come to its limit of requests. ${GO_ON}`,
  refusal:
    'You refused to go on. Where the work can\'t be done, end with the status "failed" and your reason, or with "blocked" and a question.',
  cancelled: `Your last turn was broken off. ${GO_ON}`,
};

function endOf(stopReason: string, message: string): AgentOutput {
  const problems = CUT_SHORT[stopReason];
  return problems === undefined
    ? finalResult(message)
    : { kind: 'unreadable', problems, excerpt: message.slice(-2000) };
}

/** An agent that stops at a refusal (opencode does) would run into it again. */
const withRefused = (outputs: readonly AgentOutput[], refused: readonly string[]): readonly AgentOutput[] =>
  outputs.map((output) =>
    output.kind !== 'unreadable' || refused.length === 0
      ? output
      : {
          ...output,
          problems: `${output.problems}\nThis was refused in your last run:\n${[...new Set(refused)].map((what) => `- ${what}`).join('\n')}`,
        },
  );
