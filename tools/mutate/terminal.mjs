// What a run says: each mutation that no test notices as soon as it is known, and a score per folder at the end.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const noticed = ['Killed', 'Timeout'];
const unnoticed = ['Survived', 'NoCoverage'];

/** @param {{ file: string, line: number, original: string, replacement: string, status: string }} mutation */
export function sayIfUnnoticed({ file, line, original, replacement, status }) {
  if (!unnoticed.includes(status)) return;
  const how = status === 'NoCoverage' ? 'not run by any test' : 'survived';
  process.stdout.write(`${file}:${line} ${how}: ${shortened(original)} => ${shortened(replacement)}\n`);
}

/** @param {{ file: string, status: string }[]} mutations */
export function sayScores(mutations, isSample = false) {
  const folders = grouped(mutations);
  const say = (folder, of) => process.stdout.write(`${scoreLine(folder, of, isSample)}\n`);
  for (const [folder, of] of folders) say(folder, of);
  if (folders.size > 1) say('all', mutations);
}

/** Where 95 of 100 samples have their folder's share, in per cent, by Wilson's formula. */
export function interval(some, all) {
  const z = 1.96;
  const share = some / all;
  const middle = share + z ** 2 / (2 * all);
  const reach = z * Math.sqrt((share * (1 - share)) / all + (z / (2 * all)) ** 2);
  return [Math.max(0, middle - reach), middle + reach].map((end) => (100 * end) / (1 + z ** 2 / all));
}

/** The text that a mutation of Stryker replaces. */
export function originalText({ fileName, location: { start, end } }) {
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return lines.join('\n');
}

function scoreLine(folder, mutations, isSample) {
  const of = (statuses) => mutations.filter(({ status }) => statuses.includes(status)).length;
  const killed = of(noticed);
  const all = killed + of(unnoticed);
  const score = all === 0 ? 'no mutations' : `${((100 * killed) / all).toFixed(1)} %`;
  const rest = mutations.length - all;
  const invalid = rest === 0 ? '' : `, ${rest} not valid`;
  return `${folder}: ${score}, ${killed} of ${all} mutations noticed${invalid}${isSample ? ofSample(killed, all) : ''}`;
}

function ofSample(killed, all) {
  if (all === 0) return '';
  const [from, to] = interval(killed, all).map((end) => end.toFixed(1));
  return `, a sample: ${from} to ${to} % with 95 % certainty`;
}

function grouped(mutations) {
  const folders = new Map();
  for (const each of mutations) folders.set(folderOf(each), [...(folders.get(folderOf(each)) ?? []), each]);
  return folders;
}

function folderOf({ file }) {
  return path.dirname(file);
}

function shortened(text) {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 140 ? `${line.slice(0, 137)}...` : line;
}
