import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const templates = join(import.meta.dirname, '../templates');

/**
 * Fills a template: `{{name}}` takes a value, and the lines between `//#if name` (or `//#if !name`) and
 * `//#endif` stay when the value is true. A value that is missing is an error.
 */
export function render(template, values) {
  const value = (name) => {
    if (!(name in values)) throw new Error(`${template} needs ${name}`);
    return values[name];
  };
  const kept = [];
  const open = [];
  for (const line of readFileSync(join(templates, template), 'utf8').split('\n')) {
    const condition = /^\s*(?:\/\/|--|<!--)#if (!?)(\w+)/.exec(line);
    if (condition) open.push(Boolean(value(condition[2])) !== (condition[1] === '!'));
    else if (/^\s*(?:\/\/|--|<!--)#endif/.test(line)) open.pop();
    else if (open.every(Boolean)) kept.push(line);
  }
  return kept.join('\n').replace(/\{\{(\w+)\}\}/g, (_match, name) => String(value(name)));
}
