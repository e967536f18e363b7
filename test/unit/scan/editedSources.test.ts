/**
 * Edits keep much of what is known of the edited file, of what it includes and of what includes it. Whatever is edited in
 * whatever order: the facts are those of a scan that begins with the texts as they are now.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { FileScanner } from '../../../server/scan/scanFile';
import { EMPTY_SETUP, type ScannedFile } from '../../../server/scan/scanTypes';
import { sourceParsers } from '../../../server/scan/threads/parserModules';
import { temporaryFolder } from '../../support/temporaryFolder';

/** Files as lines; of a line with several spellings the first one stands at the beginning, an edit chooses another. */
const TREE: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'one.h': [
    ['#pragma once', '// #pragma once', '#ifdef NEVER'],
    ["#define MY_TAG 'gaT1'", "#define MY_TAG 'gaT2'", '#undef MY_TAG', "#define MY_TAG ((ULONG)'gaT3')"],
    ['#define EMPTY', '#define EMPTY int', '#define OTHER'],
    ['#define Alloc(n) ExAllocatePool2(0, n, MY_TAG)', '#define Alloc(n) malloc(n)', '#define Alloc(n) Wrap(MY_TAG)'],
    ['', '#endif', '#define MY_SWITCH 1'],
    ['static ULONG Made(void)'],
    ["{ return 'edaM'; }", '{ return OTHER_TAG; }', "{ return 'edam'; /* */ }"],
    ["#define OTHER_TAG 'ehtO'", "#define OTHER_TAG 'erom'", "#define OTHER_TAG 'tsaL' // said so"],
    ['enum { HERE = OTHER_TAG };', 'static const ULONG HERE = OTHER_TAG;'],
    ['#define Call ExAllocatePool2', '#define Call(a, b, c) ExFreePoolWithTag(a, c)', '#define Call'],
  ],
  'two.h': [
    ['#include "one.h"', '', '// #include "one.h"'],
    ['#define AllocTag(n, t) ExAllocatePool2(0, n, t)', '#define AllocTag(n, t) ExAllocatePool2(0, n, MY_TAG)'],
    ['#if MY_SWITCH', '#if !defined(MY_TAG)', '#if 1'],
    ["enum { FIRST = 'mun1', SECOND };", 'enum { FIRST = MY_TAG, SECOND };', "#define SECOND 'dn2S'"],
    ['#else', '#elif MY_SWITCH'],
    ["enum { FIRST = 'mun2', SECOND };", ''],
    ['#endif'],
    ['#define Two(n) ExAllocatePool2(0, n, MY_TAG)'],
    ['PVOID Wrap(ULONG Tag) {', 'PVOID Wrap(ULONG Tag) EMPTY {', 'PVOID Wrap(ULONG Other, ULONG Tag) {'],
    [' return ExAllocatePool2(0, 8, Tag); }', ' return ExAllocatePool2(0, 8, MY_TAG); }', ' return Call(0, 8, Tag); }'],
  ],
  'a.c': [
    ['#include "two.h"', '#include "one.h"', '#define MY_SWITCH 0'],
    ['void f(void) { Alloc(8); }', 'void f(void) { Quiet(8); }', 'void f(void) {'],
    ['void h(void) EMPTY { AllocTag(8, SECOND); }', 'void h(ULONG t) EMPTY { AllocTag(8, t); }', '/* h */'],
    ['#if MY_SWITCH', '#ifdef MY_TAG', '#if 0', "#define MY_TAG 'lcoL'"],
    ["void g(void) { Wrap('parW'); Wrap(FIRST); }", 'void g(void) { Wrap(Variable); }', '}'],
    ['#else', '#elif 1', '//'],
    ['void g(void) { Wrap(MY_TAG); Alloc(4); }', 'void g2(void) { __try { Alloc(EMPTY 4); } __finally { } }', "'"],
    ['#endif', '#endif // }', '/* open'],
    [
      'void quiet(void) { int x = 1; Variable = MY_TAG; }',
      'void quiet(void) { int x = 1; Other = 3; }',
      'ULONG Variable;',
    ],
    ['void i(void) { ExAllocatePoolWithTag(0, 8, Variable); }', "ULONG Variable = 'iraV';", '*/'],
  ],
  // Each sees the edits of another kind of thing, and nothing else.
  'c.c': [['#include "two.h"'], ['void f(void) { Two(8); }', 'void f(void) { Two(9); }']],
  'f.c': [['#include "one.h"'], ['void f(void) { ExAllocatePool2(0, 1, Made()); }']],
  'd.c': [['#include "one.h"'], ['void f(void) { ExAllocatePool2(0, 1, HERE); }']],
  'e.c': [['#include "one.h"'], ['void f(void) { Alloc(8); }']],
  'b.cpp': [
    ['#include "one.h"', '#define EMPTY', ''],
    ['#include "two.h"', '#include "TWO.h"'],
    ['class C { C() : x(1) { Wrap(MY_TAG); } };', 'struct C { static void M(ULONG t) { Wrap(t); } };', '{'],
    ['void f(void) EMPTY { Alloc(8); Wrap(SECOND); }', 'void C::f(void) { Alloc(8); C::M(FIRST); }'],
  ],
};
const FILES = Object.keys(TREE);

