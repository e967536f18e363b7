/**
 * How sites of sources and images become the places a person chooses among.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownerPlaces } from '../../../../server/core/index/ownerPlaces';
import type { ImagePlace, SiteRole, SourcePlace, TagSite } from '../../../../src/shared/facts';

const LEAK = 0x6b61654c;

function source(file: string, line: number): SourcePlace {
  return { kind: 'source', file, range: { start: { line, column: 4 }, end: { line, column: 19 } } };
}

function image(file: string, rva: number, more: Partial<ImagePlace> = {}): ImagePlace {
  return { kind: 'image', file, rva, ...more };
}

function site(place: SourcePlace | ImagePlace, role: SiteRole = 'allocate', api = 'ExAllocatePool2'): TagSite {
  return { tags: [LEAK], api, role, evidence: 'call', module: 'leaky', place };
}

test('a call found in a source and in images built from it is one place, the source', () => {
  const call = site(source('/w/leaky/leaky.c', 38));
  const builds = ['x64', 'x86'].map((machine) =>
    site(image(`/w/${machine}/leaky.sys`, 0x1081, { source: { file: 'D:\\demo\\leaky\\LEAKY.C', line: 38 } })),
  );
  assert.deepEqual(ownerPlaces([...builds, call]), [{ site: call, images: ['/w/x64/leaky.sys', '/w/x86/leaky.sys'] }]);
});

test('a call over several lines is met by whichever of its lines the PDB names', () => {
  const place = source('/w/leaky/leaky.c', 38);
  const tagRange = { start: { line: 41, column: 8 }, end: { line: 41, column: 17 } };
  const call = site({ ...place, tagRange });
  const at = (line: number): TagSite =>
    site(image('/w/x64/leaky.sys', 0x1081, { source: { file: 'D:\\leaky.c', line } }));
  assert.equal(ownerPlaces([call, at(38), at(41)]).length, 1);
  assert.equal(ownerPlaces([call, at(37)]).length, 2);
  assert.equal(ownerPlaces([call, at(42)]).length, 2);
});

test('images without lines meet in the function and what it calls', () => {
  const sites = ['x64', 'arm64'].map((machine, at) =>
    site(image(`/w/${machine}/leaky.sys`, 0x1000 + at, { function: `LeakyStore+0x${String(20 + at)}` })),
  );
  assert.equal(ownerPlaces(sites).length, 1);
  const bare = ['x64', 'arm64'].map((machine) => site(image(`/w/${machine}/leaky.sys`, 0x1000)));
  assert.equal(ownerPlaces(bare).length, 2);
});

test('two calls on one line stay two places', () => {
  assert.equal(ownerPlaces([site(source('/w/a.c', 3)), site(source('/w/a.c', 3))]).length, 2);
});

test('a free on the line of an allocation is a place of its own, after it', () => {
  const free = site(source('/w/a.c', 3), 'free', 'ExFreePoolWithTag');
  const allocation = site(source('/w/a.c', 3));
  assert.deepEqual(
    ownerPlaces([free, allocation]).map((place) => place.site.role),
    ['allocate', 'free'],
  );
});

test('a call of the wrapper with this tag stands before the call inside the wrapper', () => {
  const inside: TagSite = { ...site(source('/w/pool.c', 8)), tags: [LEAK, 0x6f6d6544] };
  const call: TagSite = { ...site(source('/w/steady.c', 63)), evidence: 'wrapper', via: 'SteadyAllocate' };
  assert.deepEqual(
    ownerPlaces([inside, call]).map((place) => place.site),
    [call, inside],
  );
});
