/** `sandbox` and `network` of `baton.yaml`: what a command that runs agents' code may touch. */
import { z } from 'zod';

const path = z
  .string()
  .max(1000)
  .regex(/^(~\/|\/)./, { message: 'a path here begins with / or ~/' });

/** A host, `*.` before it for all below it, a port behind it for that one only; or what stands for several. */
const reach = z
  .string()
  .max(300)
  .regex(/^(model|registries|(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?)$/i, {
    message: 'name a host (example.com, *.example.com, localhost:5432), or `model`, or `registries`',
  });

/**
 * `on`: every command that runs agents' code has a sandbox where the worker's machine can make one, and the report names
 * what had none. `required`: without one nothing runs. `off`: none.
 */
export const sandboxMode = z.enum(['on', 'off', 'required']);
export type SandboxMode = z.infer<typeof sandboxMode>;

/**
 * Hosts that can be reached by name; all else is the sandbox's own loopback. `open`: whatever the machine reaches, its
 * own services included.
 */
export const networkSchema = z.union([z.literal('open'), z.array(reach).max(100)]);
export type NetworkConfig = z.infer<typeof networkSchema>;

const rules = z.strictObject({
  /** Default on. */
  use: sandboxMode.default('on'),
  /** Hosts that all commands reach beside their own. */
  network: z.array(reach).max(100).default([]),
  /** What is hidden otherwise and may be read, such as `~/.npmrc`. */
  read: z.array(path).max(100).default([]),
  /** What may be written beside the tree and the temporary folder, such as a shared cache. */
  write: z.array(path).max(100).default([]),
});

export const sandboxSchema = z
  .preprocess((value) => (typeof value === 'string' ? { use: value } : value), rules)
  .prefault({});

/** What a role, a check, the set-up or a gate says for itself. */
export const ownSandbox = {
  /** Default: as `sandbox` at the top. */
  sandbox: sandboxMode.optional(),
  /** Default: agents `[model, registries]`, the set-up and `generated` `[registries]`, all else nothing. */
  network: networkSchema.optional(),
};
