// An agent of the Agent Client Protocol that does what its first argument says (JSON, see Script):
//   node test/support/acp-agent.mjs '{"steps":[{"say":"hello"},{"result":{"status":"done","summary":"ok"}}]}'
// Sessions are kept in its HOME, and what Baton asked and answered is noted there in acp-agent.jsonl.
import { execSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { agent, methods, ndJsonStream, PROTOCOL_VERSION, RequestError } from '@agentclientprotocol/sdk';

/**
 * @typedef {object} Script
 * @property {readonly object[]} steps what a prompt makes it do, see `acts`; with an `answer` step the turn ends
 * @property {'load' | 'late-load' | 'resume'} [goesOn] how sessions are gone on with; `late-load` says that a session
 *   is loaded before it has told its history. Default: not at all
 * @property {'option' | 'method'} [models] how a model is chosen; it knows `small` and `large`. Default: not at all
 * @property {readonly object[]} [authMethods] it wants a login; only the method `good-api-key` is enough
 * @property {number} [protocol] the version it speaks. Default: the SDK's
 * @property {boolean} [stays] doesn't end when its input ends
 */
/** @type {Script} */
const script = JSON.parse(process.argv[2] ?? '{"steps":[]}');
const home = process.env.HOME ?? '.';
const note = (entry) => appendFileSync(path.join(home, 'acp-agent.jsonl'), `${JSON.stringify(entry)}\n`);
const fileOf = (id) => path.join(home, 'sessions', `${path.basename(id)}.json`);

let loggedIn = script.authMethods === undefined;
/** The open session. */
let session;

function save() {
  mkdirSync(path.join(home, 'sessions'), { recursive: true });
  writeFileSync(fileOf(session.id), JSON.stringify(session));
}

const models = ['small', 'large'];
const opened = () => ({
  ...(script.models === 'option' && {
    configOptions: [
      {
        id: 'which-model',
        name: 'Model',
        category: 'model',
        type: 'select',
        currentValue: 'small',
        options: models.map((value) => ({ value, name: value })),
      },
    ],
  }),
  ...(script.models === 'method' && {
    models: {
      currentModelId: 'small',
      availableModels: models.map((modelId) => ({ modelId, name: modelId })),
    },
  }),
});

function chosen(model) {
  note({ model });
  if (!models.includes(model)) throw RequestError.invalidParams(undefined, `there is no model ${model}`);
}

const update = (client, what, sessionId = session.id) =>
  client.notify(methods.client.session.update, { sessionId, update: what });
const text = (kind, words, id) => ({
  sessionUpdate: kind,
  content: { type: 'text', text: words },
  ...(id && { messageId: id }),
});

/** What a step does, by its one key; an answer other than undefined ends the turn. */
const acts = {
  /** Text in pieces: `{ say: 'hello', pieces: 3, id: 'm-1' }`. */
  async say({ say, pieces = 1, id }, client) {
    const size = Math.ceil(say.length / pieces);
    for (let at = 0; at < say.length; at += size)
      await update(client, text('agent_message_chunk', say.slice(at, at + size), id));
    session.history.push(text('agent_message_chunk', say));
    save();
  },
  result: ({ result }, client) =>
    acts.say({ say: `Here it is.\n\`\`\`json\n${JSON.stringify(result)}\n\`\`\`` }, client),
  think: ({ think }, client) => update(client, text('agent_thought_chunk', think)),
  /** Of another session: `{ update: …, of: 'its-id' }`. */
  update: ({ update: what, of }, client) => update(client, what, of),
  /** Through Baton. */
  async write({ write }, client) {
    await client
      .request(methods.client.fs.writeTextFile, { ...write, sessionId: session.id })
      .then(() => note({ wrote: write.path }))
      .catch((error) => note({ refused: write.path, message: error.message }));
  },
  /** By itself. */
  file: ({ file }) => writeFileSync(path.join(session.cwd, file.path), file.content),
  shell: ({ shell }) => note({ shell, output: execSync(shell, { cwd: session.cwd, encoding: 'utf8' }) }),
  async ask({ ask, options = ['allow_always', 'allow_once', 'reject_once'] }, client) {
    const { outcome } = await client.request(methods.client.session.requestPermission, {
      sessionId: session.id,
      toolCall: { toolCallId: `ask-${ask.title}`, ...ask },
      options: options.map((kind) => ({ optionId: kind, name: kind, kind })),
    });
    note({ asked: ask.title, outcome });
  },
  /** A process that outlives it; its pid is the content of `leaves.pid`. */
  leave: () =>
    writeFileSync(
      path.join(session.cwd, 'leaves.pid'),
      `${spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).pid}\n`,
    ),
  /** What is no message. The SDK's next one would be lost while this waits in the pipe (Node's `Writable.toWeb`). */
  print: ({ print, times = 1 }) =>
    new Promise((resolve) => process.stdout.write(print.repeat(times), () => resolve())),
  complain: ({ complain }) => void process.stderr.write(complain),
  stop: ({ stop }) => ({ stopReason: stop }),
  fail({ fail: { code, message, data } }) {
    throw new RequestError(code, message, data);
  },
  hang: () => new Promise(() => {}),
  exit: ({ exit }) => process.exit(exit),
};

const tellHistory = async (client) => {
  for (const what of session.history) {
    await update(client, what);
    // In pieces over some time, as an agent does that reads it from a file.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

function goOn({ params, client }) {
  note({ goesOn: params.sessionId });
  if (!existsSync(fileOf(params.sessionId))) throw RequestError.internalError({ details: 'file is gone' });
  session = JSON.parse(readFileSync(fileOf(params.sessionId), 'utf8'));
  return client;
}

agent({ name: 'scripted' })
  .onRequest(methods.agent.initialize, ({ params }) => {
    note({ initialize: params });
    return {
      protocolVersion: script.protocol ?? PROTOCOL_VERSION,
      agentInfo: { name: 'scripted', version: '1.2.3' },
      authMethods: script.authMethods ?? [],
      agentCapabilities: {
        loadSession: script.goesOn?.endsWith('load') ?? false,
        ...(script.goesOn === 'resume' && { sessionCapabilities: { resume: {} } }),
      },
    };
  })
  .onRequest(methods.agent.authenticate, ({ params: { methodId } }) => {
    note({ login: methodId });
    if (methodId !== 'good-api-key') throw RequestError.authRequired();
    loggedIn = true;
  })
  .onRequest(methods.agent.session.new, ({ params }) => {
    if (!loggedIn) throw RequestError.authRequired(undefined, 'no key was found');
    note({ opened: params });
    session = { id: randomUUID(), cwd: params.cwd, history: [] };
    save();
    return { sessionId: session.id, ...opened() };
  })
  .onRequest(methods.agent.session.resume, (request) => {
    goOn(request);
    return opened();
  })
  .onRequest(methods.agent.session.load, async (request) => {
    const telling = tellHistory(goOn(request));
    if (script.goesOn !== 'late-load') await telling;
    return opened();
  })
  .onRequest(methods.agent.session.setConfigOption, ({ params }) => {
    chosen(params.value);
    return { configOptions: opened().configOptions };
  })
  .onRequest(
    'session/set_model',
    (params) => params,
    ({ params }) => {
      chosen(params.modelId);
      return {};
    },
  )
  .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
    const words = params.prompt.map((part) => part.text).join('\n');
    note({ prompt: words });
    session.history.push(text('user_message_chunk', words));
    for (const step of script.steps) {
      const [name] = Object.keys(step);
      const ended = await acts[name](step, client);
      if (ended !== undefined) return ended;
    }
    return { stopReason: 'end_turn' };
  })
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));

if (script.stays) setInterval(() => {}, 1000);
