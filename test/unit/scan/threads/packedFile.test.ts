/**
 * Files that cross threads packed: what arrives is what was sent, includes once each, and a changed header again.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FileStamp, ScannedFile } from '../../../../server/scan/scanTypes';
import { FileReceiver, FileSender } from '../../../../server/scan/threads/packedFile';
import { EVIDENCE_KINDS, type TagSite } from '../../../../src/shared/facts';

const stamp = (path: string, size = 1): FileStamp => ({ path, size, mtimeMs: 7 });

function source(file: string, ...dependsOn: readonly FileStamp[]): ScannedFile {
  const includes = dependsOn.map(({ path }) => path);
  return { facts: { file, kind: 'source', size: 3, sites: [], issues: [], includes, milliseconds: 0 }, dependsOn };
}

test('files arrive as they were sent, and each stamp crosses once', () => {
  const [a, b, c] = [stamp('/a.h'), stamp('/b.h'), stamp('/c.h')];
  const [sender, receiver] = [new FileSender(), new FileReceiver()];
  const sent = [source('/1.c', a, b), source('/2.c', c, b, a), source('/3.c'), source('/4.c', b)];
  const packed = sent.map((file) => structuredClone(sender.pack(file)));
  assert.deepEqual(
    packed.map((one) => one.stamps?.map(({ path }) => path)),
    [['/a.h', '/b.h'], ['/c.h'], undefined, []],
  );
  assert.deepEqual(
    packed.map((one) => receiver.unpack(one)),
    sent,
  );
});

test('a header with another stamp gets a number of its own', () => {
  const [sender, receiver] = [new FileSender(), new FileReceiver()];
  receiver.unpack(sender.pack(source('/1.c', stamp('/a.h', 1))));
  const again = source('/1.c', stamp('/a.h', 2));
  assert.deepEqual(receiver.unpack(sender.pack(again)), again);
});

test('what depends on other files than its includes is sent as it is', () => {
  const image: ScannedFile = {
    facts: { file: '/d.sys', kind: 'image', size: 3, sites: [], issues: [], milliseconds: 0 },
    dependsOn: [stamp('/d.pdb')],
  };
  assert.deepEqual(new FileSender().pack(image), { file: image });
});

const text = fc.string({ maxLength: 8 });
const number = fc.nat(0xffffffff);

/** A site of an image with any of the fields it can have. */
const imageSite: fc.Arbitrary<TagSite> = fc
  .record(
    {
      tags: fc.array(number, { maxLength: 3 }),
      unresolved: text,
      api: text,
      role: fc.constantFrom('allocate', 'free', 'bind', 'verify', 'untagged'),
      evidence: fc.constantFrom(...EVIDENCE_KINDS),
      via: text,
      rva: fc.nat(0xfffffffe),
      function: text,
      source: fc.record({ file: text, line: fc.nat(0x7fffffff) }, { noNullPrototype: true }),
    },
    { requiredKeys: ['tags', 'api', 'role', 'evidence', 'rva'], noNullPrototype: true },
  )
  .map(({ rva, function: name, source, ...site }) => ({
    ...site,
    module: 'd.sys',
    place: {
      kind: 'image',
      file: '/d.sys',
      rva,
      ...(name === undefined ? {} : { function: name }),
      ...(source === undefined ? {} : { source }),
    },
  }));

test('sites of images arrive as they were sent', () => {
  fc.assert(
    fc.property(fc.array(imageSite, { maxLength: 20 }), (sites) => {
      const file: ScannedFile = {
        facts: { file: '/d.sys', kind: 'image', size: 3, sites, issues: [], milliseconds: 0 },
        dependsOn: [stamp('/d.pdb')],
      };
      const packed = structuredClone(new FileSender().pack(file));
      assert.equal(packed.sites === undefined, sites.length === 0);
      assert.deepEqual(new FileReceiver().unpack(packed), file);
    }),
  );
});
