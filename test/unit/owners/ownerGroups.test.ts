/**
 * How sites of sources and images become the places a person chooses among, and when there is nothing to choose.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupOwners, soleOrigin } from '../../../src/owners/ownerGroups';
import type { ImagePlace, SiteRole, SourcePlace, TagSite } from '../../../src/shared/facts';

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

const owner = (...sites: TagSite[]) => [{ tag: LEAK, module: 'leaky', evidence: 'call' as const, sites }];

test('a call found in a source and in images built from it is one place, the source', () => {
  const call = site(source('/w/leaky/leaky.c', 38));
  const builds = ['x64', 'x86'].map((machine) =>
    site(image(`/w/${machine}/leaky.sys`, 0x1081, { source: { file: 'D:\\demo\\leaky\\LEAKY.C', line: 38 } })),
  );
  const [group] = groupOwners(owner(...builds, call));
  assert.deepEqual(group?.entries, [{ site: call, images: ['/w/x64/leaky.sys', '/w/x86/leaky.sys'] }]);
});

test('images without lines meet in the function and what it calls', () => {
  const sites = ['x64', 'arm64'].map((machine, at) =>
    site(image(`/w/${machine}/leaky.sys`, 0x1000 + at, { function: `LeakyStore+0x${String(20 + at)}` })),
  );
  assert.equal(groupOwners(owner(...sites))[0]?.entries.length, 1);
  const bare = ['x64', 'arm64'].map((machine) => site(image(`/w/${machine}/leaky.sys`, 0x1000)));
  assert.equal(groupOwners(owner(...bare))[0]?.entries.length, 2);
});

test('two calls on one line stay two places', () => {
  const entries = groupOwners(owner(site(source('/w/a.c', 3)), site(source('/w/a.c', 3))))[0]?.entries;
  assert.equal(entries?.length, 2);
});

test('a free on the line of an allocation is a place of its own, after it', () => {
  const free = site(source('/w/a.c', 3), 'free', 'ExFreePoolWithTag');
  const allocation = site(source('/w/a.c', 3));
  const entries = groupOwners(owner(free, allocation))[0]?.entries ?? [];
  assert.deepEqual(
    entries.map((entry) => entry.site.role),
    ['allocate', 'free'],
  );
});

test('one origin is gone to at once, whatever frees there are; two are a choice', () => {
  const allocation = site(source('/w/a.c', 3));
  const free = site(source('/w/a.c', 9), 'free');
  assert.equal(soleOrigin(groupOwners(owner(allocation, free)))?.site, allocation);
  assert.equal(soleOrigin(groupOwners(owner(allocation, site(source('/w/b.c', 3)), free))), undefined);
  assert.equal(soleOrigin(groupOwners(owner(free))), undefined);
  assert.equal(soleOrigin([]), undefined);
});

test('a call of the wrapper with this tag stands before the call inside the wrapper', () => {
  const inside: TagSite = { ...site(source('/w/pool.c', 8)), tags: [LEAK, 0x6f6d6544] };
  const call: TagSite = { ...site(source('/w/steady.c', 63)), evidence: 'wrapper', via: 'SteadyAllocate' };
  const groups = groupOwners(owner(inside, call));
  assert.deepEqual(
    groups[0]?.entries.map((entry) => entry.site),
    [call, inside],
  );
  assert.equal(soleOrigin(groups)?.site, call);
  assert.equal(soleOrigin(groupOwners(owner(inside)))?.site, inside);
});
