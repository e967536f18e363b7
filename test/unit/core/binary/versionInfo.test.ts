/** Version resources: images written with resedit, and resources no library writes: endless, empty, cut off. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NtExecutable, NtExecutableResource, Resource } from 'resedit';
import { readVersionInfo } from '../../../../server/core/binary/versionInfo';

const ENGLISH = { lang: 0x409, codepage: 1200 };
const GERMAN = { lang: 0x407, codepage: 1200 };

type Strings = Readonly<Record<string, string>>;

/** An image with one version resource. */
function image(tables: readonly (readonly [typeof ENGLISH, Strings])[], fixed = { high: 0, low: 0 }): Uint8Array {
  const version = Resource.VersionInfo.createEmpty();
  for (const [language, strings] of tables) version.setStringValues(language, { ...strings });
  version.fixedInfo.fileVersionMS = fixed.high;
  version.fixedInfo.fileVersionLS = fixed.low;
  return withEntry(version.generateResource());
}

function withEntry(entry: Parameters<NtExecutableResource['entries']['push']>[0]): Uint8Array {
  const executable = NtExecutable.createEmpty(false, true);
  const resources = NtExecutableResource.from(executable);
  resources.entries.push(entry);
  resources.outputResource(executable);
  return new Uint8Array(executable.generate());
}

/** An image whose version resource is the given bytes. */
function withData(data: Uint8Array): Uint8Array {
  const bin = Uint8Array.from(data).buffer;
  return withEntry({ type: 16, id: 1, lang: 0x409, codepage: 1200, bin });
}

/** One block of VS_VERSIONINFO, padded to four bytes. */
function block(key: string, value: Uint8Array, children: readonly Uint8Array[], length?: number): Uint8Array {
  const pad = (bytes: number[]) => [...bytes, ...new Array<number>((4 - (bytes.length % 4)) % 4).fill(0)];
  const name = [...Buffer.from(`${key}\0`, 'utf16le')];
  const head = pad([0, 0, value.length & 0xff, value.length >> 8, 1, 0, ...name]);
  const bytes = Uint8Array.from(pad([...head, ...value, ...children.flatMap((child) => [...child])]));
  new DataView(bytes.buffer).setUint16(0, length ?? bytes.length, true);
  return bytes;
}

const text = (value: string) => new Uint8Array(Buffer.from(`${value}\0`, 'utf16le'));
const NOTHING = new Uint8Array();

const STRINGS: Strings = {
  CompanyName: 'Fabrikam GmbH',
  ProductName: 'Fabrikam Füllstand',
  FileDescription: 'Fill level driver',
  FileVersion: '3.1.4.1 (main)',
};

test('company, product, description and file version', () => {
  assert.deepEqual(readVersionInfo(image([[ENGLISH, STRINGS]])), {
    company: 'Fabrikam GmbH',
    product: 'Fabrikam Füllstand',
    description: 'Fill level driver',
    fileVersion: '3.1.4.1 (main)',
  });
});

test('English strings come before others, whichever stands first; other languages fill the gaps', () => {
  const tables = [
    [GERMAN, { CompanyName: 'Firma', ProductName: 'Erzeugnis' }],
    [ENGLISH, { CompanyName: 'Company' }],
  ] as const;
  assert.deepEqual(readVersionInfo(image(tables)), { company: 'Company', product: 'Erzeugnis' });
});

test('without a FileVersion string the fixed numbers serve', () => {
  const bytes = image([[ENGLISH, { CompanyName: 'X' }]], { high: 0x000a0001, low: 0x4a610002 });
  assert.deepEqual(readVersionInfo(bytes), { company: 'X', fileVersion: '10.1.19041.2' });
});

test('blank values are none, control characters become blanks', () => {
  const bytes = image([[ENGLISH, { CompanyName: '  ', ProductName: ' a\u001b[31m\r\nb ' }]]);
  assert.deepEqual(readVersionInfo(bytes), { product: 'a [31m b' });
});

test('no image, no resources, no version: undefined', () => {
  assert.equal(readVersionInfo(new Uint8Array()), undefined);
  assert.equal(readVersionInfo(new Uint8Array(Buffer.from('not an image'))), undefined);
  assert.equal(readVersionInfo(new Uint8Array(NtExecutable.createEmpty(false, true).generate())), undefined);
  assert.equal(
    readVersionInfo(withEntry({ type: 10, id: 1, lang: 0, codepage: 0, bin: new ArrayBuffer(8) })),
    undefined,
  );
});

test('blocks of length zero, on which resedit never returns, end the walk', () => {
  const zero = block('StringTable', NOTHING, [], 0);
  assert.equal(readVersionInfo(withData(block('VS_VERSION_INFO', NOTHING, [zero, zero]))), undefined);
  const table = block('040904b0', NOTHING, [block('CompanyName', text('Before'), []), block('X', text('y'), [], 0)]);
  const info = block('StringFileInfo', NOTHING, [table]);
  assert.deepEqual(readVersionInfo(withData(block('VS_VERSION_INFO', NOTHING, [info]))), { company: 'Before' });
});

test('lengths past the end of the resource are cut', () => {
  const company = block('CompanyName', text('Kept'), [], 0xffff);
  const table = block('040904b0', NOTHING, [company], 0xffff);
  const info = block('StringFileInfo', NOTHING, [table], 0xffff);
  assert.deepEqual(readVersionInfo(withData(block('VS_VERSION_INFO', NOTHING, [info]))), { company: 'Kept' });
});

test('an image cut off anywhere, or with flipped bytes, gives texts or nothing', () => {
  const whole = image([[ENGLISH, STRINGS]], { high: 1, low: 2 });
  const check = (bytes: Uint8Array) => {
    for (const value of Object.values(readVersionInfo(bytes) ?? {}))
      assert.ok(typeof value === 'string' && value !== '');
  };
  for (let size = 0; size < whole.length; size += 7) check(whole.subarray(0, size));
  const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1 });
  fc.assert(
    fc.property(flips, (changes) => {
      const damaged = Uint8Array.from(whole);
      for (const [offset, mask] of changes) damaged[offset] = (damaged[offset] ?? 0) ^ mask;
      check(damaged);
    }),
    { numRuns: 300 },
  );
});
