/**
 * Smooth weighted round-robin: returns a function that names the next target. Over any run of requests the
 * shares are as near to the weights as whole requests allow, and a target's turns are spread evenly.
 */
export function weightedChoice(targets) {
  const turns = targets.filter((target) => target.weight > 0).map((target) => ({ target, credit: 0 }));
  const total = turns.reduce((sum, { target }) => sum + target.weight, 0);
  return () => {
    let best;
    for (const turn of turns) {
      turn.credit += turn.target.weight;
      if (!best || turn.credit > best.credit) best = turn;
    }
    if (best) best.credit -= total;
    return best?.target;
  };
}
