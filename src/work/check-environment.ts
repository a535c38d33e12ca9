import { allowedEnvironment } from '../processes/environment.ts';
import type { Site } from './workshop.ts';

/** What commands that run agents' code may see. */
export const checkEnvironment = (
  site: Site,
  packet: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> =>
  allowedEnvironment({ set: { BATON_FEATURE: site.ref.feature, BATON_PACKET: packet, CI: 'true', ...more } });
