/** Fuzz targets: texts of tools and people: captures, pooltag.txt, project files, compile commands, globs, baselines. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { decodeCaptureText } from '../../../server/core/capture/captureText';
import { parseCapture } from '../../../server/core/capture/parseCapture';
import { poolMonText } from '../../../server/core/capture/poolMonWriter';
import { readBaseline } from '../../../server/core/lint/baseline';
import { readSuppressions } from '../../../server/core/lint/suppressions';
import { parsePoolTagFile } from '../../../server/core/tags/poolTagFile';
import { parseCompileCommands } from '../../../server/scan/builds/compileCommands';
import { parseCppProperties } from '../../../server/scan/builds/cppProperties';
import { DEFAULT_BUILD, readMsBuildProject } from '../../../server/scan/builds/msbuild';
import { parseProjectFile } from '../../../server/scan/builds/projectFile';
import { readXml } from '../../../server/scan/builds/xmlTree';
import { decodeText } from '../../../server/scan/files/decodeText';
import { globMatcher } from '../../../server/scan/files/globPattern';
import { ROW_STRIDE } from '../../../src/shared/sample';
import { mutateText } from '../mutate';
import type { FuzzTarget } from '../target';
import { checkIssues, checkSize } from '../target';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function filesOf(root: string, folder: string, pattern: RegExp): Uint8Array[] {
  const all = path.join(root, 'test/fixtures', folder);
  return readdirSync(all, { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => new Uint8Array(readFileSync(path.join(all, name))));
}

const CAPTURE_WORDS = [
  ' Memory: 4194303K Avail:  1048575K  PageFlts:   123   InRam Krnl: 1000K P: 2000K\n',
  ' Commit: 999999K Limit:9999999K Peak:9999999K            Pool N: 5000K P: 6000K\n',
  ' Tag  Type     Allocs            Frees            Diff   Bytes  Per Alloc  Mapped_Driver\n',
  ' Fred Nonp  18446744073709551615 ( 1) 0 ( -1) 4294967296 99999999999999999999 ( 7) 123\n',
  ' Sorting by Tag\n',
  'Pool Used:\n',
  '            NonPaged                  Paged\n',
  ' Tag     Allocs     Used     Allocs     Used\n',
  ' Fred       1      64        0       0\tUNKNOWN pooltag\n',
  'TOTAL  1 64 0 0\n',
  '(',
  '\r\n',
  '\u00ff\u0000',
  '-1',
  '99999999999999999999999999',
  '0x',
];

export const captureTarget: FuzzTarget = {
  name: 'capture',
  seeds: (root) => filesOf(root, 'captures', /\.(txt|log)$/),
  accepts: (file, bytes) => /\.(txt|log)$/i.test(file) && bytes.length <= 64 * 1024,
  mutate: (input, random, other) => mutateText(input, random, other, CAPTURE_WORDS),
  run: (input) => {
    const text = decodeCaptureText(input);
    const { value, issues } = parseCapture(text, { time: 1_700_000_000_000 });
    checkIssues(issues, text.length);
    if (value.length === 0) assert.ok(issues.length > 0, 'nothing read and nothing said');
    let previous = value[0];
    for (const sample of value) {
      assert.equal(sample.rows.length % ROW_STRIDE, 0);
      assert.ok(sample.rows.every(Number.isFinite), 'a counter that is no number');
      const tags = sample.rows.filter((_, index) => index % ROW_STRIDE === 0);
      assert.equal(new Set(tags).size, tags.length, 'a tag twice in one sample');
      poolMonText(sample, previous);
      previous = sample;
    }
  },
};

const POOLTAG_WORDS = [
  'Fred - fred.sys - Fred',
  ' - ',
  '*',
  '?',
  'Fr*? - a - b\n',
  '**** - a - b\n',
  'rem ',
  '// ',
  '\u001a',
  '\ufeff',
  '\r',
  'AfdX\t-\tafd.sys\t-\tx\n',
];

export const poolTagTarget: FuzzTarget = {
  name: 'pooltag',
  seeds: () => [
    encode(
      '\ufeffrem\r\nrem Pooltag.txt\r\n\r\nAbc  - abc.sys   - text - more\r\n8042 - i8042prt.sys - PS/2\r\n' +
        'Afd? - afd.sys - any\r\nBu*  - nt!io - wild\r\n?l?? - x - y\r\nFile - <unknown> - File objects\r\n' +
        '// comment\r\nFred - fred.sys -\r\n@ - - -\r\n\u001a',
    ),
  ],
  accepts: (file) => /pooltag\.txt$/i.test(file),
  mutate: (input, random, other) => mutateText(input, random, other, POOLTAG_WORDS),
  run: (input) => {
    const text = decodeText(input);
    const { value, issues } = parsePoolTagFile(text);
    checkIssues(issues, text.length);
    for (const tag of [0, 0xffffffff, 0x64657246, 0x20636241, 0x2a2a2a2a]) {
      for (const entry of value.describe(tag)) assert.equal(entry.pattern.length, 4);
    }
  },
};

const PROJECT_WORDS = [
  '<ClCompile Include="a.c" />',
  '<ClCompile Include="',
  '<ConfigurationType>Driver</ConfigurationType>',
  '<!--',
  '-->',
  '$(A)$(B)',
  'SOURCES=a.c \\\n b.c',
  'TARGETNAME=',
  'TARGETTYPE=DRIVER\n',
  'add_library(x a.c)',
  'target_include_directories(',
  '${A}',
  '[Version]\n',
  'ServiceBinary = %12%\\a.sys\n',
  '"',
  '\\',
  '{"directory":"/","file":"a.c","command":"cl -DA=\'b\' -I x"}',
  '[',
  '**/',
  '{a,b}',
  '[!a-z]',
  '*',
  '// poollens-disable-next-line duplicate-tag -- why\n',
];