const edit = fc.record({ file: fc.constantFrom(...FILES), line: fc.nat(), spelling: fc.nat(), inserted: fc.boolean() });

function withoutTime(found: ScannedFile | undefined): ScannedFile | undefined {
  return found && { ...found, facts: { ...found.facts, milliseconds: 0 } };
}

/** What was found, apart from what it changed for others. */
function telling(found: ScannedFile | undefined): {
  readonly file: ScannedFile | undefined;
  readonly affects: readonly string[] | undefined;
} {
  const { affects, ...file } = found ?? {};
  return { file: 'facts' in file ? withoutTime(file) : undefined, affects };
}

/** Facts without the time they took. */
function factsOf(scanner: FileScanner, root: string): (ScannedFile | undefined)[] {
  return FILES.map((name) => withoutTime(scanner.scan({ path: join(root, name), kind: 'source' })));
}

function show(scanner: FileScanner, root: string, name: string, text: readonly string[]): void {
  scanner.setOpen(join(root, name), `${text.join('\n')}\n`);
}

test('after any edits the facts are those of a scan from scratch', async (t) => {
  const root = temporaryFolder(t, Object.fromEntries(FILES.map((name) => [name, ''])));
  const parsers = await sourceParsers();
  const setup = { ...EMPTY_SETUP, sources: FILES.map((name) => join(root, name)) };
  let sites = 0;
  fc.assert(
    fc.property(fc.array(edit, { minLength: 4, maxLength: 12 }), (edits) => {
      const texts = new Map(FILES.map((name) => [name, (TREE[name] ?? []).map(([first]) => first ?? '')]));
      const editing = new FileScanner({ ...setup, repeats: true }, () => parsers);
      for (const [name, text] of texts) show(editing, root, name, text);
      factsOf(editing, root);
      for (const { file, line, spelling, inserted } of edits) {
        const [text, spellings] = [texts.get(file) ?? [], TREE[file] ?? []];
        const chosen = spellings[line % spellings.length] ?? [];
        text.splice(line % spellings.length, inserted ? 0 : 1, chosen[spelling % chosen.length] ?? '');
        show(editing, root, file, text);
        const fresh = new FileScanner(setup, () => parsers);
        for (const [name, now] of texts) show(fresh, root, name, now);
        const facts = factsOf(editing, root);
        assert.deepEqual(facts, factsOf(fresh, root));
        for (const file of facts) sites += file?.facts.sites.length ?? 0;
      }
    }),
    { numRuns: 100, endOnFailure: true },
  );
  assert.ok(sites > 1_000, `the texts held only ${String(sites)} sites`);
});

test('what an edit leaves alone is not scanned again, and all the same as if it were', async (t) => {
  const root = temporaryFolder(t, Object.fromEntries(FILES.map((name) => [name, ''])));
  const parsers = await sourceParsers();
  const setup = { ...EMPTY_SETUP, sources: FILES.map((name) => join(root, name)) };
  let left = 0;
  fc.assert(
    fc.property(fc.array(edit, { minLength: 4, maxLength: 12 }), (edits) => {
      const texts = new Map(FILES.map((name) => [name, (TREE[name] ?? []).map(([first]) => first ?? '')]));
      const editing = new FileScanner({ ...setup, repeats: true }, () => parsers);
      for (const [name, text] of texts) show(editing, root, name, text);
      const known = FILES.map((name) => {
        const path = join(root, name);
        const { file, affects } = telling(editing.scan({ path, kind: 'source', tellsChanges: true }));
        assert.equal(affects, undefined);
        return file;
      });
      for (const { file, line, spelling, inserted } of edits) {
        const [text, spellings] = [texts.get(file) ?? [], TREE[file] ?? []];
        const chosen = spellings[line % spellings.length] ?? [];
        text.splice(line % spellings.length, inserted ? 0 : 1, chosen[spelling % chosen.length] ?? '');
        show(editing, root, file, text);
        const path = join(root, file);
        const { file: edited, affects } = telling(editing.scan({ path, kind: 'source', tellsChanges: true }));
        const onlyIfAffected = affects && { onlyIfAffected: { names: affects, changed: [path] } };
        for (const [at, name] of FILES.entries()) {
          if (name === file) known[at] = edited;
          else if (known[at]?.facts.includes?.includes(path) === true) {
            const found = withoutTime(editing.scan({ path: join(root, name), kind: 'source', ...onlyIfAffected }));
            if (found) known[at] = found;
            else left += 1;
          }
        }
        const fresh = new FileScanner(setup, () => parsers);
        for (const [name, now] of texts) show(fresh, root, name, now);
        assert.deepEqual(known, factsOf(fresh, root));
      }
    }),
    { numRuns: 100, endOnFailure: true },
  );
  assert.ok(left > 100, `only ${String(left)} files were left alone`);
});
