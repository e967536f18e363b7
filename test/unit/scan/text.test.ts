/**
 * Encodings of sources, globs, symbol paths and how paths are shown.
 */
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { decodeText } from '../../../server/scan/files/decodeText';
import { globMatcher } from '../../../server/scan/files/globPattern';
import { isInside, isUncOrDevicePath, pathShower } from '../../../server/scan/files/paths';
import { absoluteSymbolPath } from '../../../server/scan/symbols/pdbPlaces';

const text = "ULONG Tag = 'derF'; // größer, 標籤\n";

function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes).swap16();
}

test('UTF-8 and UTF-16 with and without a mark read alike', () => {
  const utf16 = Buffer.from(text, 'utf16le');
  const plain = Buffer.from('#include <ntddk.h>\r\nULONG t;', 'utf16le');
  assert.equal(decodeText(Buffer.from(text)), text);
  assert.equal(decodeText(Buffer.from(`\ufeff${text}`)), text);
  assert.equal(decodeText(Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])), text);
  assert.equal(decodeText(Buffer.concat([Buffer.from([0xfe, 0xff]), swapped(utf16)])), text);
  assert.equal(decodeText(plain), '#include <ntddk.h>\r\nULONG t;');
  assert.equal(decodeText(swapped(plain)), '#include <ntddk.h>\r\nULONG t;');
});

test('what is no UTF-8 is read byte by byte, so that columns hold', () => {
  assert.equal(decodeText(Buffer.from([0x2f, 0x2f, 0xe4, 0xff, 0x0a, 0x78])), '//äÿ\nx');
  assert.equal(decodeText(new Uint8Array()), '');
});

test('a view into a larger buffer is read as the view', () => {
  const bytes = Buffer.from('xxint a;yy');
  assert.equal(decodeText(new Uint8Array(bytes.buffer, bytes.byteOffset + 2, 6)), 'int a;');
});

test('globs that would keep a regular expression busy for years', () => {
  const path = `${'a'.repeat(60)}/${'b'.repeat(60)}/x.c`;
  for (const glob of ['*'.repeat(200), '*a'.repeat(100), '**/'.repeat(60), '{a,a}'.repeat(60), '**a*'.repeat(50)]) {
    assert.equal(globMatcher([`${glob}/no`])(path), false, glob);
  }
  assert.equal(globMatcher([`${'**/'.repeat(60)}x.c`])(path), true);
  assert.equal(globMatcher(['*'.repeat(200)])(path), true);
});

test('globs match as VS Code writes them', () => {
  const matches = globMatcher(['**/gen', 'out/*.c', '/x?.h', 'a{b,c}d/**']);
  for (const yes of ['gen', 'a/gen', 'a/gen/deep/f.c', 'out/f.c', 'xy.h', 'abd/f.c', 'acd/e/f'])
    assert.ok(matches(yes), yes);
  for (const no of ['regen', 'gen.c', 'out/a/f.c', 'xyz.h', 'aad/f.c', 'abd']) assert.ok(!matches(no), no);
  assert.equal(globMatcher([])('anything'), false);
  assert.equal(globMatcher(['', '  '])('anything'), false);
  assert.equal(globMatcher(['a(b+'])('a(b+'), true);
  assert.equal(globMatcher(['{open'])('{open'), true);
});

test('containment is by folders, not by letters', () => {
  const root = resolve('/r/a');
  assert.ok(isInside(root, root));
  assert.ok(isInside(root, join(root, '..b', 'c')));
  assert.ok(!isInside(root, resolve('/r/ab')));
  assert.ok(!isInside(root, resolve('/r')));
});

test('shares and devices are told by their first two characters', () => {
  for (const bad of ['\\\\server\\share\\x', '//server/x', '\\\\?\\C:\\x', '\\\\.\\pipe\\x', '/\\x'])
    assert.ok(isUncOrDevicePath(bad), bad);
  for (const good of ['/usr/x', 'C:\\x', '\\x', 'x']) assert.ok(!isUncOrDevicePath(good), good);
});

test('paths are shown as they were asked for', () => {
  const cwd = resolve('/home/me');
  const show = pathShower(['drivers', '../other', resolve('/abs')], cwd);
  assert.equal(show(join(cwd, 'drivers', 'a.c')), 'drivers/a.c');
  assert.equal(show(resolve('/home/other/b.c')), '../other/b.c');
  assert.equal(show(resolve('/abs/c.c')), resolve('/abs/c.c').replaceAll('\\', '/'));
  assert.equal(pathShower(['.'], cwd)(join(cwd, 'x.c')), 'x.c');
});

test('relative folders of a symbol path count from the current folder; servers stay', () => {
  const cwd = resolve('/home/me');
  assert.equal(
    absoluteSymbolPath('syms; ;srv*c:\\cache*https://host/x', cwd),
    `${join(cwd, 'syms')};srv*c:\\cache*https://host/x`,
  );
  assert.equal(absoluteSymbolPath('\\\\server\\share', cwd), '\\\\server\\share');
});
