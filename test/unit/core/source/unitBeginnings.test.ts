/**
 * Files that begin with the same includes share one walk of them: what each sees must be what it would see alone.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SourceCache } from '../../../../server/core/source/sourceCache';
import { SourceText } from '../../../../server/core/source/text/sourceText';
import { readUnit, type SourceFiles, type TranslationUnit } from '../../../../server/core/source/translationUnit';

const TEXTS: Readonly<Record<string, string>> = {
  '/d/a.h': '#pragma once\n#define A 1\n#ifdef WIDE\n#define SIZE 2\n#else\n#define SIZE 1\n#endif\n',
  '/d/b.h': '#include "a.h"\n#ifdef A\n#define B A\n#endif\n#define LATE 2\n',
  '/d/c.h': '#include "user.h"\n#define C 3\n',
  '/d/user.h': '#pragma once\n#include "a.h"\n#include "c.h"\n#define USER 4\n',
  '/d/one.c': '#include "a.h"\n#include "b.h"\nint one = B;\n',
  '/d/two.c': '/* alike */\n#include "a.h"\nint early = LATE;\n#include "b.h"\nint two = B;\n',
  '/d/own.c': '#define WIDE\n#include "a.h"\n#include "b.h"\n',
  '/d/inner.c': '#include "a.h"\n#if A\n#include "b.h"\n#endif\n#define A 2\nint inner = A;\n',
  '/d/three.c': '#include "a.h"\n#include "c.h"\n',
  '/d/four.c': '#include "a.h"\n#include "c.h"\n#include "user.h"\n',
  '/d/five.cpp': '#include "a.h"\n#include "b.h"\n',
};
const FILES: SourceFiles = {
  readText: (path) => TEXTS[path],
  resolveInclude: (_from, name) => (`/d/${name}` in TEXTS ? `/d/${name}` : undefined),
};
const DEFINES: ReadonlyMap<string, string> = new Map();

function unitOf(path: string, headers: SourceCache, defines: ReadonlyMap<string, string>): TranslationUnit {
  return readUnit(new SourceText(path, TEXTS[path] ?? ''), { files: FILES, headers, defines });
}

/** All that a walk tells of a unit. */
function described(unit: TranslationUnit): unknown {
  const offsets = [0, unit.root.text.indexOf('early'), unit.root.text.length];
  const names = ['A', 'B', 'C', 'SIZE', 'LATE', 'USER', 'WIDE'];
  return {
    files: unit.files.map(({ path }) => path),
    branches: unit.branches,
    macros: names.map((name) => [
      name,
      unit.macros.isDefined(name),
      unit.macros.all(name).length,
      offsets.map((at) => unit.macros.candidates(name, at).map(({ body }) => body.map(({ text }) => text).join(' '))),
    ]),
  };
}

test('each file sees behind shared includes what it sees alone, whatever was walked before', () => {
  const roots = Object.keys(TEXTS);
  for (let turn = 0; turn < roots.length; turn += 1) {
    const headers = new SourceCache();
    for (const path of [...roots.slice(turn), ...roots.slice(0, turn), ...roots]) {
      const alone = described(unitOf(path, new SourceCache(), new Map()));
      assert.deepEqual(described(unitOf(path, headers, DEFINES)), alone, path);
    }
  }
});

test('includes that files begin with are walked once', () => {
  const headers = new SourceCache();
  const loaded: string[] = [];
  const load = headers.load.bind(headers);
  headers.load = (path, files) => {
    loaded.push(path);
    return load(path, files);
  };
  for (const path of ['/d/one.c', '/d/two.c'])
    readUnit(new SourceText(path, TEXTS[path] ?? ''), { files: FILES, headers, defines: DEFINES });
  assert.deepEqual(loaded, ['/d/a.h', '/d/b.h']);
});

test('a header that changed is walked anew', () => {
  const headers = new SourceCache();
  unitOf('/d/one.c', headers, DEFINES);
  const changed = { ...TEXTS, '/d/a.h': '#pragma once\n#define A 7\n' };
  headers.invalidate('/d/a.h');
  const files: SourceFiles = {
    ...FILES,
    readText: (path) => (path in changed ? changed[path as keyof typeof changed] : undefined),
  };
  const unit = readUnit(new SourceText('/d/one.c', TEXTS['/d/one.c'] ?? ''), { files, headers, defines: DEFINES });
  assert.deepEqual(
    unit.macros.all('A').map(({ body }) => body.map(({ text }) => text)),
    [['7']],
  );
});