const PROJECT_NAMES = ['a.vcxproj', 'sources', 'CMakeLists.txt', 'a.inf'];

export const projectTarget: FuzzTarget = {
  name: 'project',
  seeds: (root) => [
    ...filesOf(root, 'demo', /\.(vcxproj|inf)$/),
    encode('TARGETNAME=toaster\nTARGETTYPE=DRIVER\nSOURCES=a.c \\\n  b.c\nINCLUDES=..\\inc;$(DDK)\n'),
    encode(
      'project(toaster C)\nadd_library(toaster SHARED a.c b.c)\ntarget_include_directories(toaster PRIVATE inc)\n',
    ),
    encode(
      "<Project><Import Project='own.props' Condition=\"'$(Configuration)|$(Platform)'=='Debug|x64' and Exists('$(A)')\"/><PropertyGroup><A>$(A)$(B)</A></PropertyGroup><ItemDefinitionGroup><ClCompile><PreprocessorDefinitions>A=$(A);%(PreprocessorDefinitions)</PreprocessorDefinitions></ClCompile></ItemDefinitionGroup></Project>",
    ),
    encode('{ // x\n"configurations":[{"name":"a","defines":["A=1"],"includePath":["${workspaceFolder}/**"]}]}'),
    encode('[{"directory":"/p","file":"a.c","arguments":["clang","-DA=1","-I","inc","a.c"]}]'),
    encode('{"findings":[{"rule":"default-tag","file":"a.c","tag":"0x64657246"}]}'),
    encode('**/{build,out}/*.c'),
    encode('int a; // poollens-disable-line default-tag, known-tag -- on purpose\n'),
  ],
  accepts: (file, bytes) =>
    /\.(vcxproj|inf|json)$|CMakeLists\.txt$|[\\/]sources$/i.test(file) && bytes.length <= 64 * 1024,
  mutate: (input, random, other) => mutateText(input, random, other, PROJECT_WORDS),
  run: (input) => {
    const text = decodeText(input);
    for (const name of PROJECT_NAMES) checkSize(parseProjectFile(path.join('/p', name), text), input.length);
    checkSize(parseCompileCommands(text, '/p/compile_commands.json'), input.length);
    checkSize(parseCppProperties('/p/.vscode/c_cpp_properties.json', text, DEFAULT_BUILD), input.length);
    const root = readXml(text);
    const sheets = { read: (): typeof root => root, exists: (): boolean => true, solutionFolder: '/p' };
    if (root !== undefined) readMsBuildProject('/p/x.vcxproj', root, DEFAULT_BUILD, sheets);
    readBaseline(text);
    readSuppressions(text);
    // Globs come from settings: short ones are the case that counts.
    const matches = globMatcher([text.slice(0, 200)]);
    matches('/p/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbb/cccccccccccccccc/x.c');
  },
};
