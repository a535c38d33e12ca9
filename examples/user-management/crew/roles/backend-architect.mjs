/** Packets that a dependency without a name is on, as this crew reads the packets of the example. */
const MEANT = { 'tests-users': ['db-users', 'api-users'] };

/** Minutes, in proportion to each other: the longest chain goes first. */
const SIZES = { 'db-users': 25, 'api-users': 40, 'tests-users': 45, permissions: 30 };

/** A person gave the packets: what they left open is filled in, what they wrote is never overruled. */
export async function backendArchitect({ task, tree, session, progress }) {
  const { given } = task;
  const ids = given.map(({ id }) => id);
  const unknown = ids.filter((id) => !(id in SIZES));
  if (given.length === 0 || unknown.length > 0)
    return {
      status: 'failed',
      reason: `The scripted crew designs nothing: start with the packets in packets/. It can build ${Object.keys(SIZES).join(', ')}${unknown.length > 0 ? `, not ${unknown.join(', ')}` : ''}.`,
    };
  await session.step('document', () => tree.lay('design'));
  const filled = given.filter(({ id, dependencies }) => id in MEANT && dependencies.length === 0);
  progress(`named what was left open: ${filled.map(({ id }) => id).join(', ') || 'nothing'}`, 80);
  return {
    status: 'done',
    summary: `Scripted: the packets are the person's own${filled.length > 0 ? '; filled in what tests-users waits for softly' : ''}.`,
    decisions: filled.map(({ id }) => `${id} depends softly on ${meant(id, ids).join(' and ')}`),
    constraints: ['Requests without an acting user go on as before'],
    pendingActions: given.map(({ objective }) => objective),
    dataModel: { tables: ['users', 'roles', 'user_roles'] },
    packets: given.map((packet) => ({
      ...packet,
      size: SIZES[packet.id],
      ...(filled.includes(packet) && {
        dependencies: meant(packet.id, ids).map((id) => ({ packet: id, type: 'soft' })),
      }),
    })),
  };
}

const meant = (id, ids) => MEANT[id].filter((other) => ids.includes(other));
