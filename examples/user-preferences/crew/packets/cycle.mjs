/** What Baton measured at a checkpoint, in words. */
function measured({ checks }) {
  return checks
    .map(({ name, passed, tests }) => {
      const counts = tests ? ` (${tests.passing} of ${tests.total} tests pass)` : '';
      return `${name} ${passed ? 'passes' : 'fails'}${counts}`;
    })
    .join(', ');
}

/**
 * One part of a test-first cycle: writes files, then has Baton commit and measure them. A rework of what is
 * there already only writes: Baton may be in the middle of a rebase, and measures the outcome itself.
 */
export async function cycle({ baton, session, task, rework }, name, { message, percent, work }) {
  await session.step(`${name}: write`, work);
  if (rework) return;
  const run = task.checks.includes('test') ? ['test'] : [];
  return session.step(`${name}: measure`, async () => {
    const answer = await baton.checkpoint(message, run);
    baton.progress(`${message.split(':')[0]}: ${measured(answer) || 'committed'}`, percent);
    return { passed: answer.checks.every(({ passed }) => passed) };
  });
}
