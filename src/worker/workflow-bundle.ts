import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { cacheDirectory } from '../dev-server/cache-directory.ts';
import { CODE, CODE_EXTENSION } from '../files/own-package.ts';
import { writeFileAtomic } from '../homes/atomic-file.ts';

/** The workflows' code as one file. */
export interface WorkflowBundle {
  readonly codePath: string;
  /** Of what it was made of: the same code has the same digest on every machine. */
  readonly digest: string;
}

/**
 * The workflows' code as one file: prebuilt in a package, else from the cache, else bundled (3 to 13 s) and kept.
 * The cache goes by the content of every file that can get into the bundle, and the SDK's version.
 */
export async function workflowBundle(): Promise<WorkflowBundle> {
  const prebuilt = path.join(CODE, 'workflow-bundle.js');
  const code = await readFile(prebuilt).catch(() => undefined);
  if (code !== undefined)
    return { codePath: prebuilt, digest: createHash('sha256').update(code).digest('hex') };
  const digest = await sourcesDigest();
  const codePath = path.join(cacheDirectory(), 'workflow-bundles', `${digest}.js`);
  if (!(await isFile(codePath))) await writeFileAtomic(codePath, await bundle());
  return { codePath, digest };
}

/**
 * The SDK notes a stack for every promise that a workflow makes, which was more than half of what a message costs.
 * Nobody reads them; errors keep their message. It has to stand first: the SDK freezes the built-in objects after this.
 */
const NO_STACKS = 'Error.stackTraceLimit = 0;';

/**
 * Bundles the workflows beside this code. Its modules are read once a worker and shared by all workflows, which saves a
 * megabyte and the time of reading them for each. So none of them may keep anything between calls.
 */
export async function bundle(): Promise<string> {
  const workflowsPath = path.join(CODE, 'workflows', `index${CODE_EXTENSION}`);
  const interceptors = path.join(CODE, 'workflows', `interceptors${CODE_EXTENSION}`);
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [interceptors],
    preloadModules: [workflowsPath, interceptors],
    logger: quiet,
    webpackConfigHook: (config) => ({
      ...config,
      resolve: {
        ...config.resolve,
        alias: { ...config.resolve?.alias, zod$: path.join(CODE, 'worker', `no-schemas${CODE_EXTENSION}`) },
      },
    }),
  });
  return `${NO_STACKS}${code}`;
}

/** The bundler tells its module list; only what goes wrong matters, and that is thrown. */
const nothing = () => undefined;
const quiet = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

const isFile = (file: string): Promise<boolean> =>
  readFile(file).then(
    () => true,
    () => false,
  );

async function sourcesDigest(): Promise<string> {
  const hash = createHash('sha256');
  const { version } = createRequire(import.meta.url)('@temporalio/worker/package.json') as {
    version: string;
  };
  hash.update(version);
  for (const name of ['no-schemas', 'workflow-bundle'])
    hash.update(await readFile(path.join(CODE, 'worker', `${name}${CODE_EXTENSION}`)));
  for (const folder of ['domain', 'workflows'])
    for (const name of (await readdir(path.join(CODE, folder), { recursive: true })).sort())
      if (name.endsWith(CODE_EXTENSION))
        hash.update(`${folder}/${name}\0`).update(await readFile(path.join(CODE, folder, name)));
  return hash.digest('hex').slice(0, 32);
}
