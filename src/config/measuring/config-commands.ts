import { type Config, checkNamed, checkNames } from '../../domain/config.ts';
import { memberOf } from '../../domain/crew-config.ts';

/** A command of baton.yaml, and the key that it stands at, for people. */
export interface ConfigCommand {
  /** E.g. `checks.test`, `release.production.deploy`, `crew.implement.fallback`. */
  readonly key: string;
  /** A shell command line, or words that are started without a shell. */
  readonly command: string | readonly string[];
}

/** Every command that baton.yaml has Baton run. */
export const configCommands = (config: Config): ConfigCommand[] => [
  ...checkCommands(config),
  ...Object.entries(config.gates).map(([name, { run }]) => ({ key: `gates.${name}`, command: run })),
  ...serviceCommands(config),
  ...releaseCommands(config),
  ...crewCommands(config),
];

function checkCommands(config: Config): ConfigCommand[] {
  const { setup } = config.checks;
  const checks = checkNames(config).flatMap((name): ConfigCommand[] => {
    const check = checkNamed(config, name);
    if (check === undefined) return [];
    const key = `checks.${name}`;
    return [
      { key, command: check.run },
      ...(check.only === undefined ? [] : [{ key: `${key}.only`, command: check.only }]),
    ];
  });
  return [...(setup === undefined ? [] : [{ key: 'checks.setup', command: setup.run }]), ...checks];
}

const serviceCommands = ({ services = {} }: Config): ConfigCommand[] =>
  Object.entries(services).flatMap(([name, { start, ready, stop }]) =>
    Object.entries({ start, ready, stop }).flatMap(([key, command]) =>
      command === undefined ? [] : [{ key: `services.${name}.${key}`, command }],
    ),
  );

function releaseCommands({ release }: Config): ConfigCommand[] {
  const { staging, production } = release ?? {};
  const named = {
    'staging.deploy': staging?.deploy,
    'staging.smoke': staging?.smoke,
    'production.deploy': production?.deploy,
    'production.shift': production?.shift,
    'production.probe': production?.probe,
    'production.rollback': production?.rollback,
    'production.current': production?.current,
  };
  return Object.entries(named).flatMap(([key, command]) =>
    command === undefined ? [] : [{ key: `release.${key}`, command }],
  );
}

function crewCommands({ crew }: Config): ConfigCommand[] {
  return Object.entries(crew).flatMap(([phase, role]) =>
    ([undefined, 'fallback'] as const).flatMap((which): ConfigCommand[] => {
      if (which === 'fallback' && (role.runner === 'person' || role.fallback === undefined)) return [];
      const member = memberOf(role, which);
      if (member.runner === 'person') return [];
      const key = which === undefined ? `crew.${phase}` : `crew.${phase}.fallback`;
      const args = 'args' in member ? member.args : [];
      return [
        ...(member.wrapper === undefined ? [] : [{ key, command: member.wrapper }]),
        { key, command: [...(member.command ?? [member.runner]), ...args] },
      ];
    }),
  );
}
