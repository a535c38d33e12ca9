/** Baton's side of the conversation: `lines` is its input, `send` writes an event. */
export function connect(lines, send) {
  const receive = async () => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error('Baton closed the conversation');
      if (value.trim() !== '') return JSON.parse(value);
    }
  };
  return {
    task: receive,
    session: (id) => send({ type: 'session', id }),
    progress: (note, percent) => send({ type: 'progress', note, ...(percent !== undefined && { percent }) }),
    // Totals of the session, so they stay zero however often it is resumed.
    usage: () => send({ type: 'usage', inputTokens: 0, outputTokens: 0, costUsd: 0 }),
    result: (result) => send({ type: 'result', result }),
    /** Has Baton commit the tree and run checks; resolves to its answer. */
    async checkpoint(message, run = []) {
      send({ type: 'checkpoint', message, run });
      const answer = await receive();
      if (answer.type !== 'checkpoint')
        throw new Error(`expected the answer to a checkpoint, got ${answer.type}`);
      return answer;
    },
  };
}
