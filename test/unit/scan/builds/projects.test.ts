/**
 * Which driver a source belongs to: project files of five kinds, listed sources, nearest folder, telling folder names.
 */
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parseProjectFile, type Project } from '../../../../server/scan/builds/projectFile';
import { loadProjects, projectFilesAbove, ProjectMap } from '../../../../server/scan/builds/projects';
import { temporaryFolder } from '../../../support/temporaryFolder';

const folder = resolve('/drv/toaster');
const parse = (name: string, text: string): ReturnType<typeof parseProjectFile> =>
  parseProjectFile(join(folder, name), text);

test('a driver project of MSBuild', () => {
  const project = parse(
    'bus.vcxproj',
    `<Project><PropertyGroup><ConfigurationType>Driver</ConfigurationType><DriverType>KMDF</DriverType>
     <TargetName>$(ProjectName)</TargetName></PropertyGroup><PropertyGroup Condition="x"><TargetName>busenum</TargetName></PropertyGroup>
     <ItemDefinitionGroup><ClCompile><AdditionalIncludeDirectories>%(AdditionalIncludeDirectories);..\\inc;$(ProjectDir)own;$(DDK)\\x;C:\\abs</AdditionalIncludeDirectories></ClCompile></ItemDefinitionGroup>
     <Link><AdditionalDependencies>..\\$(IntDir)\\Common.lib;$(DDK)\\$(X).lib;%(AdditionalDependencies)</AdditionalDependencies></Link>
     <ItemGroup><ProjectReference Include="..\\lib\\helpers.vcxproj" /><ClCompile Include="..\\shared\\a.c" /><ClCompile Include="$(Gen)\\b.c" /><ClInclude Include="bus.h" /></ItemGroup></Project>`,
  );
  assert.deepEqual(project, {
    folder,
    module: 'busenum.sys',
    isDriver: true,
    sources: [resolve('/drv/shared/a.c'), join(folder, 'bus.h')],
    includeFolders: [resolve('/drv/inc'), join(folder, 'own')],
    links: ['common', 'helpers'],
  });
});

test('a crate is a driver when it is a cdylib made for the WDK', () => {
  const cargo = (text: string): Pick<Project, 'module' | 'isDriver' | 'links'> | undefined => {
    const project = parse('Cargo.toml', text);
    return project && { module: project.module, isDriver: project.isDriver, links: project.links };
  };
  const name = '[package]\nname = "echo-2"\n';
  const library = '[lib]\ncrate-type = ["cdylib"]\n';
  assert.deepEqual(
    cargo(`${name}[package.metadata.wdk]\n${library}[dependencies]\npool-tags.path = "../pool-tags"\n`),
    {
      module: 'echo_2.sys',
      isDriver: true,
      links: ['pool_tags'],
    },
  );
  assert.equal(cargo(`${name}${library}[dependencies]\nwdk-sys = "0.4"\n`)?.module, 'echo_2.sys');
  assert.equal(cargo(`${name}[lib]\nname = "other"\ncrate-type = ["cdylib"]\n`)?.module, 'other');
  assert.equal(cargo(`${name}[dependencies]\nwdk-sys = "0.4"\n`)?.module, 'echo_2');
  for (const text of [
    '[workspace]\nmembers = ["a"]\n',
    '[package]\nname = 3\n',
    '[package]\nname = "../x"\n',
    'a = [',
    '',
  ])
    assert.equal(cargo(text), undefined);
});

test('a program or library of MSBuild is no driver, nor is a kernel library', () => {
  const type = (text: string): unknown => parse('x.vcxproj', text)?.module;
  assert.equal(type('<ConfigurationType>Application</ConfigurationType>'), 'x');
  assert.equal(type('<ConfigurationType>StaticLibrary</ConfigurationType><DriverType>WDM</DriverType>'), 'x');
  assert.equal(type('<DriverType>UMDF</DriverType><ConfigurationType>DynamicLibrary</ConfigurationType>'), 'x');
  assert.equal(type('<PlatformToolset>WindowsKernelModeDriver10.0</PlatformToolset>'), 'x.sys');
});

test('sources files, INFs and CMakeLists', () => {
  const old = parse(
    'sources',
    'TARGETNAME=toaster\r\nTARGETTYPE=DRIVER\r\nINCLUDES=..\\inc;$(DDK)\r\nSOURCES= a.c \\\r\n  b.cpp toaster.rc\r\n',
  );
  assert.equal(old?.module, 'toaster.sys');
  assert.deepEqual(old.sources, [join(folder, 'a.c'), join(folder, 'b.cpp')]);
  assert.deepEqual(old.includeFolders, [resolve('/drv/inc')]);
  assert.deepEqual(
    parse(
      'sources',
      'TARGETNAME=a\nTARGETLIBS=$(DDK_LIB_PATH)\\ntstrsafe.lib \\\n ..\\Pool\\obj$(ALT)\\*\\Pool.lib $(ALL)',
    )?.links,
    ['ntstrsafe', 'pool'],
  );
  assert.equal(parse('sources', 'a list of sources'), undefined);
  assert.equal(parse('pkg.inf', '[Svc]\r\nServiceBinary = %12%\\Toaster.sys ; the driver\r\n')?.module, 'Toaster.sys');
  assert.equal(parse('pkg.inf', '[Version]\r\nClass=Net'), undefined);
  assert.equal(
    parse('CMakeLists.txt', '# add_library(no)\nwdk_add_driver(toaster KMDF 1.15 a.c)')?.module,
    'toaster.sys',
  );
  assert.equal(
    parse(
      'CMakeLists.txt',
      'project(top)\nadd_library(fs SHARED a.c)\nset_target_properties(fs PROPERTIES SUFFIX ".sys")',
    )?.module,
    'fs.sys',
  );
  assert.equal(parse('CMakeLists.txt', 'add_library(${NAME})\nadd_subdirectory(x)'), undefined);
});

