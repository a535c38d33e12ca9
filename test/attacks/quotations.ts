import { MARK } from './poison.ts';

/** What stands in a prompt outside of all quotations, whose fences nothing in them may end. */
function outsideQuotations(prompt: string): string {
  const outside: string[] = [];
  let fence: string | undefined;
  let before = '';
  for (const line of prompt.split('\n')) {
    const opened = /^(`{4,})text$/.exec(line)?.[1];
    if (fence === undefined && opened !== undefined) {
      if (!/^Quotation from [a-z].*:$/.test(before)) outside.push(`${MARK}: a quotation of nobody`);
      fence = opened;
    } else if (fence === undefined) outside.push(line);
    // As Markdown has it: the end of a fence may be longer than its beginning.
    else if (/^ {0,3}(`+)\s*$/.exec(line)?.[1]?.startsWith(fence)) fence = undefined;
    if (line !== '') before = line;
  }
  if (fence !== undefined) outside.push(`${MARK}: a quotation without an end`);
  return outside.join('\n');
}
/** Lines with words of others that are in no quotation. */
export const unquoted = (prompt: string): string[] =>
  outsideQuotations(prompt)
    .split('\n')
    .filter((line) => line.includes(MARK));
