/** Characters that are tried in all: on a few mebibytes of log, trying every line would take minutes. */
const MAX_TRIED = 64 * 1024 * 1024;

/**
 * The last JSON object or array of a text that fills whole lines, be it one or many, with log before and
 * after it. Undefined if there is none, or if what ends last is broken: an older document or a part of a
 * broken one would be a wrong answer.
 */
export function lastJsonDocument(text: string): unknown {
  const whole = parsed(text);
  if (whole !== undefined) return whole;
  const lines = text.split(/\r?\n/);
  let tried = 0;
  for (let end = lines.length - 1; end >= 0; end--) {
    const last = lines[end]?.trimEnd() ?? '';
    if (!/[}\]]$/.test(last)) continue;
    const oneLine = parsed(last);
    if (oneLine !== undefined) return oneLine;
    // Where the end stands alone, the document is printed with indents, and its start has the same one.
    const indent = /^(\s*)[}\]]/.exec(last)?.[1];
    for (let start = end - 1; start >= 0 && tried < MAX_TRIED; start--) {
      const line = lines[start] ?? '';
      if (!/^\s*[{[]/.test(line) || (indent !== undefined && line.search(/\S/) !== indent.length)) continue;
      const candidate = lines.slice(start, end + 1).join('\n');
      tried += candidate.length;
      const document = parsed(candidate);
      if (document !== undefined) return document;
    }
    if (indent !== undefined) return undefined;
  }
  return undefined;
}

function parsed(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
