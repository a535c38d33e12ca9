import { insertUsers, makeUsers } from '../../tools/seed-users.mjs';
import { inState, writeJson } from './state.mjs';

const LOCALES = ['en-GB', 'es-ES', 'fr-FR', 'en-US', 'de-DE'];
const locale = (n) => LOCALES[n % LOCALES.length];

/** Staging has a few users, all made by today's sign-up. */
const staging = () => makeUsers(40, (n) => ({ locale: locale(n) }));

/**
 * Production has many, each with a region, and three in ten came from the system before this one, which knew
 * no locale. Nowhere else is there such data.
 */
const production = () =>
  makeUsers(1_500, (n) =>
    n % 10 < 3 ? { region: 'eu-west', imported_from: 'crm-2019' } : { region: 'eu-west', locale: locale(n) },
  );

const USERS = { staging, production };

/** Fills an environment's database and keeps the users' tokens for those who call it. */
export async function seed(environment, url) {
  const users = USERS[environment]();
  await insertUsers(url, users);
  writeJson(
    inState(environment, 'customers.json'),
    users.map(({ id, token }) => ({ id, token })),
  );
}
