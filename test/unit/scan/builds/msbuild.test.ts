/**
 * What MSBuild projects compile with: configurations, conditions, property sheets, inherited lists, single sources.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { BuildChoice } from '../../../../server/scan/builds/msbuild';
import { evaluateMsBuildCondition } from '../../../../server/scan/builds/msbuildCondition';
import type { Project } from '../../../../server/scan/builds/projectFile';
import { loadProjects } from '../../../../server/scan/builds/projects';
import { readXml } from '../../../../server/scan/builds/xmlTree';
import { temporaryFolder } from '../../../support/temporaryFolder';

const CONFIGURATIONS = ['Debug|x64', 'Release|x64', 'Release|Win32', 'Win7 Debug|x64']
  .map((name) => `<ProjectConfiguration Include="${name}" />`)
  .join('');
const HEAD = `<Project><ItemGroup>${CONFIGURATIONS}</ItemGroup><Import Project="$(VCTargetsPath)\\Microsoft.Cpp.Default.props" />`;

async function load(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  choice: Partial<BuildChoice> = {},
): Promise<{ root: string; project: Project }> {
  const root = temporaryFolder(t, files);
  const [project] = await loadProjects([join(root, 'drv/bus.vcxproj')], {
    folders: [root],
    choiceOf: () => ({ configuration: 'Release', platform: 'x64', ...choice }),
  });
  assert.ok(project);
  return { root, project };
}

const compile = (metadata: string, condition = ''): string =>
  `<ItemDefinitionGroup ${condition}><ClCompile>${metadata}</ClCompile></ItemDefinitionGroup>`;
const defines = (list: string): string => `<PreprocessorDefinitions>${list}</PreprocessorDefinitions>`;
const when = (name: string): string => `Condition="'$(Configuration)|$(Platform)'=='${name}'"`;

test('definitions of the configuration that was chosen, and of all', async (t) => {
  const files = {
    'drv/bus.vcxproj': `${HEAD}${compile(defines('BOTH=$(Answer);%(PreprocessorDefinitions)'))}
      ${compile(defines('ONLY_DEBUG;SPACED = 1 ;%(PreprocessorDefinitions)'), when('debug|X64'))}
      ${compile(defines("TAG='suB1'"), when('Release|x64'))}
      <PropertyGroup><Answer>42</Answer></PropertyGroup></Project>`,
  };
  const debug = (await load(t, files, { configuration: 'Debug' })).project.flags;
  assert.deepEqual(debug?.defines, { DBG: '1', ONLY_DEBUG: '1', BOTH: '42' });
  assert.equal(debug.origin, 'bus.vcxproj Debug|x64');
  const release = (await load(t, files)).project.flags;
  assert.deepEqual(release?.defines, { TAG: "'suB1'" }, 'a list without %() replaces what it had');
});

test('where a project lacks what was asked for, the nearest counts and is named', async (t) => {
  const files = { 'drv/bus.vcxproj': `${HEAD}</Project>` };
  const origin = async (choice: Partial<BuildChoice>): Promise<string | undefined> =>
    (await load(t, files, choice)).project.flags?.origin;
  assert.equal(await origin({ configuration: 'Win7' }), 'bus.vcxproj Win7 Debug|x64');
  assert.equal(await origin({ platform: 'ARM64' }), 'bus.vcxproj Release|Win32');
  assert.equal(await origin({ configuration: 'debug' }), 'bus.vcxproj Debug|x64');
});

test("a platform's macros, the target's Windows, checked builds", async (t) => {
  const files = {
    'drv/bus.vcxproj': `${HEAD}<PropertyGroup><TargetVersion>Windows7</TargetVersion><UseDebugLibraries>true</UseDebugLibraries></PropertyGroup></Project>`,
  };
  const flags = (await load(t, files, { platform: 'Win32' })).project.flags;
  assert.deepEqual(flags?.defines, {
    _X86_: '1',
    i386: '1',
    _M_IX86: '600',
    _WIN32_WINNT: '0x0601',
    WINVER: '0x0601',
    NTDDI_VERSION: '0x06010000',
    DBG: '1',
  });
  assert.ok(flags.undefines.includes('_AMD64_'));
});

test('property sheets: beside the project, above it, by function, in a circle; not outside', async (t) => {
  const { project, root } = await load(t, {
    'Directory.Build.props': `<Project>${compile(defines('SHARED'))}</Project>`,
    'build/common.props': `<Project><PropertyGroup><Inc>$(MSBuildThisFileDirectory)inc</Inc></PropertyGroup></Project>`,
    'drv/own.props': `<Project><Import Project="own.props" />${compile(defines('OWN;%(PreprocessorDefinitions)'))}</Project>`,
    'drv/bus.vcxproj': `${HEAD}<ImportGroup><Import Project="own.props" Condition="Exists('own.props')" /></ImportGroup>
      <Import Project="$([MSBuild]::GetDirectoryNameOfFileAbove($(MSBuildThisFileDirectory), build\\common.props))\\x.props" />
      <Import Project="$(SolutionDir)build\\common.props" />
      <Import Project="missing.props" /><Import Project="\\\\server\\share\\evil.props" />
      ${compile('<AdditionalIncludeDirectories>$(Inc);$(DDK_INC_PATH)\\x;..\\up;%(AdditionalIncludeDirectories)</AdditionalIncludeDirectories><ForcedIncludeFiles>sub\\pch.h</ForcedIncludeFiles>')}</Project>`,
    'all.sln': '',
  });
  assert.deepEqual(project.flags?.defines, { SHARED: '1', OWN: '1' });
  assert.deepEqual(project.flags.includeFolders, [join(root, 'build/inc'), join(root, 'up')]);
  assert.deepEqual(project.flags.forcedIncludes, [join('sub', 'pch.h')]);
  assert.deepEqual(project.includeFolders.slice(0, 1), [join(root, 'build/inc')]);
});

test('a source with something of its own', async (t) => {
  const { project, root } = await load(t, {
    'drv/bus.vcxproj': `${HEAD}${compile(defines('ALL'))}<ItemGroup><ClCompile Include="a.c">${defines('%(PreprocessorDefinitions);MINE=2')}</ClCompile>
      <ClCompile Include="b.c"><Optimization>Disabled</Optimization></ClCompile></ItemGroup></Project>`,
  });
  assert.deepEqual(Object.keys(project.flagsOf ?? {}), [join(root, 'drv/a.c')]);
  assert.deepEqual(project.flagsOf?.[join(root, 'drv/a.c')]?.defines, { ALL: '1', MINE: '2' });
});

test('conditions are three-valued', () => {
  const values: Readonly<Record<string, string | undefined>> = { A: 'x', N: '3', U: undefined };
  const scope = {
    expand: (text: string): string | undefined => {
      const name = /^\$\((\w+)\)$/.exec(text)?.[1];
      return name === undefined ? text : values[name];
    },
    exists: (path: string): boolean => path === 'here',
  };
  const truth = (condition: string): boolean | undefined => evaluateMsBuildCondition(condition, scope);
  assert.equal(truth(''), true);
  assert.equal(truth(`'$(A)' == 'X'`), true);
  assert.equal(truth(`'$(A)'!='x' or '$(N)' >= '3'`), true);
  assert.equal(truth(`!('$(A)'=='x') And '$(U)'==''`), false);
  assert.equal(truth(`'$(U)'==''`), undefined);
  assert.equal(truth(`Exists('here') and !Exists('there')`), true);
  assert.equal(truth(`$(A) == x`), true);
  assert.equal(truth(`HasTrailingSlash('a\\')`), true);
  for (const broken of [`'a' ==`, `(`, `'a'=='a' 'b'`, `and`, `'`, '!'.repeat(10_000)])
    assert.equal(truth(broken), undefined);
});

test('broken and hostile XML: what stands in front of the fault counts', () => {
  assert.equal(readXml('no xml'), undefined);
  assert.equal(readXml('<a><b>x</b></c>')?.children[0]?.text, 'x');
  const deep = readXml('<a>'.repeat(100_000));
  assert.equal(deep?.name, 'a');
  const bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>';
  assert.ok((readXml(bomb)?.text.length ?? 0) < 10);
});

test('what the WDK defines for drivers alone does not hold for programs and user-mode drivers', async (t) => {
  const isKernel = async (properties: string): Promise<boolean> => {
    const files = { 'drv/bus.vcxproj': `${HEAD}<PropertyGroup>${properties}</PropertyGroup></Project>` };
    return (await load(t, files)).project.flags?.undefines.includes('_KERNEL_MODE') === false;
  };
  const type = (name: string): string => `<ConfigurationType>${name}</ConfigurationType>`;
  const toolset = (name: string): string => `<PlatformToolset>${name}</PlatformToolset>`;
  assert.equal(await isKernel(type('Driver') + toolset('WindowsKernelModeDriver10.0')), true);
  assert.equal(await isKernel(type('DynamicLibrary') + toolset('WindowsKernelModeDriver10.0')), true);
  assert.equal(await isKernel(type('DynamicLibrary') + '<DriverType>KMDF</DriverType>'), true);
  assert.equal(await isKernel(type('StaticLibrary') + toolset('v143')), true);
  // A project that leaves its toolset to a file that is not at hand says too little.
  assert.equal(await isKernel(type('DynamicLibrary')), true);
  assert.equal(await isKernel(type('Application') + toolset('v143')), false);
  assert.equal(await isKernel(type('DynamicLibrary') + toolset('v143')), false);
  assert.equal(await isKernel(type('DynamicLibrary') + toolset('WindowsUserModeDriver10.0')), false);
});
