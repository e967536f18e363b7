/**
 * Compilation databases, the C/C++ extension's settings, and which of all settings holds for a source.
 */
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { loadBuildSettings } from '../../../../server/scan/builds/buildSettings';
import { parseCompileCommands } from '../../../../server/scan/builds/compileCommands';
import type { CompileFlags } from '../../../../server/scan/builds/compileFlags';
import { parseCppProperties } from '../../../../server/scan/builds/cppProperties';
import { parseProjectFile } from '../../../../server/scan/builds/projectFile';
import { ProjectMap } from '../../../../server/scan/builds/projects';
import { UnitFlagsMap } from '../../../../server/scan/builds/unitFlags';
import { temporaryFolder } from '../../../support/temporaryFolder';

const RELEASE = { configuration: 'Release', platform: 'x64' };
const NOTHING: CompileFlags = { defines: {}, undefines: [], includeFolders: [], forcedIncludes: [], origin: '' };

test('options of a command: defines, undefines, folders, forced includes, a response file', () => {
  const flags = parseCompileCommands(
    JSON.stringify([
      {
        directory: '/b',
        file: 'a.c',
        command: 'cl /DA /D "B=2" -DC=\\"x\\" /UA /Iinc -isystem /sys /FIpre.h -include two.h @more.rsp /c a.c',
      },
    ]),
    '/b/compile_commands.json',
    { responseFile: (path) => (path === resolve('/b/more.rsp') ? '/DFROM_FILE\r\n@again.rsp' : undefined) },
  );
  assert.deepEqual(flags?.[resolve('/b/a.c')], {
    defines: { B: '2', C: '"x"', FROM_FILE: '1' },
    undefines: ['A'],
    includeFolders: [resolve('/b/inc'), '/sys'],
    forcedIncludes: ['pre.h', 'two.h'],
    origin: 'compile_commands.json',
  });
});

test('of several entries of a source, the one of the configuration; else the first', () => {
  const text = JSON.stringify(
    ['Debug', 'Release'].map((name) => ({
      directory: '/b',
      file: 'a.c',
      arguments: ['cl', `-D${name.toUpperCase()}`, `/Fo..\\out\\${name}\\a.obj`],
    })),
  );
  const defined = (configuration: string): string[] => {
    const flags = parseCompileCommands(text, '/b/x.json', { choice: { configuration, platform: 'x64' } });
    return Object.keys(flags?.[resolve('/b/a.c')]?.defines ?? {});
  };
  assert.deepEqual(defined('release'), ['RELEASE']);
  assert.deepEqual(defined('Other'), ['DEBUG']);
});

test('c_cpp_properties.json: comments, variables, the configuration of that name', () => {
  const path = resolve('/ws/.vscode/c_cpp_properties.json');
  const text = `{ // made by hand
    "env": { "shared": ["\${workspaceFolder}/shared", "/abs"] },
    "configurations": [
      { "name": "Debug", "defines": ["DBG=1"] },
      { "name": "Release", "defines": ["DBG=0", "NAME=\${workspaceFolderBasename}"],
        "includePath": ["\${workspaceFolder}/**", "\${shared}", "inc", "\${env:WDK}/km", "//server/x"],
        "forcedInclude": ["\${workspaceRoot}/pre.h"], "compileCommands": "\${workspaceFolder}/out/compile_commands.json", },
    ] }`;
  assert.deepEqual(parseCppProperties(path, text, RELEASE), {
    folder: resolve('/ws'),
    flags: {
      defines: { DBG: '0', NAME: 'ws' },
      undefines: [],
      includeFolders: [resolve('/ws'), resolve('/ws/shared'), '/abs', resolve('/ws/inc')],
      forcedIncludes: [resolve('/ws/pre.h')],
      origin: 'c_cpp_properties.json Release',
    },
    compileCommands: [resolve('/ws/out/compile_commands.json')],
  });
  assert.deepEqual(parseCppProperties(path, text, { ...RELEASE, configuration: 'none' })?.flags.defines, { DBG: '1' });
  for (const broken of ['', '[]', '{"configurations": 1}', '{"configurations":[1]}', '['.repeat(100_000)])
    assert.equal(parseCppProperties(path, broken, RELEASE), undefined);
});

test('settings among the sources: a database named by the editor first, an empty one is no issue, a broken one is', (t) => {
  const database = (define: string): string =>
    JSON.stringify([{ directory: '.', file: '../a.c', arguments: ['cl', `-D${define}`] }]);
  const root = temporaryFolder(t, {
    'aa/compile_commands.json': database('FOUND'),
    'out/compile_commands.json': database('NAMED'),
    'empty/compile_commands.json': '',
    'broken/compile_commands.json': '{}',
    '.vscode/c_cpp_properties.json':
      '{"configurations":[{"compileCommands":["out/compile_commands.json","../x.json"]}]}',
  });
  const files = ['aa', 'broken', 'empty', 'out']
    .map((name) => join(root, name, 'compile_commands.json'))
    .concat(join(root, '.vscode/c_cpp_properties.json'));
  const settings = loadBuildSettings(files, { roots: [root], choiceOf: () => RELEASE });
  assert.deepEqual(settings.compileFlags[join(root, 'a.c')]?.defines, { NAMED: '1' });
  assert.deepEqual(settings.issues, [
    {
      file: join(root, 'broken/compile_commands.json'),
      message: 'not a compilation database (a JSON list of commands)',
    },
  ]);
  assert.deepEqual(
    settings.folderFlags.map((one) => one.folder),
    [root],
  );
});

test('a database says everything; else project, folders, command line, the later over the earlier', () => {
  const folder = resolve('/drv');
  const of = (file: string, compileFlags: Readonly<Record<string, CompileFlags>> = {}): unknown => {
    const project = { folder, module: 'bus', isDriver: true, sources: [], includeFolders: [], links: [] };
    const flags = { ...NOTHING, defines: { A: 'project', B: 'project', C: 'project' }, origin: 'bus.vcxproj' };
    const setup = {
      compileFlags,
      folderFlags: [{ folder, flags: { ...NOTHING, defines: { B: 'folder' }, undefines: ['C'], origin: 'editor' } }],
      defines: { D: 'given' },
    };
    const unit = new UnitFlagsMap(setup, new ProjectMap([{ ...project, flags }])).of(join(folder, file));
    return [Object.fromEntries(unit.defines), [...unit.undefines], Object.fromEntries(unit.origins)];
  };
  assert.deepEqual(of('a.c'), [
    { A: 'project', B: 'folder', D: 'given' },
    ['C'],
    { A: 'bus.vcxproj', B: 'editor', C: 'editor', D: 'command line' },
  ]);
  const entry = { ...NOTHING, defines: { X: '1' }, origin: 'compile_commands.json' };
  assert.deepEqual(of('a.c', { [join(folder, 'a.c')]: entry }), [
    { X: '1', D: 'given' },
    [],
    { X: 'compile_commands.json', D: 'command line' },
  ]);
});

test('a WDK sources file: C_DEFINES over several lines, none of an !IF, none with variables', () => {
  const text =
    'TARGETNAME=bus\r\nTARGETTYPE=DRIVER\r\nC_DEFINES=$(C_DEFINES) -DONE=1 \\\r\n  /DTWO -D$(X)\r\n!IF "$(A)"=="b"\r\nC_DEFINES=$(C_DEFINES) -DTHREE\r\n!ENDIF\r\n';
  assert.deepEqual(parseProjectFile(resolve('/drv/sources'), text)?.flags?.defines, { ONE: '1', TWO: '1' });
});
