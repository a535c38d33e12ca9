// Prints the path of the Temporal CLI, getting it where needed. Run as: node --import tsx tools/temporal-cli.mjs
// With `--stamp FILE` it notes there what it found, so that the next bootstrap need not look.
import { statSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { resolveTemporalCli } from '../src/dev-server/temporal-cli.ts';
import { lookupSettings } from './lookup-settings.mjs';

const { values } = parseArgs({ options: { stamp: { type: 'string' } } });
const say = (line) => process.stderr.write(`baton set-up: ${line}\n`);

try {
  const cli = await resolveTemporalCli({ progress: say });
  if (values.stamp !== undefined) {
    const { mtimeMs, size } = statSync(cli.path);
    const stamp = { path: cli.path, mtimeMs, size, settings: lookupSettings() };
    writeFileSync(values.stamp, `${JSON.stringify(stamp)}\n`);
    say(`Temporal CLI: ${cli.path} (${cli.version}).`);
  }
  process.stdout.write(`${cli.path}\n`);
} catch (error) {
  say(error.message);
  process.exitCode = 2;
}
