/** What pooltag.txt says of a tag's owner. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogueOwners } from '../../../../server/core/tags/catalogue';
import { parsePoolTagFile } from '../../../../server/core/tags/poolTagFile';
import { tagFromText } from '../../../../src/shared/poolTag';

const FILE = parsePoolTagFile(`
Afd? - afd.sys - AFD objects
AfdB - afd.sys - AFD data buffer
AfdB - other.sys - Something else
Fred - <unknown> - Nobody knows
John - No binary here
`).value;

function owners(text: string): string[] {
  const tag = tagFromText(text) ?? 0;
  return catalogueOwners(FILE, tag).map((owner) => {
    assert.equal(owner.tag, tag);
    return `${owner.pattern} ${owner.binary}: ${owner.description}`;
  });
}

test('binaries by the exactness of their line, each once', () => {
  assert.deepEqual(owners('AfdB'), ['AfdB afd.sys: AFD data buffer', 'AfdB other.sys: Something else']);
  assert.deepEqual(owners('AfdX'), ['Afd? afd.sys: AFD objects']);
});

test('a line that names nobody names no owner', () => {
  assert.deepEqual([owners('Fred'), owners('John'), owners('None')], [[], [], []]);
});
