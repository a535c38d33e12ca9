import type { TestCase } from '../../domain/checks.ts';

/**
 * The same test in several projects, such as browsers, is several tests: each gets its project behind its name. A test
 * of one project keeps its name, because elsewhere the project is only the machine's name.
 */
export function byProject(
  found: readonly { readonly case: TestCase; readonly project: string | undefined }[],
): TestCase[] {
  const idOf = ({ name, file = '' }: TestCase) => `${file}\0${name}`;
  const projects = new Map<string, Set<string>>();
  for (const { case: one, project } of found) {
    if (!project) continue;
    const known = projects.get(idOf(one)) ?? new Set();
    projects.set(idOf(one), known.add(project));
  }
  return found.map(({ case: one, project }) =>
    project && (projects.get(idOf(one))?.size ?? 0) > 1 ? { ...one, name: `${one.name} [${project}]` } : one,
  );
}