test('hostile project files cost no time and leave the folder', () => {
  for (const text of [
    '<TargetName'.repeat(20_000),
    '<ClCompile Include="'.repeat(20_000),
    'add_library('.repeat(20_000),
  ]) {
    for (const name of ['x.vcxproj', 'CMakeLists.txt', 'sources', 'x.inf']) parse(name, text);
  }
  assert.deepEqual(parse('x.vcxproj', '<ClCompile Include="\\\\server\\share\\a.c" />')?.sources, []);
});

interface Listed {
  readonly at: string;
  readonly module: string;
  readonly sources: readonly string[];
}

test('the project that lists a file wins over the nearest one; drivers come before libraries', () => {
  const project = (at: string, module: string, sources: string[] = []): Listed => ({
    at,
    module,
    sources,
  });
  const makeMap = (...list: readonly Listed[]): ProjectMap =>
    new ProjectMap(
      list.map(({ at, module, sources }) => ({
        folder: resolve(at),
        module,
        isDriver: module.endsWith('.sys'),
        sources: sources.map((source) => resolve(source)),
        includeFolders: [],
        links: [],
      })),
    );
  const map = makeMap(
    project('/r/build', 'fs.sys', ['/r/src/sys/volume.c', '/r/lib/shared.c']),
    project('/r/lib', 'helpers', ['/r/lib/shared.c']),
    project('/r', 'whole'),
  );
  const moduleOf = (path: string): string => map.moduleOf(resolve(path));
  assert.equal(moduleOf('/r/src/sys/VOLUME.c'), 'fs.sys');
  assert.equal(moduleOf('/r/lib/shared.c'), 'fs.sys');
  assert.equal(moduleOf('/r/lib/own.c'), 'helpers');
  assert.equal(moduleOf('/r/src/new.c'), 'whole');
  assert.notEqual(map.keyOf(resolve('/r/lib/own.c')), map.keyOf(resolve('/r/src/new.c')));
});

test('a library is a part of the one driver that links it, however deep; of two drivers it is its own', () => {
  const make = (at: string, module: string, ...links: readonly string[]): Project => ({
    folder: resolve(at),
    module,
    isDriver: module.endsWith('.sys'),
    sources: [],
    includeFolders: [],
    links,
  });
  const map = new ProjectMap([
    make('/a/drv', 'a.sys', 'filters', 'shared'),
    make('/a/filters', 'Filters', 'inner'),
    make('/a/inner', 'inner', 'filters'),
    make('/b/drv', 'b.sys', 'filters', 'shared'),
    make('/b/filters', 'Filters'),
    make('/shared', 'shared'),
  ]);
  const moduleOf = (path: string): string => map.moduleOf(resolve(path));
  assert.deepEqual(['/a/filters/x.c', '/a/inner/x.c', '/b/filters/x.c', '/shared/x.c'].map(moduleOf), [
    'a.sys',
    'a.sys',
    'b.sys',
    'shared',
  ]);
});

test('without a project the folder names the module, the first one that says something', () => {
  const map = new ProjectMap([]);
  assert.equal(map.moduleOf(resolve('/code/toaster/toaster.c')), 'toaster');
  assert.equal(map.moduleOf(resolve('/code/toaster/src/sys/toaster.c')), 'toaster');
  assert.equal(map.keyOf(resolve('/code/toaster/src/a.c')), map.keyOf(resolve('/code/toaster/inc/a.h')));
});

test('project files above a scanned folder are found, up to where the repository begins', async (t) => {
  const root = temporaryFolder(t, {
    'above.inf': '',
    'repo/.git/HEAD': '',
    'repo/CMakeLists.txt': 'project(top)',
    'repo/drv/drv.vcxproj': '<ConfigurationType>Driver</ConfigurationType>',
    'repo/drv/src/a.c': '',
  });
  const files = await projectFilesAbove(join(root, 'repo/drv/src'));
  assert.deepEqual(files, [join(root, 'repo/drv/drv.vcxproj'), join(root, 'repo/CMakeLists.txt')]);
  const projects = await loadProjects([...files, join(root, 'missing.vcxproj')]);
  assert.equal(new ProjectMap(projects).moduleOf(join(root, 'repo/drv/src/a.c')), 'drv.sys');
});
