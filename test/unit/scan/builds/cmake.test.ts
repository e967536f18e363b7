/** CMakeLists.txt as text: which macros hold for a target, its folder and single sources. Nothing is executed. */
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { writeFileSync, mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { parseCMake } from '../../../../server/scan/builds/cmakeFile';
import { readCMake } from '../../../../server/scan/builds/cmakeText';
import { parseProjectFile } from '../../../../server/scan/builds/projectFile';
import { loadProjects, ProjectMap } from '../../../../server/scan/builds/projects';
import { UnitFlagsMap } from '../../../../server/scan/builds/unitFlags';
import { temporaryFolder } from '../../../support/temporaryFolder';

const DEBUG = { configuration: 'Debug', platform: 'x64' };

test('commands: comments, quotes, brackets, variables and lists', () => {
  const commands = readCMake(`
# add_definitions(-DCOMMENT)
#[[ add_definitions(-DLONG)
 comment ]] set(LIST a b) set(TEXT "x y")
list(APPEND LIST c)
Use(\${LIST} "\${LIST}" "\${TEXT}" [=[\${raw}]=] "a\\"b" pre\${UNKNOWN} (nested))
`);
  assert.deepEqual(commands, [{ name: 'use', args: ['a', 'b', 'c', 'a;b;c', 'x y', 'a"b', '(', 'nested', ')'] }]);
});

test('only what is reached counts: conditions, functions, loops', () => {
  const { defines } = parseCMake(`
if(WIN32) add_definitions(-DA) else() add_definitions(-DNO1) endif()
if(UNIX) add_definitions(-DNO2) elseif(MSVC) add_definitions(/DB) else() add_definitions(-DNO3) endif()
if(NOT WIN32) add_definitions(-DNO4) endif()
if(SOMETHING) add_definitions(-DNO5) else() add_definitions(-DNO6) endif()
function(f) add_definitions(-DNO7) endfunction()
foreach(x a b) add_definitions(-DNO8) endforeach()
add_compile_definitions(C D=2)
`);
  assert.deepEqual(defines, ['A', 'B', 'C', 'D=2']);
});

test('every command that defines something', () => {
  const { defines, definesOf, folderDefines } = parseCMake(
    `
project("A Title")
add_compile_options(/DOPTION /W4)
set_property(DIRECTORY APPEND PROPERTY COMPILE_DEFINITIONS FOLDER)
wdk_add_driver(toaster KMDF 1.15 WINVER 0x0A00 toaster.c power.c)
target_compile_definitions(toaster PRIVATE TAG='abcd' INTERFACE OTHERS PUBLIC -DALL)
target_compile_definitions(toaster PRIVATE $<$<CONFIG:Debug>:CHECKED=1> $<$<CONFIG:Release>:FREE> $<BOOL:x>)
set_target_properties(toaster PROPERTIES OUTPUT_NAME t COMPILE_DEFINITIONS "ONE;TWO=2")
set_property(TARGET toaster APPEND PROPERTY COMPILE_DEFINITIONS THREE)
target_compile_options(toaster PRIVATE /DFOUR=4)
set_source_files_properties(power.c PROPERTIES COMPILE_DEFINITIONS POWER)
set_property(SOURCE power.c APPEND PROPERTY COMPILE_OPTIONS /DMORE)
target_compile_definitions(nobody PRIVATE NOTHING)
`,
    DEBUG,
  );
  const ofTarget = ['WINNT=1', '_WIN32_WINNT=0x0A00', 'DBG=1', 'MSC_NOOPT', 'DEPRECATE_DDK_FUNCTIONS=1'].concat([
    "TAG='abcd'",
    'ALL',
    'CHECKED=1',
    'ONE',
    'TWO=2',
    'THREE',
    'FOUR=4',
  ]);
  assert.deepEqual(folderDefines, ['OPTION', 'FOLDER']);
  assert.deepEqual(defines, ['OPTION', 'FOLDER', ...ofTarget]);
  assert.deepEqual(definesOf.get('toaster.c'), ofTarget);
  assert.deepEqual(definesOf.get('power.c'), [...ofTarget, 'POWER', 'MORE']);
});

test('the driver a file builds, and files that build none', () => {
  const project = parseProjectFile(
    resolve('/r/CMakeLists.txt'),
    'wdk_add_driver(toaster a.c)\nadd_executable(tool t.c)',
  );
  assert.equal(project?.module, 'toaster.sys');
  assert.deepEqual(project?.sources, [resolve('/r/a.c')]);
  assert.equal(project?.flags?.origin, 'CMakeLists.txt');
  assert.equal(parseProjectFile(resolve('/r/CMakeLists.txt'), 'cmake_minimum_required(VERSION 3.5)'), undefined);
  assert.equal(parseProjectFile(resolve('/r/CMakeLists.txt'), 'project("My Drivers" C)'), undefined);
});

test('hostile text ends', () => {
  assert.deepEqual(readCMake('a('.repeat(50_000)), []);
  const doubling = Array.from(
    { length: 60 },
    (_, at) => `set(v${String(at + 1)} "\${v${String(at)}}\${v${String(at)}}")`,
  );
  assert.ok(
    readCMake(`set(v0 "x")\n${doubling.join('\n')}\nuse("\${v60}")`).every(({ args }) => args.join('').length < 1e6),
  );
  assert.deepEqual(parseCMake('endif() endfunction() else() elseif() endif() add_definitions(-DA)').defines, ['A']);
});

test('macros of folders above hold below; a single source has its own beside them', async (context) => {
  const root = temporaryFolder(context);
  const folder = join(root, 'driver');
  mkdirSync(folder);
  const files = [join(root, 'CMakeLists.txt'), join(folder, 'CMakeLists.txt')];
  writeFileSync(files[0] ?? '', 'add_definitions(-DSHARED=1 -DLEVEL=1)\nadd_subdirectory(driver)\n');
  writeFileSync(
    files[1] ?? '',
    'add_definitions(-DLEVEL=2)\nwdk_add_driver(toaster a.c b.c)\nset_property(SOURCE b.c PROPERTY COMPILE_DEFINITIONS OWN)\n',
  );
  const projects = await loadProjects(files, { folders: [root], choiceOf: () => DEBUG });
  const map = new UnitFlagsMap({ compileFlags: {}, folderFlags: [], defines: {} }, new ProjectMap(projects));
  const defined = (name: string): string[] =>
    ['SHARED', 'LEVEL', 'OWN'].map((macro) => map.of(join(folder, name)).defines.get(macro) ?? '-');
  assert.deepEqual(defined('a.c'), ['1', '2', '-']);
  assert.deepEqual(defined('b.c'), ['1', '2', '1']);
  assert.equal(map.of(join(folder, 'a.c')).origins.get('SHARED'), 'CMakeLists.txt');
});
