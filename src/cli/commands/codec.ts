import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Command } from 'commander';
import { homeOf } from '../../homes/home-dir.ts';
import { PAYLOAD_KEY, payloadCodec } from '../../worker/payload-codec.ts';
import { CommandError } from '../command-error.ts';
import { homeOption, port } from '../options.ts';
import { say } from '../output.ts';
import { codecEndpoint } from '../server/codec-endpoint.ts';
import { connectionSettings } from '../server/connection-settings.ts';
import { aborted, interruption, Shutdown } from '../shutdown.ts';

interface Flags {
  readonly home?: string;
  readonly ui?: string;
  readonly port: number;
}

/** `baton codec`: decrypts histories for the Web UI, in the browser of whoever has the key. */
export const registerCodec = (program: Command): void => {
  program
    .command('codec')
    .description(`the codec endpoint by which the Web UI reads histories that ${PAYLOAD_KEY} encrypts`)
    .addOption(homeOption())
    .option('--ui <url>', "the Web UI's address (default: $TEMPORAL_UI_URL, or the dev server's)")
    .option('--port <number>', 'on which it listens, on this machine only', port, 8234)
    .action(async (flags: Flags) => {
      const codec = payloadCodec();
      if (codec === undefined)
        throw new CommandError(`${PAYLOAD_KEY} isn't set: without a key nothing is encrypted.`);
      const ui = flags.ui ?? (await connectionSettings(homeOf(flags))).uiUrl;
      if (ui === undefined || !URL.canParse(ui))
        throw new CommandError(
          "The Web UI's address isn't known: give it by --ui, e.g. --ui http://localhost:8233.",
        );
      const shutdown = new Shutdown();
      const { signal, dispose } = interruption(shutdown);
      const server = codecEndpoint(codec, new URL(ui).origin);
      try {
        server.listen(flags.port, '127.0.0.1');
        await once(server, 'listening');
        const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        say(
          `Codec endpoint: ${address}, for ${new URL(ui).origin}. Name it in the Web UI (the glasses at the top). Ctrl-C stops it.`,
        );
        await aborted(signal);
      } finally {
        server.close();
        dispose();
      }
    });
};
