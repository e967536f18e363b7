/**
 * Which text is which, what is none, and the encodings a capture comes in.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeCaptureText } from '../../../../server/core/capture/captureText';
import { parseCapture } from '../../../../server/core/capture/parseCapture';
import { tagFromText, tagToText } from '../../../../src/shared/poolTag';
import { counters, fixture, only, parse } from './captures';

const ROW = ' Fred Nonp         10 (   0)         2 (   0)        8     640 (     0)     80';

test('other text gives no sample and one clear issue', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /^the text is empty$/],
    [' \r\n\t\n', /^the text is empty$/],
    ['To be, or not to be', /^neither PoolMon output nor WinDbg !poolused output$/],
    ['\u0000\u0001\u0002MZ\u0090', /^neither PoolMon/],
    ['PoolLens recording 1 {}\n', /^this is a PoolLens recording/],
  ];
  for (const [text, message] of cases) {
    const { value, issues } = parse(text);
    assert.deepEqual(value, []);
    assert.equal(issues.length, 1);
    assert.match(issues[0]?.message ?? '', message);
    assert.equal(issues[0]?.offset, 0);
  }
});

test('output of the neighbouring debugger commands is named', () => {
  assert.match(fixture('poolfind-old.txt').issues[0]?.message ?? '', /^!poolfind lists blocks/);
  assert.match(fixture('wdfpoolusage-1.txt').issues[0]?.message ?? '', /^!wdfpoolusage/);
});

test('prose around a screen does not matter', () => {
  const sample = only(parse(`I see this:\r\n\r\n${ROW}\r\n...\r\nAny idea?\r\n\u001a`));
  assert.deepEqual(counters(sample, 'Fred')?.nonPaged, [10, 2, 640]);
});

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

function ascii(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}

test('UTF-16 of either byte order, UTF-8 with and without a mark', () => {
  const wide = ascii(ROW).flatMap((code) => [code, 0]);
  const swapped = ascii(ROW).flatMap((code) => [0, code]);
  assert.equal(decodeCaptureText(bytes(0xff, 0xfe, ...wide)), ROW);
  assert.equal(decodeCaptureText(bytes(0xfe, 0xff, ...swapped)), ROW);
  assert.equal(decodeCaptureText(bytes(0xef, 0xbb, 0xbf, ...ascii(ROW))), ROW);
  assert.equal(decodeCaptureText(bytes(...ascii('a'), 0xc3, 0xa3, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80)), 'aã€😀');
});

test('UTF-16 without a mark is told from bytes', () => {
  const wide = ascii(ROW).flatMap((code) => [code, 0]);
  assert.equal(decodeCaptureText(bytes(...wide)), ROW);
  assert.equal(decodeCaptureText(bytes(...wide, 0x0a)), ROW, 'an odd byte at the end is none');
  const tagged = ascii(' ab\0\0 Nonp 7 (0) 2 (0) 5 640 (0) 128');
  assert.equal(decodeCaptureText(bytes(...tagged)).length, tagged.length);
});

test('what a terminal is told is no text: colours, titles, a screen that is painted line by line', () => {
  const screen = [
    '\u001b]0;poolmon\u0007\u001b[2J\u001b[H Memory: 523620K Avail: 147160K  PageFlts:   147   InRam Krnl: 2728K P:18536K',
    '\u001b[2;1H Commit: 407844K Limit:1277144K Peak: 489800K            Pool N:12240K P:18844K',
    '\u001b[3;1H System pool information',
    '\u001b[4;1H Tag  Type     Allocs            Frees            Diff   Bytes       Per Alloc',
    '\u001b[6;1H\u001b[7m Fred Nonp\u001b[27m      7 (   0)         2 (   0)        5     640 (     0)    128\u001b[K',
    '\u001b[7;1H\u001b[38;5;12m Io   Paged\u001b[0m      9 (   0)         2 (   0)        7     700 (     0)    100\u001b[?25h',
  ].join('');
  const { value, issues } = parseCapture(screen, { time: 1 });
  assert.deepEqual(issues, []);
  assert.equal(value.length, 1);
  assert.deepEqual([...(value[0]?.rows ?? [])].filter((_, at) => at % 7 === 0).map(tagToText), ['Fred', 'Io  ']);
  assert.equal(value[0]?.memory.nonPagedPoolBytes, 12240 * 1024);
});

test('a byte of a tag outside any encoding survives', () => {
  const text = decodeCaptureText(bytes(...ascii(` Pro\u00e3 Nonp 1 (0) 0 (0) 1 32 (0) 32\n`)));
  const [row] = only(parse(text)).rows;
  assert.equal(row, tagFromText('Pro\\xe3'));
});

test('invalid UTF-8 is one character a byte, whatever the defect', () => {
  const defects = [
    [0xc3],
    [0xc0, 0x80],
    [0xe0, 0x80, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf5, 0x80, 0x80, 0x80],
    [0xf0, 0x80, 0x80, 0x80],
    [0x80],
  ];
  for (const defect of defects) assert.equal(decodeCaptureText(bytes(...defect)).length, defect.length, String(defect));
});

test('UTF-8 is decoded as the platform does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const encoded = new TextEncoder().encode(text);
      assert.equal(decodeCaptureText(encoded), new TextDecoder('utf-8').decode(encoded));
    }),
  );
});

test('no text makes the parser throw, and every row it returns is whole', () => {
  const words = fc.constantFrom(
    ' ',
    '\t',
    '\n',
    'Tag',
    'Type',
    'Allocs',
    'Used',
    'Frees',
    'Diff',
    'Nonp',
    'Paged',
    'Memory:',
    'Avail:',
    '9',
    '(',
    ')',
    '-',
    'K',
    'Fred',
    'TOTAL',
    '123456789',
    '\u0000',
    '\uffff',
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 60 }), (parts) => {
      const { value, issues } = parse(parts.join(''));
      assert.ok(value.length > 0 || issues.length === 1);
      for (const { rows } of value) {
        assert.equal(rows.length % 7, 0);
        assert.ok(rows.every(Number.isFinite));
      }
    }),
    { numRuns: 2000 },
  );
});
