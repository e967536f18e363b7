/** Fuzz target: C and C++ sources, alone and including each other. The first byte chooses the language. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SourceParsers } from '../../../server/core/source/scanSource';
import { loadSourceParsers, scanSource } from '../../../server/core/source/scanSource';
import { decodeText } from '../../../server/scan/files/decodeText';
import type { TextRange } from '../../../src/shared/facts';
import { joinBytes, mutateText } from '../mutate';
import type { FuzzTarget } from '../target';
import { checkIssues, checkSize } from '../target';

const LARGEST = 32 * 1024;

const WORDS = [
  "'derF'",
  "'''",
  '"',
  '\\\n',
  '??/',
  '/*',
  '*/',
  '//',
  '(',
  ')',
  '((((((((((((((((',
  '{',
  '}',
  '[',
  '<',
  '#',
  '##',
  '#if 0\n',
  '#if A(B) == ((C\n',
  '#else\n',
  '#elif defined X\n',
  '#endif\n',
  '#define A(x, ...) x ## __VA_ARGS__ A\n',
  "#define TAG 'gaT'\n",
  '#define B A(B)\n',
  '#undef TAG\n',
  '#include "self.h"\n',
  '#include MACRO\n',
  'ExAllocatePoolWithTag(NonPagedPool, 8, ',
  'ExAllocatePool2(POOL_FLAG_PAGED, n, TAG);\n',
  'ExFreePoolWithTag(p, ',
  'ULONG t = ',
  'enum { T = ',
  '? 1 : ',
  ' | 0x80000000',
  ' << 33',
  ' / 0',
  'static const ULONG x[] = {',
  'template <class T, int N> ',
  'operator new(size_t n) ',
  'namespace a { ',
  'PVOID Wrap(SIZE_T n, ULONG tag) { return ExAllocatePoolWithTag(PagedPool, n, tag); }\n',
  "new (NonPagedPool, 'derF') T",
  'WDF_OBJECT_ATTRIBUTES_INIT(&a);',
  'NdisAllocateMemoryWithTag(&p, 8, ',
  'R"x(',
  "L'a'",
  '\u0000',
];

let parsers: SourceParsers | undefined;

function checkRange({ start, end }: TextRange, lines: number): void {
  assert.ok(start.line >= 0 && start.column >= 0 && end.line <= lines, 'a range outside the text');
  assert.ok(start.line < end.line || (start.line === end.line && start.column <= end.column), 'a range that runs back');
}

export const sourceTarget: FuzzTarget = {
  name: 'source',
  seeds: (root) => {
    const folder = path.join(root, 'test/fixtures');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(c|h|cpp)$/.test(name))
      .sort();
    return sources.map((name) =>
      joinBytes(Uint8Array.of(name.endsWith('.cpp') ? 1 : 0), new Uint8Array(readFileSync(path.join(folder, name)))),
    );
  },
  accepts: (file, bytes) => /\.(c|cc|cpp|cxx|h|hpp)$/i.test(file) && bytes.length <= LARGEST,
  async prepare(root) {
    const load = (name: string): Uint8Array => readFileSync(path.join(root, 'node_modules', name, `${name}.wasm`));
    parsers = await loadSourceParsers({
      runtime: load('web-tree-sitter'),
      c: load('tree-sitter-c'),
      cpp: load('tree-sitter-cpp'),
    });
  },
  mutate: (input, random, other) => mutateText(input, random, other, WORDS),
  run: (input) => {
    assert.ok(parsers);
    const text = decodeText(input.subarray(1));
    const file = (input[0] ?? 0) % 2 === 0 ? '/p/self.c' : '/p/self.cpp';
    const files = {
      readText: (name: string) => (name === '/p/self.h' ? text : undefined),
      resolveInclude: () => '/p/self.h',
    };
    const { sites, mentions, issues, includes, exports } = scanSource(text, { file, module: 'p.sys', files, parsers });
    checkIssues(issues, text.length);
    checkSize([sites, mentions, includes, exports], input.length);
    const lines = text.split(/\r\n|\r|\n/).length;
    for (const { place, tags } of sites) {
      assert.ok(
        tags.every((tag) => Number.isInteger(tag) && tag >= 0 && tag <= 0xffffffff),
        'a tag of more than 32 bits',
      );
      assert.ok(place.kind === 'source');
      checkRange(place.range, lines);
      if (place.tagRange !== undefined) checkRange(place.tagRange, lines);
    }
    for (const { range } of mentions) checkRange(range, lines);
  },
};
