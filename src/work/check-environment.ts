import { allowedEnvironment } from '../processes/environment.ts';
import type { Site } from './workshop.ts';

/** Carried by agents and checks, so that a worker finds what its home's former one, killed, left running. */
export const homeMark = (home: string) => ({ BATON_HOME_ID: home });

/** What commands that run agents' code may see. */
export const checkEnvironment = (
  site: Site,
  packet: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> =>
  allowedEnvironment({
    set: {
      BATON_FEATURE: site.ref.feature,
      BATON_PACKET: packet,
      CI: 'true',
      ...homeMark(site.home),
      ...more,
    },
  });
