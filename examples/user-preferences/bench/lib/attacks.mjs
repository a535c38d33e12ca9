const INJECTIONS = ["' OR '1'='1", '1; DROP TABLE users; --', "') UNION SELECT digest FROM tokens --"];
const POLLUTION = ['{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{"admin":true}}}'];

/** What of an answer tells more about the inside than a caller should learn. */
const LEAKS = /\bat .+:\d+:\d+|node_modules|postgres|SELECT .* FROM|syntax error|ECONN|TypeError|stack/i;

const refuses =
  (...statuses) =>
  (answer) =>
    statuses.includes(answer.status)
      ? undefined
      : `answered ${answer.status} instead of ${statuses.join(' or ')}`;

/** Any answer but a failure of the service itself, and nothing of the inside in it. */
const survives = (answer) => (answer.status >= 500 ? `answered ${answer.status}` : undefined);

export const leak = (answer) =>
  LEAKS.test(answer.text) ? `leaks: ${LEAKS.exec(answer.text)[0]}` : undefined;

const withQuery = (path, value) =>
  `${path}?limit=${encodeURIComponent(value)}&after=${encodeURIComponent(value)}`;
const withId = (endpoint, value) => endpoint.path.replace('{id}', encodeURIComponent(value));

/** The attacks on one endpoint: each is `{ name, path, options, judge }`, the judge naming what is wrong. */
export function attacksOn(endpoint, path, user, stranger) {
  const { token } = user;
  const body = endpoint.example;
  const attacks = [];
  const add = (name, options, judge, at = path) => attacks.push({ name, path: at, options, judge });

  if (endpoint.secured) {
    add('no token', { body }, refuses(401));
    add('wrong token', { token: 'acc_guessed', body }, refuses(401));
    add('other scheme', { headers: { authorization: 'Basic YTpi' }, body }, refuses(401));
    add('injection as token', { headers: { authorization: `Bearer ${INJECTIONS[0]}` }, body }, refuses(401));
    if (endpoint.path.includes('{id}'))
      add("another user's token", { token: stranger.token, body }, refuses(403));
  }
  for (const text of INJECTIONS) {
    if (endpoint.path.includes('{id}'))
      add('injection as id', { token, body }, refuses(400, 403, 404), withId(endpoint, text));
    else add('injection as query', { token, body }, survives, withQuery(path, text));
  }
  if (!body) return attacks;
  add('oversize body', { token, raw: `{"name":"${'x'.repeat(64 * 1024)}"}` }, refuses(413));
  for (const raw of ['{', 'null', '[]', '"text"']) add('malformed body', { token, raw }, refuses(400));
  for (const raw of POLLUTION) add('prototype pollution', { token, raw }, refuses(400));
  add('unknown key', { token, body: { ...body, is_admin: true } }, refuses(400));
  for (const key of Object.keys(body)) {
    add(`object as ${key}`, { token, body: { ...body, [key]: { $gt: '' } } }, refuses(400));
    add(`injection as ${key}`, { token, body: { ...body, [key]: INJECTIONS[0] } }, survives);
  }
  return attacks;
}
