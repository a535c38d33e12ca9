import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { dynamicConfig, retentionDays, searchAttributes } from '../../src/dev-server/server-arguments.ts';

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string };
  readonly healthcheck?: unknown;
  readonly restart?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const root = path.join(import.meta.dirname, '..', '..');
const read = (...names: string[]) => readFileSync(path.join(root, ...names), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true });
const services = Object.entries(compose.services as Record<string, Service>);

test('docker-compose.yml is valid by the schema of the compose specification', () => {
  const schema = JSON.parse(read('test', 'docker', 'compose-spec', 'compose-spec.json'));
  const validate = new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  validate(compose);
  expect(validate.errors ?? []).toEqual([]);
  validate({ ...compose, services: { worker: { imagee: 'x' } } });
  expect(validate.errors).not.toBeNull();
});

describe.each(services)('service %s', (name, service) => {
  test('has an image of an exact version', () => {
    expect(service.image).toMatch(/^[a-z/-]+:\d+\.\d+(\.\d+)?(-[a-z0-9]+)?$/);
  });

  test('waits for services that tell when they are ready', () => {
    for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
      const other: Service | undefined = compose.services[needed];
      if (condition === 'service_healthy') expect(other?.healthcheck, needed).toBeDefined();
      // A service that completes must not be started again when it has.
      else if (condition === 'service_completed_successfully')
        expect(other?.restart).toMatch(/^on-failure:\d+$/);
      else
        expect.fail(`${name} depends on ${needed} with the condition ${condition}, which waits for nothing`);
    }
  });

  test('publishes ports on loopback only', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test('mounts files that exist and volumes that are declared', () => {
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.replace(/^\$\{[^}]*\}/, '.').split(':');
      if (source.startsWith('.')) expect(existsSync(path.join(root, source)), source).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
  });
});

test('only the server and the proxy of the Web UI are published, and the proxy is a file of the image', () => {
  const published = services.filter(([, { ports }]) => ports !== undefined);
  expect(published.map(([name]) => name)).toEqual(['temporal', 'web-ui-proxy']);
  const { command } = compose.services['web-ui-proxy'];
  expect(existsSync(path.join(root, command[1].replace('dist/', 'src/').replace('.js', '.ts')))).toBe(true);
});

test('the server gets the same dynamic configuration as the dev server', () => {
  const expected = Object.entries(dynamicConfig).map(([key, value]) => [key, [{ value }]]);
  expect(parse(read('docker', 'dynamic-config.yaml'))).toEqual(Object.fromEntries(expected));
});

test('the namespace gets the same search attributes and retention as on the dev server', () => {
  const script = read('docker', 'set-up-namespace.sh');
  for (const [name, type] of Object.entries(searchAttributes)) expect(script).toContain(`${name}=${type}`);
  expect(compose.services.namespace.environment.BATON_RETENTION).toContain(`${retentionDays}d`);
});

test('what the Dockerfile copies from the repository is there and not ignored', () => {
  const ignored = read('.dockerignore').split('\n');
  const copies = read('Dockerfile').matchAll(/^COPY (?!--from)(.*) \S+$/gm);
  for (const file of [...copies].flatMap(([, sources = '']) => sources.split(' '))) {
    expect(existsSync(path.join(root, file)), file).toBe(true);
    expect(ignored).toContain(`!${file}`);
  }
  expect(read('Dockerfile')).not.toMatch(/^FROM \S+:latest|^FROM [^:\s]+$/m);
});

test('the scripts that containers run are executable', () => {
  for (const name of ['set-up-schema.sh', 'set-up-namespace.sh']) {
    expect(statSync(path.join(root, 'docker', name)).mode & 0o111).toBe(0o111);
  }
});
