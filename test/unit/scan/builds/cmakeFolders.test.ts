/** Folders CMakeLists look for includes in, and the libraries they link: through variables, included files and folders above. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test, type TestContext } from 'node:test';
import { withIncluded } from '../../../../server/scan/builds/cmakeFolders';
import { loadProjects, ProjectMap } from '../../../../server/scan/builds/projects';
import { temporaryFolder } from '../../../support/temporaryFolder';

interface Loaded {
  readonly map: ProjectMap;
  readonly root: string;
  /** Include folders of a file, relative to the root. */
  readonly folders: (file: string) => string[];
}

async function load(context: TestContext, tree: Readonly<Record<string, string>>): Promise<Loaded> {
  const root = temporaryFolder(context);
  for (const [name, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const files = Object.keys(tree)
    .filter((name) => name.endsWith('CMakeLists.txt'))
    .map((name) => join(root, name));
  const choiceOf = (): { configuration: string; platform: string } => ({ configuration: 'Debug', platform: 'x64' });
  const map = new ProjectMap(await loadProjects(files, { folders: [root], choiceOf }));
  const folders = (file: string): string[] =>
    (map.projectOf(join(root, file))?.includeFolders ?? []).map((path) => relative(root, path).replaceAll('\\', '/'));
  return { map, root, folders };
}

test('folders for includes: of the folder, of those above, through variables that name folders', async (context) => {
  const { folders } = await load(context, {
    'CMakeLists.txt': 'project(TOAST C)\ninclude_directories(include SYSTEM ${CMAKE_BINARY_DIR}/gen)\n',
    'lib/CMakeLists.txt': 'include_directories(BEFORE ${CMAKE_CURRENT_SOURCE_DIR}/private)\n',
    'lib/pool/CMakeLists.txt': 'add_library(pool pool.c)\ninclude_directories(${TOAST_SOURCE_DIR}/shared)\n',
    'other/CMakeLists.txt':
      'project(OTHER)\nadd_library(x x.c)\ninclude_directories(${PROJECT_SOURCE_DIR}/a ${CMAKE_SOURCE_DIR}/b)\n',
    'strange/CMakeLists.txt': 'add_library(y y.c)\ninclude_directories(${OTHER_SOURCE_DIR}/a)\n',
  });
  assert.deepEqual(folders('lib/pool/pool.c'), ['lib/private', 'include', 'shared']);
  assert.deepEqual(folders('other/x.c'), ['include', 'other/a', 'b']);
  // A project that is not around this folder is nobody's business here.
  assert.deepEqual(folders('strange/y.c'), ['include']);
});

test('a .cmake file beside it counts as if it stood there; one elsewhere is not read', async (context) => {
  const { folders } = await load(context, {
    'driver/CMakeLists.txt':
      'include(parts.cmake)\ninclude(../up.cmake)\ninclude(missing.cmake)\nadd_library(toaster SHARED ${SOURCE})\nset_module_type(toaster kernelmodedriver)\n',
    'driver/parts.cmake': 'set(SOURCE toaster.c power.c)\ninclude_directories(parts)\n',
    'up.cmake': 'include_directories(up)\n',
  });
  assert.deepEqual(folders('driver/toaster.c'), ['driver/parts']);
  assert.equal(
    withIncluded('include(a.cmake)', new Map([['a.cmake', 'include(a.cmake) $& $1']])),
    'include(a.cmake) $& $1',
  );
});

test('a library that a driver links shares its names; a module type makes a driver', async (context) => {
  const { map, root } = await load(context, {
    'driver/CMakeLists.txt':
      'add_library(toaster SHARED toaster.c)\nset_module_type(toaster kernelmodedriver)\ntarget_link_libraries(toaster PRIVATE pool.lib ${EXTRA})\n',
    'pool/CMakeLists.txt': 'add_library(Pool pool.c)\n',
    'tool/CMakeLists.txt': 'add_executable(tool tool.c)\n',
  });
  assert.equal(map.moduleOf(join(root, 'driver/toaster.c')), 'toaster.sys');
  assert.equal(map.moduleOf(join(root, 'pool/pool.c')), 'toaster.sys');
  assert.equal(map.moduleOf(join(root, 'tool/tool.c')), 'tool');
  assert.deepEqual(map.linkedTo(map.keyOf(join(root, 'driver/toaster.c'))), [map.keyOf(join(root, 'pool/pool.c'))]);
});
