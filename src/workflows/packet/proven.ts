import type { MergePreparation } from '../../domain/activities.ts';
import type { PacketOutcome } from '../../domain/outcomes.ts';

/** What was measured on the tree that was merged, as the packet's outcome holds it. */
export function provenBy({
  checks,
  criteria = [],
}: Extract<MergePreparation, { kind: 'ready' }>): Pick<
  PacketOutcome,
  'criteria' | 'flaky' | 'changedByChecks'
> {
  const flaky = checks.flatMap(({ name, flaky: names = [] }) => names.map((test) => `${name}: ${test}`));
  const changed = checks.flatMap(({ name, changed: files = [] }) =>
    files.length > 0 ? [[name, files] as const] : [],
  );
  return {
    ...(criteria.length > 0 && {
      criteria: criteria.map(({ text, reason, namedBy = 'agent', heldBefore = false, evidence }) => ({
        text,
        evidence: reason,
        namedBy,
        heldBefore,
        ...(evidence !== undefined && { proof: evidence }),
      })),
    }),
    ...(flaky.length > 0 && { flaky: flaky.slice(0, 20) }),
    ...(changed.length > 0 && { changedByChecks: Object.fromEntries(changed) }),
  };
}
