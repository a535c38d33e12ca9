/** Of a message: what was said last tells. Keeps the patterns cheap whatever an agent prints. */
const LOOKED_AT = 4000;
const WISH =
  '(?:try(?:ing)? again|retry(?:ing)?|retry.?delay|resets?|wait(?:ing)?|available|sleep(?:ing)?|back(?:ing)? off|until|resume[sd]?)';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const LENGTH =
  /(\d+(?:\.\d+)?|\b(?:an?|one)\b)\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)\b/gi;
const LENGTHS = new RegExp(
  `${WISH}[^\\d\\n]{0,30}?((?:(?:[\\d.]+\\s*|\\b(?:an?|one)\\s+)[a-z]+[\\s,]*(?:and\\s+)?)+)`,
  'gi',
);
/** The header, in seconds if it names no unit, as fields and words that are made of it. */
const HEADER =
  /retry[-_ ]?after(?:[-_ ]?(ms|milli\w*|s|sec\w*))?["']?\s*[:=]?\s*["']?(\d+(?:\.\d+)?)(?![\d.:-]|\s*[a-z])/i;
const CLOCK_LENGTH = new RegExp(`${WISH}[^\\d\\n]{0,30}\\bin\\s+(\\d{1,3}):(\\d\\d):(\\d\\d)\\b`, 'i');
const DATE = new RegExp(
  `(?:${WISH}|retry.?after)[^\\d\\n]{0,40}(\\d{4}-\\d\\d-\\d\\d)[T ](\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?)\\s*(Z|UTC|GMT|[+-]\\d\\d:?\\d\\d)?`,
  'i',
);
const HTTP_DATE = /retry.?after[^\d\n]{0,10}(?:[a-z]{3},\s*)(\d\d [a-z]{3} \d{4} \d\d:\d\d:\d\d GMT)/i;
const CLOCK = new RegExp(
  `${WISH}[^\\d\\n]{0,30}?(\\d{1,2})(?::(\\d\\d)(?::(\\d\\d))?)?\\s*([ap])?\\.?(?:m\\b\\.?)?\\s*\\(?(UTC|GMT|Z\\b|[A-Z][A-Za-z]+/[A-Z][A-Za-z_/]+)?`,
  'i',
);
/** Seconds or milliseconds since 1970. */
const EPOCH = /(?:reset\w*|until|retry\w*|\|)[^\d\n]{0,20}(\d{10}|\d{13})\b/i;
const DAY_MS = 86_400_000;
/** An epoch that is further away isn't one. */
const FARTHEST_MS = 60 * DAY_MS;
/** A time of day that is past by so little isn't tomorrow's: the message took a while. */
const JUST_PAST_MS = 5 * 60_000;

/**
 * How long a message asks to wait, in milliseconds from `now`: "try again in 1 m 20 s", "429, retry in 37m", "retryDelay: 7s",
 * "Retry-After: 120", "resets at 14:30", "resets 3pm (Europe/Berlin)", "until 2026-01-31T10:00:00Z". 0 if the time has come.
 * A time of day without a zone is that of this machine.
 */
export function retryAfterIn(message: string, now = Date.now()): number | undefined {
  const text = message.slice(-LOOKED_AT);
  const until = (at: number | undefined) => (at === undefined ? undefined : Math.max(0, at - now));
  return (
    lengthIn(text) ??
    headerIn(text) ??
    clockLengthIn(text) ??
    until(dateIn(text)) ??
    until(epochIn(text, now)) ??
    until(clockIn(text, now))
  );
}

function lengthIn(text: string): number | undefined {
  for (const [, asked = ''] of text.matchAll(LENGTHS)) {
    const parts = [...asked.matchAll(LENGTH)];
    if (parts.length === 0) continue;
    return Math.round(
      parts.reduce((sum, [, count = '', unit = 's']) => sum + countOf(count) * unitMs(unit), 0),
    );
  }
  return undefined;
}

const countOf = (text: string): number => (/\d/.test(text) ? Number.parseFloat(text) : 1);

const unitMs = (unit: string): number => {
  const key = unit.toLowerCase() === 'ms' || /^milli/i.test(unit) ? 'ms' : unit.charAt(0).toLowerCase();
  return UNITS[key] ?? 0;
};

function headerIn(text: string): number | undefined {
  const [, unit = 's', count] = HEADER.exec(text) ?? [];
  return count === undefined ? undefined : Math.round(Number(count) * unitMs(unit));
}

function clockLengthIn(text: string): number | undefined {
  const [, hours, minutes, seconds] = CLOCK_LENGTH.exec(text) ?? [];
  if (hours === undefined) return undefined;
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}

function dateIn(text: string): number | undefined {
  const http = HTTP_DATE.exec(text)?.[1];
  const [, day, time, zone = ''] = DATE.exec(text) ?? [];
  const named = /^(?:UTC|GMT)$/i.test(zone) ? 'Z' : zone;
  const at = Date.parse(http ?? (day === undefined ? '' : `${day}T${time}${named}`));
  return Number.isNaN(at) ? undefined : at;
}

function epochIn(text: string, now: number): number | undefined {
  const digits = EPOCH.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const at = digits.length === 10 ? Number(digits) * 1000 : Number(digits);
  return Math.abs(at - now) < FARTHEST_MS ? at : undefined;
}

function clockIn(text: string, now: number): number | undefined {
  const [, hour, minute, second = '0', half, zone] = CLOCK.exec(text) ?? [];
  if (hour === undefined || (minute === undefined && half === undefined)) return undefined;
  const given = Number(hour);
  const hours = half === undefined ? given : (given % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  if (hours > 23 || Number(minute ?? 0) > 59 || Number(second) > 59) return undefined;
  const passed = sinceMidnight(now, zone);
  if (passed === undefined) return undefined;
  const wanted = (hours * 3600 + Number(minute ?? 0) * 60 + Number(second)) * 1000;
  const away = wanted - passed;
  return now + (away < -JUST_PAST_MS ? away + DAY_MS : away);
}

/** How late it is in a zone, in milliseconds; undefined: there is no such zone. */
function sinceMidnight(now: number, zone: string | undefined): number | undefined {
  const named = zone === undefined ? {} : { timeZone: /^(?:Z|GMT)$/i.test(zone) ? 'UTC' : zone };
  try {
    const parts = new Intl.DateTimeFormat('en-GB', {
      ...named,
      hourCycle: 'h23',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(now);
    const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
    return (part('hour') * 3600 + part('minute') * 60 + part('second')) * 1000;
  } catch {
    return undefined;
  }
}
