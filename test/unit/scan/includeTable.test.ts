/**
 * Includes that cross threads by number: what arrives is what was sent, and a changed header is sent again.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IncludeReceiver, IncludeSender } from '../../../server/scan/includeTable';
import type { FileStamp, ScannedFile } from '../../../server/scan/scanTypes';

const stamp = (path: string, size = 1): FileStamp => ({ path, size, mtimeMs: 7 });

function source(file: string, ...dependsOn: readonly FileStamp[]): ScannedFile {
  const includes = dependsOn.map(({ path }) => path);
  return { facts: { file, kind: 'source', size: 3, sites: [], issues: [], includes, milliseconds: 0 }, dependsOn };
}

test('files arrive as they were sent, and each stamp crosses once', () => {
  const [a, b, c] = [stamp('/a.h'), stamp('/b.h'), stamp('/c.h')];
  const [sender, receiver] = [new IncludeSender(), new IncludeReceiver()];
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
  const [sender, receiver] = [new IncludeSender(), new IncludeReceiver()];
  receiver.unpack(sender.pack(source('/1.c', stamp('/a.h', 1))));
  const again = source('/1.c', stamp('/a.h', 2));
  assert.deepEqual(receiver.unpack(sender.pack(again)), again);
});

test('what depends on other files than its includes is sent as it is', () => {
  const image: ScannedFile = {
    facts: { file: '/d.sys', kind: 'image', size: 3, sites: [], issues: [], milliseconds: 0 },
    dependsOn: [stamp('/d.pdb')],
  };
  assert.deepEqual(new IncludeSender().pack(image), { file: image });
});
