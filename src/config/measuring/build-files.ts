import { inFolder, ownOf, upwards } from './paths.ts';
import type { Program } from './program.ts';

interface BuildTool {
  readonly names: readonly string[];
  /** Options by which a command names its file itself. */
  readonly file: readonly string[];
  /** It looks into the folders above, too. */
  readonly upwards: boolean;
}

const COMPOSE: BuildTool = {
  names: [
    ...['compose', 'docker-compose'].flatMap((name) => [`${name}.yaml`, `${name}.yml`]),
    ...['compose.override', 'docker-compose.override'].flatMap((name) => [`${name}.yaml`, `${name}.yml`]),
  ],
  file: ['-f', '--file'],
  upwards: true,
};
const MAKE: BuildTool = {
  names: ['GNUmakefile', 'makefile', 'Makefile'],
  file: ['-f', '--file', '--makefile'],
  upwards: false,
};
const TASK_NAMES = ['Taskfile', 'taskfile'].flatMap((name) =>
  ['.yml', '.yaml', '.dist.yml', '.dist.yaml'].map((end) => name + end),
);

const TOOLS: Readonly<Record<string, BuildTool>> = {
  make: MAKE,
  gmake: MAKE,
  just: {
    names: ['justfile', 'Justfile', 'JUSTFILE', '.justfile'],
    file: ['-f', '--justfile'],
    upwards: true,
  },
  task: { names: TASK_NAMES, file: ['-t', '--taskfile'], upwards: true },
  rake: {
    names: ['Rakefile', 'rakefile', 'Rakefile.rb', 'rakefile.rb'],
    file: ['-f', '--rakefile'],
    upwards: true,
  },
  tox: { names: ['tox.ini'], file: ['-c', '--conf'], upwards: false },
  nox: { names: ['noxfile.py'], file: ['-f', '--noxfile'], upwards: false },
  'pre-commit': { names: ['.pre-commit-config.yaml'], file: ['-c', '--config'], upwards: false },
  cargo: { names: ['.cargo/config.toml', '.cargo/config'], file: [], upwards: true },
  turbo: { names: ['turbo.json', 'turbo.jsonc'], file: [], upwards: true },
  nx: { names: ['nx.json'], file: [], upwards: true },
  'docker-compose': COMPOSE,
};

/** The tracked files that a build tool reads when it is started in `folder`; a file named by an option is a word. */
export function buildFiles(
  { name, args }: Program,
  folder: string,
  isTracked: (file: string) => boolean,
): string[] {
  const tool =
    (name === 'docker' || name === 'podman') && args.includes('compose') ? COMPOSE : ownOf(TOOLS, name);
  if (tool === undefined) return [];
  const named = args.some((word) =>
    tool.file.some((option) => word === option || word.startsWith(`${option}=`)),
  );
  if (named) return [];
  for (const at of tool.upwards ? upwards(folder) : [folder]) {
    const found = tool.names.map((file) => inFolder(at, file)).filter(isTracked);
    if (found.length > 0) return found;
  }
  return [];
}
