import { has, matching, type ProjectFiles, sectionIn, tomlTexts } from './listing.ts';
import { type Covers, isAmongTests } from './projects.ts';
import { pythonProject, pythonWay } from './python-project.ts';

/**
 * What a project of Python covers: what its own settings send pytest to; else what it installs, and what is no project but
 * names requirements. One that installs nothing, such as settings of a linter, covers nothing but its folders of tests.
 */
export function pythonCovers(listing: ProjectFiles): Covers {
  const project = pythonProject(listing);
  const members = uvMembers(listing, project.pyproject);
  const paths = testPaths(listing);
  const installsNothing = pythonWay(listing, project, []).setup.length === 0;
  return (folder) => {
    const isSearched = paths.length === 0 || paths.some((path) => overlaps(path, folder));
    // All members share one environment, and each set-up would make it its own.
    if (members.has(folder)) return isSearched || 'left';
    if (paths.length > 0 && isSearched) return true;
    // Its tests import what is above, wherever that is installed.
    if (installsNothing) return isAmongTests(folder) && !isProject(listing, folder);
    return (isSearched && isNamed(project.named, folder)) || !isProject(listing, folder);
  };
}

const overlaps = (path: string, folder: string): boolean =>
  path === '.' || path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`);

function uvMembers(listing: ProjectFiles, pyproject: string): Set<string> {
  const section = sectionIn(pyproject, 'tool.uv.workspace') ?? '';
  const folders = (key: string) =>
    tomlTexts(section, key)
      .flatMap((glob) =>
        matching(listing.files, `${glob.replace(/^\.\//, '').replace(/\/$/, '')}/pyproject.toml`),
      )
      .map((file) => file.slice(0, -'/pyproject.toml'.length));
  const left = new Set(folders('exclude'));
  return new Set(folders('members').filter((folder) => !left.has(folder)));
}

/** Where pytest looks, if the settings say so. */
function testPaths(listing: ProjectFiles): string[] {
  const inToml = tomlTexts(
    sectionIn(listing.text('pyproject.toml') ?? '', 'tool.pytest.ini_options') ?? '',
    'testpaths',
  );
  const inIni = [
    ['pytest.ini', 'pytest'],
    ['setup.cfg', 'tool:pytest'],
    ['tox.ini', 'pytest'],
  ].flatMap(([file = '', section = '']) => {
    const text = sectionIn(listing.text(file) ?? '', section) ?? '';
    return (/^testpaths\s*=((?:.*)(?:\n[ \t]+\S.*)*)/m.exec(text)?.[1] ?? '').split(/\s+/);
  });
  return [...inToml, ...inIni]
    .map((path) => path.replace(/^\.\/(?=.)/, '').replace(/\/$/, ''))
    .filter((path) => path !== '');
}

/** Whether what is installed is named by its folder: `-e ./sdk`, `path = "sdk"`, `file:sdk`. */
const isNamed = (named: string, folder: string): boolean =>
  new RegExp(
    `(?:-e\\s*|--editable[ =]|path\\s*=\\s*["']|file:|(?=\\./))(?:\\./)?${folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}/?(?=["'\\s,\\[}]|$)`,
    'm',
  ).test(named);

/** Whether a folder says how it is installed, or how it is run: requirements alone are those of a part. */
const isProject = (listing: ProjectFiles, folder: string): boolean =>
  has(listing, `${folder}/setup.py`, `${folder}/Pipfile`) ||
  /^\[(?:project|build-system|tool\.poetry)\]/m.test(listing.text(`${folder}/pyproject.toml`) ?? '');
