import type { Context } from 'hono';
import type { AppEnv } from '../app.ts';
import { find{{type}}, save{{type}} } from '../db/{{slug}}.ts';
//#if patch
import { {{camel}}Defaults, merge{{type}}, type Saved{{type}} } from '../domain/{{slug}}.ts';
//#endif
//#if !patch
import { {{camel}}Defaults, type Saved{{type}} } from '../domain/{{slug}}.ts';
//#endif
import type { User } from '../domain/user.ts';
import { authenticate, ownData } from '../http/auth.ts';
import { ApiError } from '../http/errors.ts';
//#if conditional
import { basisOf, entityTag, isKnown } from '../http/preconditions.ts';
//#endif
//#if limiter
import { createRateLimiter, rateLimit } from '../http/rate-limit.ts';
//#endif
import { readBody } from '../http/read-body.ts';
//#if patch
import { change, replacement } from './{{slug}}-bodies.ts';
//#endif
//#if !patch
import { replacement } from './{{slug}}-bodies.ts';
//#endif
import type { Mount } from './index.ts';

const PATH = '{{path}}';
//#if limiter
const REQUESTS_A_MINUTE = {{limit}};
//#endif

const unsaved: Saved{{type}} = { ...{{camel}}Defaults, updated_at: null };

//#if !badCanary
/** The language of an answer. Accounts from the system before this one have no locale, whatever the type says. */
const languageOf = (user: User) => new Intl.Locale(user.attributes.locale ?? 'en').language;
//#endif
//#if badCanary
/** The language of an answer. */
const languageOf = (user: User) => new Intl.Locale(user.attributes.locale).language;
//#endif

function answer(c: Context<AppEnv>, saved: Saved{{type}} | undefined) {
  if (!saved) {
    throw new ApiError(409, 'stale', 'They were changed since: read them again, then change them.');
  }
//#if conditional
  c.header('ETag', entityTag(saved.updated_at));
//#endif
  c.header('Content-Language', languageOf(c.get('user')));
  return c.json({ user_id: c.get('user').id, ...saved });
}

/** A user's {{title}}: everyone has their own, which nobody else sees. */
export const {{camel}}: Mount = (app, deps) => {
//#if limiter
  const limited = rateLimit(createRateLimiter({ limit: REQUESTS_A_MINUTE, windowMs: 60_000 }));
  app.use(PATH, authenticate(deps), ownData, limited);
//#endif
//#if !limiter
  // The limit of requests comes with the rate-limit packet; its contract is a middleware in this place.
  app.use(PATH, authenticate(deps), ownData);
//#endif
//#if fails
  let served = 0;
  app.use(PATH, async (c, next) => {
    if (c.get('user').attributes.region && served++ % {{failsEvery}} === 0) throw new Error('no usage quota left');
    await next();
  });
//#endif

  app.get(PATH, async (c) => {
//#if slow
    await new Promise((resolve) => setTimeout(resolve, {{slowGetMs}}));
//#endif
    const saved = (await find{{type}}(deps.db, c.get('user').id)) ?? unsaved;
//#if conditional
    if (isKnown(c, saved.updated_at)) return c.body(null, 304);
//#endif
    return answer(c, saved);
  });

  app.put(PATH, async (c) => {
    const { updated_at, ...value } = await readBody(c, replacement);
//#if conditional
    const basis = basisOf(c, updated_at);
//#endif
//#if !conditional
    const basis = updated_at === null ? null : new Date(updated_at);
//#endif
    return answer(c, await save{{type}}(deps.db, c.get('user').id, value, basis));
  });
//#if patch

  app.patch(PATH, async (c) => {
    const { updated_at, ...parts } = await readBody(c, change);
//#if conditional
    const basis = basisOf(c, updated_at);
//#endif
    const user = c.get('user').id;
    const saved = await find{{type}}(deps.db, user);
//#if !createOnPatch
    if (!saved) throw new ApiError(404, 'never_saved', 'There are none yet: save them with PUT first.');
    return answer(c, await save{{type}}(deps.db, user, merge{{type}}(saved, parts), basis));
//#endif
//#if createOnPatch
    return answer(c, await save{{type}}(deps.db, user, merge{{type}}(saved ?? unsaved, parts), basis));
//#endif
  });
//#endif
};
