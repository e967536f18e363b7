/** The signer an image names: which certificate, which text, several signatures, damage. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPeImage } from '../../../../../server/core/binary/peImage';
import type { ReadSigner } from '../../../../../server/core/binary/signer';
import { readSigner } from '../../../../../server/core/binary/signer';
import type { TestCertificate } from './signedImage';
import {
  bmpString,
  certificate,
  CN,
  der,
  name,
  O,
  printableString,
  programText,
  SECURITY_ENTRY,
  sequence,
  signature,
  signedImage,
  TABLE_OFFSET,
  utf8,
} from './signedImage';

const authority = name([O, utf8('Trust Ltd.')], [CN, utf8('Trust Code Signing CA')]);
const root = name([CN, utf8('Trust Root')]);
const signer: TestCertificate = {
  serial: 7,
  issuer: authority,
  subject: name([O, utf8('Fabrikam GmbH')], [CN, utf8('Fabrikam Kernel Team')]),
};
const issuing: TestCertificate = { serial: 7, issuer: root, subject: authority };
const portal: TestCertificate = { serial: 9, issuer: root, subject: name([CN, utf8('Hardware Publisher')]) };
const simple = signature({ certificates: [certificate(issuing), certificate(signer)], signer });

function read(file: Uint8Array): ReadSigner {
  const { value } = readPeImage(file);
  assert.ok(value);
  return readSigner(value);
}

const named = (subject: readonly number[]): ReadSigner => {
  const one = { ...signer, subject };
  return read(signedImage([signature({ certificates: [certificate(one)], signer: one })]));
};

test("the signer's own certificate counts, found by issuer and serial number", () => {
  // Another certificate has the same serial number, a third the same issuer.
  const other = { serial: 8, issuer: authority, subject: name([CN, utf8('Somebody else')]) };
  const certificates = [issuing, other, signer].map((one) => certificate(one));
  const { value, issues } = read(signedImage([signature({ certificates, signer })]));
  assert.deepEqual(value, { name: 'Fabrikam Kernel Team', issuer: 'Trust Code Signing CA' });
  assert.deepEqual(issues, []);
});

test('a certificate of version 1 has no version field', () => {
  const file = signedImage([signature({ certificates: [certificate(signer, false)], signer })]);
  assert.equal(read(file).value?.name, 'Fabrikam Kernel Team');
});

test('common name, else organisation; the string types of ASN.1', () => {
  assert.equal(named(name([O, printableString('Only Org Inc.')])).value?.name, 'Only Org Inc.');
  assert.equal(named(name([CN, bmpString('Füllstand Ω')], [O, utf8('Org')])).value?.name, 'Füllstand Ω');
  assert.equal(named(name([CN, utf8('株式会社')])).value?.name, '株式会社');
  assert.equal(named(name([CN, utf8('general')], [CN, utf8('specific')])).value?.name, 'specific');
  assert.equal(named(name([CN, utf8('  ')], [O, utf8('Org')])).value?.name, 'Org');
  assert.deepEqual(named(name()), { issues: [{ message: 'a signature names no signer', offset: TABLE_OFFSET }] });
});

test('names come as one line without escapes and overrides', () => {
  const hostile = 'Evil\u001b[2J\r\nCorp\u202egnp.exe' + 'x'.repeat(1000);
  const shown = named(name([CN, utf8(hostile)])).value?.name ?? '';
  assert.match(shown, /^Evil \[2J Corp gnp\.exex+$/);
  assert.ok(shown.length <= 256);
});

test('the program name, in UTF-16 or ASCII', () => {
  const of = (program: readonly number[]): string | undefined =>
    read(signedImage([signature({ certificates: [certificate(portal)], signer: portal, program })])).value?.program;
  assert.equal(of(programText('Fabrikam Füllstand')), 'Fabrikam Füllstand');
  assert.equal(of(programText('Fabrikam', true)), 'Fabrikam');
  assert.equal(of(programText('')), undefined);
});

test('a signature that osslsigncode made, with another nested in it', () => {
  const fixture = path.join(import.meta.dirname, '../../../../fixtures/signed/signed-twice.sys');
  assert.deepEqual(read(readFileSync(fixture)), {
    value: {
      name: 'Fabrikam Füllstand',
      issuer: 'Example Root',
      program: 'Füllstand driver',
      also: ['Example Hardware Publisher'],
    },
    issues: [],
  });
});

test('nested signatures and further entries are named beside the first', () => {
  const second = signature({ certificates: [certificate(portal)], signer: portal, program: programText('Fabrikam') });
  const expected = { name: 'Fabrikam Kernel Team', issuer: 'Trust Code Signing CA', also: ['Hardware Publisher'] };
  const nested = signature({ certificates: [certificate(signer)], signer, nested: [second, simple] });
  assert.deepEqual(read(signedImage([nested])).value, expected);
  assert.deepEqual(read(signedImage([simple, second, simple])).value, expected);
  assert.deepEqual(read(signedImage([{ type: 1, bytes: [1, 2, 3] }, simple, second])).value, expected);
});

test('an image without a table has no signer and nothing is wrong', () => {
  assert.deepEqual(read(signedImage([])), { issues: [] });
});

test('what is no signature is said', () => {
  const issue = { message: 'a signature names no signer', offset: TABLE_OFFSET };
  for (const bytes of [[], [0x30, 0x80, 0, 0], [0x30, 0x84, 0xff, 0xff, 0xff, 0xff], [1, 2, 3], sequence(der(5))]) {
    assert.deepEqual(read(signedImage([bytes])), { issues: [issue] });
  }
  const stranger = signature({ certificates: [certificate(issuing)], signer });
  assert.deepEqual(read(signedImage([stranger])), { issues: [issue] }, 'the certificate is not there');
});

test('a table with nothing but entries of other kinds is said', () => {
  assert.deepEqual(read(signedImage([{ type: 1, bytes: [1, 2, 3] }])), {
    issues: [{ message: 'a signature names no signer', offset: TABLE_OFFSET }],
  });
});

test('a table past the end of the file is said', () => {
  const file = signedImage([simple]);
  const cut = read(file.subarray(0, file.length - 200));
  assert.deepEqual(cut, {
    issues: [{ message: 'certificate table passes the end of the file', offset: TABLE_OFFSET }],
  });
  const far = file.slice();
  new DataView(far.buffer).setUint32(SECURITY_ENTRY, 0xfffffff0, true);
  assert.equal(read(far).issues.length, 1);
  const endless = file.slice();
  new DataView(endless.buffer).setUint32(TABLE_OFFSET, 0, true);
  assert.equal(read(endless).issues.length, 1, 'an entry of length zero');
});

test('nesting without end is bounded', () => {
  let chain = simple;
  for (let depth = 0; depth < 40; depth += 1) {
    const subject = name([CN, utf8(`level ${String(depth)}`)]);
    const one = { ...signer, subject };
    chain = signature({ certificates: [certificate(one)], signer: one, nested: [chain] });
  }
  assert.equal(read(signedImage([chain])).value?.also?.length, 15);
});

test('damage anywhere gives a name or an issue, never an exception', () => {
  const nested = signature({ certificates: [certificate(signer)], signer, nested: [simple] });
  const file = signedImage([nested, simple]);
  const spot = fc.tuple(fc.integer({ min: TABLE_OFFSET, max: file.length - 1 }), fc.nat(255));
  fc.assert(
    fc.property(fc.array(spot, { minLength: 1, maxLength: 12 }), (changes) => {
      const damaged = file.slice();
      for (const [at, value] of changes) damaged[at] = value;
      const { value, issues } = read(damaged);
      assert.ok(value !== undefined || issues.length > 0);
    }),
    { numRuns: 500 },
  );
});
