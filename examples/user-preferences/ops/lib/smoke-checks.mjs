import { pathFor, readEndpoints } from '../../tools/endpoints.mjs';
import { request } from '../../tools/request.mjs';

/**
 * Calls every documented endpoint in order, saving ones after reading ones, and the pages, and
 * tells what was not as it should be.
 */
export async function smokeChecks({ url, openapi, users }) {
  const endpoints = await readEndpoints(openapi);
  const problems = [];
  let checked = 0;
  const expectStatus = async (what, wanted, method, path, options) => {
    checked += 1;
    const answer = await request(url, method, path, options).catch((error) => ({ status: error.message }));
    if (answer.status !== wanted)
      problems.push(`${method} ${path} ${what}: ${answer.status} instead of ${wanted}`);
    return answer.json;
  };

  const paths = [
    ...new Set(endpoints.filter((endpoint) => endpoint.secured).map((endpoint) => endpoint.path)),
  ];
  // A pair of users for each path, any two of the environment: limits of requests are per user.
  const pair = (path) => {
    const at = (Math.floor(Math.random() * users.length) + paths.indexOf(path) * 2) % users.length;
    return [users[at], users[(at + 1) % users.length]];
  };

  await expectStatus('health', 200, 'GET', '/health');
  for (const path of paths) {
    const [user, stranger] = pair(path);
    const own = endpoints.filter((endpoint) => endpoint.path === path && endpoint.secured);
    const read = own.find((endpoint) => endpoint.method === 'GET');
    const at = pathFor(read, user.id);
    let seen = await expectStatus('with its token', 200, 'GET', at, user);
    await expectStatus('without a token', 401, 'GET', at);
    if (path.includes('{id}'))
      await expectStatus('with another token', 403, 'GET', at, { token: stranger.token });
    for (const write of own.filter((endpoint) => endpoint.example)) {
      const body =
        'updated_at' in write.example ? { ...write.example, updated_at: seen?.updated_at } : write.example;
      await expectStatus('with its example', 200, write.method, at, { token: user.token, body });
      const stale = await expectStatus('after saving', 200, 'GET', at, user);
      seen = stale;
    }
  }
  for (const { path } of endpoints.filter((endpoint) => endpoint.page)) {
    checked += 1;
    const { status, headers, text } = await request(url, 'GET', path).catch(({ message }) => ({
      status: message,
    }));
    const isPage = status === 200 && /^text\/html\b/.test(headers['content-type']) && text.includes('<h1>');
    if (!isPage) problems.push(`GET ${path}: no page, but ${status}`);
  }
  return { checked, problems };
}
