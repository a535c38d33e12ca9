/** Seconds, user and system, of all that a shell has run, from what its `times` prints: itself first, then its children. */
export function secondsIn(times: string): number {
  const children = times.trim().split('\n').at(-1) ?? '';
  const [user, system] = children.split(/\s+/).map((each) => {
    const [, minutes, seconds] = /^(\d+)m([\d.,]+)s$/.exec(each) ?? [];
    return Number(minutes) * 60 + Number(seconds?.replace(',', '.'));
  });
  const total = (user ?? Number.NaN) + (system ?? Number.NaN);
  if (Number.isNaN(total)) throw new TypeError(`no times: ${times}`);
  return total;
}
