import { join } from 'node:path';
import { readConfig } from './config.ts';
import { startService } from './service.ts';

const log = (entry: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(entry)}\n`);

const service = await startService({
  config: readConfig(process.env),
  migrations: join(import.meta.dirname, 'migrations'),
  log,
});
log({ event: 'listening', port: service.port });

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    service.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
