import { type Config, checkNamed, checkNames } from '../domain/config.ts';
import { agentsOf } from '../domain/crew-config.ts';
import { nearest } from '../domain/nearest.ts';
import type { SchemaFinding } from '../domain/schema-words.ts';
import { unknownReference } from '../domain/services-config.ts';

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Baton's own, and what decides which programs are started. */
const KEPT = /^(?:BATON_|TEMPORAL_)|^(?:PATH|HOME|TMPDIR|CI)$/i;

/** What is wrong with services, and with who wants them. */
export function serviceFindings(config: Config): SchemaFinding[] {
  return [...unknownServices(config), ...cycles(config), ...environments(config)];
}

/** Every list of services that are wanted, by its path. */
function wantedIn(config: Config): [path: (string | number)[], names: readonly string[]][] {
  const { setup } = config.checks;
  const lists: [(string | number)[], readonly string[] | undefined][] = [
    [['checks', 'setup', 'services'], setup?.services],
    ...checkNames(config).map((name): [string[], readonly string[] | undefined] => [
      ['checks', name, 'services'],
      checkNamed(config, name)?.services,
    ]),
    ...Object.entries(config.gates).map(([name, gate]): [string[], readonly string[] | undefined] => [
      ['gates', name, 'services'],
      gate.services,
    ]),
    ...(config.generated ?? []).map((rule, index): [(string | number)[], readonly string[] | undefined] => [
      ['generated', index, 'services'],
      rule.services,
    ]),
    ...Object.entries(config.services ?? {}).map(
      ([name, service]): [string[], readonly string[] | undefined] => [
        ['services', name, 'services'],
        service.services,
      ],
    ),
    ...Object.entries(config.crew).flatMap(([phase, role]) =>
      agentsOf(role).map((agent, index): [string[], readonly string[] | undefined] => [
        ['crew', phase, ...(index === 1 ? ['fallback'] : []), 'services'],
        agent.services,
      ]),
    ),
  ];
  return lists.flatMap(([path, names]) => (names === undefined ? [] : [[path, names]]));
}

function unknownServices(config: Config): SchemaFinding[] {
  const known = Object.keys(config.services ?? {});
  return wantedIn(config).flatMap(([path, names]) =>
    names.flatMap((name, index): SchemaFinding[] => {
      if (known.includes(name)) return [];
      const near = nearest(name, known);
      const there = known.length === 0 ? 'none are configured' : `there are ${known.join(', ')}`;
      const hint = near === undefined ? `; ${there}` : `: did you mean \`${near}\`?`;
      return [
        {
          path: [...path, index],
          on: 'value',
          message: `\`${path.join('.')}\`: there is no service \`${name}\`${hint}`,
        },
      ];
    }),
  );
}

/** A service that would have to be ready before itself. */
function cycles({ services = {} }: Config): SchemaFinding[] {
  const needs = (name: string, seen: readonly string[]): readonly string[] | undefined => {
    if (seen.includes(name)) return [...seen.slice(seen.indexOf(name)), name];
    for (const each of services[name]?.services ?? []) {
      const found = needs(each, [...seen, name]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  for (const name of Object.keys(services)) {
    const found = needs(name, []);
    if (found !== undefined)
      return [
        {
          path: ['services', found[0] ?? name, 'services'],
          on: 'key',
          message: `\`services\` wait for each other: ${found.join(', then ')}`,
        },
      ];
  }
  return [];
}

function environments({ services = {} }: Config): SchemaFinding[] {
  const setBy = new Map<string, string>();
  return Object.entries(services).flatMap(([service, { env }]) =>
    Object.entries(env).flatMap(([name, value]): SchemaFinding[] => {
      const path = ['services', service, 'env', name];
      const key = (message: string): SchemaFinding[] => [{ path, on: 'key', message }];
      if (!VARIABLE.test(name)) return key(`\`${name}\` can't be the name of a variable`);
      if (KEPT.test(name)) return key(`\`${name}\` is set by Baton: give the variable another name`);
      const other = setBy.get(name);
      if (other !== undefined)
        return key(
          `\`services.${other}\` and \`services.${service}\` both set \`${name}\`: who uses both would see one of them`,
        );
      setBy.set(name, service);
      const unknown = unknownReference(value);
      if (unknown === undefined) return [];
      return [
        {
          path,
          on: 'value',
          message: `\`${path.join('.')}\` has \`${unknown}\`: only $BATON_PORT, $((BATON_PORT + 1)), $BATON_SLOT and $BATON_TMP are known here, and $$ is a dollar`,
        },
      ];
    }),
  );
}
