import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openWayOut } from '../../src/sandbox/way-out.ts';
import { temporaryFolder } from '../processes/helpers.ts';

it('names its proxy to every client by the variable that it reads, yarn’s later majors among them', async () => {
  const way = await openWayOut([{ host: 'registry.example' }], path.join(temporaryFolder(), 'out-'));
  onTestFinished(() => way.close());
  const { https_proxy: proxy } = way.env;
  expect(proxy).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  for (const name of ['HTTPS_PROXY', 'npm_config_https_proxy', 'YARN_HTTP_PROXY', 'YARN_HTTPS_PROXY'])
    expect(way.env[name], name).toBe(proxy);
});
