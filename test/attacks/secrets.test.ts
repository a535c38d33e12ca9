import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Engine } from '../support/engine.ts';
import { bareIn, GitOverHttp } from '../support/git-over-http.ts';
import { tinyConfig, tinyPacket, tinyRepository, unattended } from '../support/tiny-repository.ts';
import { until } from '../support/until.ts';

/** Of characters that JSON, URLs, shells and XML write in another way; no two runs have the same. */
const canary = (name: string): string => `${name}"/+&'${randomBytes(9).toString('base64')}<é>`;
const nameable = `env-${randomBytes(12).toString('hex')}`;
const secrets = {
  CREW_SETTING: canary('crew'),
  DOTENV_SETTING: canary('dotenv'),
  DOTENV_NAMEABLE: nameable,
  RELEASE_SETTING: canary('release'),
  ANTHROPIC_API_KEY: canary('provider'),
  BATON_HUB_PASSWORD: randomBytes(15).toString('base64url'),
};

/** Made without any code that is tested here. */
const formsOf = (text: string): string[] => {
  const base64 = [0, 1, 2].map((before) => {
    const whole = Buffer.from('x'.repeat(before) + text).toString('base64');
    return whole.slice(before + 1, -4);
  });
  const hex = Buffer.from(text).toString('hex');
  const forms = [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    hex,
    hex.toUpperCase(),
    ...base64,
  ];
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
};
/** As commands print them. */
const spellings = (text: string): string[] => {
  const base64 = Buffer.from(text).toString('base64');
  const coloured = `\u001b[31m${text.slice(0, 5)}\u001b[0m${text.slice(5)}`;
  const wrapped = (base64.match(/.{1,9}/g) ?? []).join('\n');
  const encoded = ['x', 'xx'].map((before) => Buffer.from(before + text).toString('base64'));
  const hex = Buffer.from(text).toString('hex');
  return [text, JSON.stringify(text), encodeURIComponent(text), hex, base64, wrapped, coloured, ...encoded];
};
const forms = Object.entries(secrets).flatMap(([name, text]) =>
  formsOf(text).map((form) => [name, Buffer.from(form).toString('latin1')] as const),
);

