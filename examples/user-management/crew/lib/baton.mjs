import { createInterface } from 'node:readline';

/** Baton's side of the conversation: a JSON object a line. */
export function connect(input, output) {
  const reader = createInterface({ input });
  const lines = reader[Symbol.asyncIterator]();
  const send = (event) => output.write(`${JSON.stringify(event)}\n`);
  async function receive() {
    const { value, done } = await lines.next();
    if (done) throw new Error('Baton closed the conversation');
    return JSON.parse(value);
  }
  return {
    task: receive,
    send,
    close: () => reader.close(),
    progress: (note, percent) => send({ type: 'progress', note, ...(percent !== undefined && { percent }) }),
    /** Has Baton commit the tree and run the tests; resolves to what it measured. */
    async measure(message) {
      send({ type: 'checkpoint', message, run: ['test'] });
      const { checks } = await receive();
      const { passed, tests, failing } = checks[0];
      const words = tests ? `${tests.passing} of ${tests.total} tests pass` : `the tests do not run`;
      return { passed, failing, words };
    },
  };
}
