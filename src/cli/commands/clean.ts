import { isGrpcServiceError } from '@temporalio/client';
import type { Command } from 'commander';
import { LocalArtifactStore } from '../../artifacts/local-artifact-store.ts';
import { firstLine } from '../../domain/error-text.ts';
import { counted } from '../../domain/plan-words.ts';
import { oneLine } from '../../domain/visible.ts';
import { openHome } from '../../homes/home.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { Workshop } from '../../work/workshop.ts';
import { reapFeature } from '../../worker/reap.ts';
import { CommandError, EXIT } from '../command-error.ts';
import { homeOption } from '../options.ts';
import { print, printJson, say, screenWidth, styleFor } from '../output.ts';
import { bytesText, keptLines } from '../render/kept.ts';
import { withServer } from '../server/connection.ts';
import { type KeptInHome, keptInHome } from '../trees/kept-in-home.ts';

interface Flags {
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly home?: string;
}

/** `baton clean`: what a home keeps, and away with what ended features left. */
export const registerClean = (program: Command): void => {
  program
    .command('clean')
    .description('what this home keeps, and how large; with --yes what ended features left goes')
    .option('--yes', 'remove it: trees (their work goes to the hub first), agents’ homes, notes')
    .option('--json', 'one JSON document')
    .addOption(homeOption())
    .action(async (flags: Flags) => {
      const dir = homeOf(flags);
      const asked = withServer(dir, (server) => keptInHome(server.client, dir));
      // A report may be of an earlier execution than one that runs, so nothing goes without a server.
      const kept = await (flags.yes ? asked : asked.catch((error: unknown) => keptWithout(dir, error)));
      const going = kept.features.filter(({ state }) => state === 'ended');
      const bytes = going.reduce((sum, one) => sum + one.bytes, 0);
      if (!flags.yes) {
        if (flags.json)
          return printJson({ ...kept, mayGo: { features: going.map(({ feature }) => feature), bytes } });
        print(keptLines(kept, { style: styleFor(process.stdout), width: screenWidth() }).join('\n'));
        const { noServer } = kept;
        if (noServer !== undefined) say(noServer);
        if (going.length === 0)
          return say(noServer === undefined ? 'Nothing may go.' : 'Nothing is known to have ended.');
        if (noServer !== undefined)
          return say(
            `${bytesText(bytes)} of ${counted(going.length, 'ended feature')} may go, once a server says that none runs again. ` +
              'Nothing was removed: baton clean --yes, with that server. If the disk is too full for it, make some room there first.',
          );
        return say(
          `${bytesText(bytes)} of ${counted(going.length, 'ended feature')} may go; work that isn't merged is kept on the hub. Nothing was removed: baton clean --yes`,
        );
      }
      // Its worker clears up by itself, and must not be disturbed.
      const home = await openHome(dir);
      try {
        const done: string[] = [];
        const store = new LocalArtifactStore(home.paths.artifacts, home.id);
        // Nothing is checked, so one at a time is enough.
        const shop = new Workshop(home, store, undefined, 1, 'on');
        for (const { feature } of going) done.push(...(await reapFeature(shop, feature)));
        if (flags.json) return printJson({ features: going.map(({ feature }) => feature), bytes, done });
        for (const line of done) say(oneLine(line));
        if (done.some((line) => line.startsWith('could not'))) process.exitCode = EXIT.foundWanting;
        say(
          going.length === 0
            ? 'Nothing may go.'
            : `Removed ${bytesText(bytes)} of ${counted(going.length, 'feature')}.`,
        );
      } finally {
        await home.release();
      }
    });
};

/** The same by the reports of the home, if no server answers: on a full disk none may start. */
async function keptWithout(home: string, error: unknown): Promise<KeptInHome> {
  if (!(error instanceof CommandError) && !isGrpcServiceError(error)) throw error;
  return { ...(await keptInHome(undefined, home)), noServer: firstLine(error) };
}
