/**
 * When a click on a tag goes to a place at once, and when it asks.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soleOrigin } from '../../../src/owners/soleOrigin';
import type { SiteRole, TagSite } from '../../../src/shared/facts';
import type { TagOwner } from '../../../src/shared/serverProtocol';

const LEAK = 0x6b61654c;

function site(file: string, line: number, role: SiteRole = 'allocate'): TagSite {
  const range = { start: { line, column: 4 }, end: { line, column: 19 } };
  const place = { kind: 'source' as const, file, range };
  return { tags: [LEAK], api: 'ExAllocatePool2', role, evidence: 'call', module: 'leaky', place };
}

function owner(...sites: TagSite[]): TagOwner[] {
  const places = sites.map((own) => ({ site: own, images: [] }));
  return [{ tag: LEAK, module: 'leaky', evidence: 'call', siteCount: sites.length, places }];
}

test('one origin is gone to at once, whatever frees there are; two are a choice', () => {
  const allocation = site('/w/a.c', 3);
  const free = site('/w/a.c', 9, 'free');
  assert.equal(soleOrigin(owner(allocation, free))?.site, allocation);
  assert.equal(soleOrigin(owner(allocation, site('/w/b.c', 3), free)), undefined);
  assert.equal(soleOrigin(owner(free)), undefined);
  assert.equal(soleOrigin([]), undefined);
});

test('a call of the wrapper with this tag beats the call inside the wrapper', () => {
  const inside: TagSite = { ...site('/w/pool.c', 8), tags: [LEAK, 0x6f6d6544] };
  const call: TagSite = { ...site('/w/steady.c', 63), evidence: 'wrapper', via: 'SteadyAllocate' };
  assert.equal(soleOrigin(owner(inside, call))?.site, call);
  assert.equal(soleOrigin(owner(inside))?.site, inside);
});
