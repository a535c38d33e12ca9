import { loadClientConnectConfig } from '@temporalio/envconfig';
import { firstLine } from '../domain/error-text.ts';

type ClientSettings = ReturnType<typeof loadClientConnectConfig>;

/** What a header may hold. gRPC refuses the rest with an error that quotes it. */
const headerText = /^[\x20-\x7e]*$/;

/**
 * Where the server is and as whom, by Temporal's environment variables and configuration file.
 *
 * @throws Error that quotes nothing of the file and no value: both hold keys, and errors end in logs.
 */
export function clientSettings(): ClientSettings {
  const settings = load();
  const { apiKey, metadata = {} } = settings.connectionOptions;
  const values = Object.entries({
    ...metadata,
    ...(typeof apiKey === 'string' && { 'the API key': apiKey }),
  });
  for (const [name, value] of values)
    if (typeof value === 'string' && !headerText.test(value))
      throw new Error(`${name} has a character that no header may have, e.g. a line break`);
  return settings;
}

/** Without its cause: a TOML error quotes the lines around the fault after its first one. */
function load(): ClientSettings {
  try {
    return loadClientConnectConfig();
  } catch (error) {
    throw new Error(firstLine(error));
  }
}