/** Names of the secrets in some bytes, also if they are wrapped or coloured. */
const secretsIn = (bytes: Buffer): string[] => {
  const text = bytes.toString('latin1');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
  const plain = text.replace(/\u001b\[[0-9;]*m/g, '').replace(/\\n|\s/g, '');
  return [
    ...new Set(forms.filter(([, form]) => text.includes(form) || plain.includes(form)).map(([name]) => name)),
  ];
};

const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

/** Everything in a repository's object store, unpacked. */
const objectsOf = async (repository: string): Promise<Buffer> =>
  Buffer.from(
    (
      await execa('git', ['--git-dir', repository, 'cat-file', '--batch-all-objects', '--batch'], {
        encoding: 'buffer',
        maxBuffer: 2 ** 28,
      })
    ).stdout,
  );

let engine: Engine;
let service: GitOverHttp;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-canary-'));
  service = await GitOverHttp.start(folder, `baton:${secrets.BATON_HUB_PASSWORD}`);
  engine = await Engine.start(inject('temporalAddress'), { worker: false });
});
afterAll(async () => {
  await engine.stop();
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

it('what agents, checks, gates, set-up and release tell of five secrets is kept nowhere, in no form', async () => {
  const tell = 'cat {dir}/told.txt';
  const role = { ...tinyConfig.crew.implement, env: ['CREW_SETTING'] };
  const tiny = await tinyRepository(
    {},
    {
      ...unattended,
      checks: { setup: tell, ...tinyConfig.checks, tell: `${tell}; test ! -e src/broken.txt` },
      gates: { coverage: { run: `${tell}; cat {dir}/told.json`, metric: 'figure', min: 2 } },
      crew: { design: role, implement: role, test: role, deploy: role },
      worktrees: { copy: ['.env'] },
      release: {
        env: ['RELEASE_SETTING'],
        staging: { deploy: `${tell}; cat {dir}/told.json`, smoke: `${tell}` },
      },
    },
    {
      '.gitignore': 'report.xml\n.env\n',
      'agents/agent.mjs': await readFile(
        fileURLToPath(new URL('telling-agent.mjs', import.meta.url)),
        'utf8',
      ),
    },
  );
  const values = Object.values(secrets);
  const packet = tinyPacket('one', { boundaries: { inScope: ['src/**', 'tests/**'] } });
  await tiny.put('secrets.json', JSON.stringify({ packets: [packet], secrets: values, nameable }));
  await tiny.put('told.txt', `${values.flatMap(spellings).join('\n')}\n`);
  await tiny.put(
    'told.json',
    JSON.stringify({ figure: 3, ...Object.fromEntries(values.map((text) => [text, text])) }),
  );
  const { privateKey } = (await import('node:crypto')).generateKeyPairSync('ed25519');
  await tiny.put('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  await writeFile(
    path.join(tiny.repo, '.env'),
    `DOTENV_SETTING=${JSON.stringify(secrets.DOTENV_SETTING)}\nDOTENV_NAMEABLE=${nameable}\n`,
  );
  const hub = bareIn(folder, 'hub');
  await execa('git', ['init', '-q', '--bare', hub]);
  await execa('git', ['-C', hub, 'config', 'uploadpack.allowAnySHA1InWant', 'true']);
  const log = path.join(folder, 'worker.log');
  const worker = execa('node', ['--import', 'tsx', 'src/worker.ts'], {
    env: {
      TEMPORAL_ADDRESS: engine.address,
      TEMPORAL_NAMESPACE: engine.namespace,
      BATON_HOME: engine.home,
      BATON_HUB: `http://baton:${secrets.BATON_HUB_PASSWORD}@${service.host}/hub.git`,
      CREW_SETTING: secrets.CREW_SETTING,
      RELEASE_SETTING: secrets.RELEASE_SETTING,
      ANTHROPIC_API_KEY: secrets.ANTHROPIC_API_KEY,
    },
    reject: false,
    buffer: false,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  });
  worker.stderr?.pipe(createWriteStream(log));
  try {
    const feature = await engine.feature(tiny, { id: 'canary' });
    await feature.decide('question', 'go on');
    const report = await feature.report();
    expect(report).toMatchObject({ outcome: 'rolled-out', packets: [{ id: 'one', status: 'merged' }] });
    await until('the worktrees are gone', async () => {
      const left = await readdir(path.join(engine.home, 't')).catch(() => []);
      return left.length === 0 || undefined;
    });

    const places = new Map<string, Buffer>();
    const histories = [...(await engine.histories())];
    const payloads = histories.flatMap(([, text]) =>
      [...text.matchAll(/"data": ?"([^"]+)"/g)].map(([, data]) =>
        Buffer.from(data as string, 'base64').toString(),
      ),
    );
    for (const [id, text] of histories) places.set(`history ${id}`, Buffer.from(text));
    places.set('payloads', Buffer.from(payloads.join('\n')));
    const status = JSON.stringify(report);
    places.set('report', Buffer.from(status));
    places.set('processes', Buffer.from(service.processes.join('\n')));
    const database = inject('temporalDatabase');
    for (const file of [...(await filesIn(engine.home)), ...(await filesIn(path.dirname(database))), log])
      places.set(file, await readFile(file).catch(() => Buffer.alloc(0)));
    const [clone = ''] = await readdir(path.join(engine.home, 'repos')).then((names) =>
      names.filter((name) => name.endsWith('.git')),
    );
    for (const repository of [path.join(engine.home, 'repos', clone), hub, path.join(tiny.repo, '.git')])
      places.set(`objects of ${repository}`, await objectsOf(repository));
    const found = [...places]
      .map(([name, bytes]) => [name, secretsIn(bytes)])
      .filter(([, all]) => all?.length !== 0);
    expect(found).toEqual([]);

    // They were told: without the names of the secrets in their places this would show nothing.
    for (const name of Object.keys(secrets))
      expect(payloads.filter((payload) => payload.includes(`[${name}]`)).length, name).toBeGreaterThan(0);
    expect(payloads.some((payload) => payload.includes('its name has the value of DOTENV_NAMEABLE'))).toBe(
      true,
    );
    expect(payloads.some((payload) => payload.includes('src/key.pem: '))).toBe(true);
    expect(service.served).toBeGreaterThan(5);
    expect(service.processes.join('\n')).toContain(`http://${service.host}/hub`);
  } finally {
    worker.kill('SIGTERM');
    await worker;
    await rm(tiny.dir, { recursive: true, force: true });
  }
}, 120_000);
