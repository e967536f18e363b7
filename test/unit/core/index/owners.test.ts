/**
 * Ranking of the modules that use a tag, and the panel's label for it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownersOf, ownerText } from '../../../../server/core/index/owners';
import { TagIndex } from '../../../../server/core/index/tagIndex';
import type { TagSite } from '../../../../src/shared/facts';
import { factsOf, FRED, imagePlace, site, sourcePlace } from '../../../support/facts';

function indexOf(...sites: readonly TagSite[]): TagIndex {
  const index = new TagIndex();
  const files = new Set(sites.map((s) => s.place.file));
  for (const file of files)
    index.replace(
      factsOf(
        file,
        sites.filter((s) => s.place.file === file),
      ),
    );
  return index;
}

const at = (module: string, line: number, more: Partial<TagSite> = {}): TagSite =>
  site(sourcePlace(`/${module}/${module}.c`, line), { module: `${module}.sys`, ...more });

test('evidence comes before the number of places, the number before the name', () => {
  const index = indexOf(
    at('weak', 1, { evidence: 'constant' }),
    at('weak', 2, { evidence: 'constant' }),
    at('weak', 3, { evidence: 'constant' }),
    at('one', 1),
    at('two', 1),
    at('two', 2),
    at('also', 1),
  );
  assert.deepEqual(
    ownersOf(index, FRED).map(({ module, evidence, siteCount }) => [module, evidence, siteCount]),
    [
      ['two.sys', 'call', 2],
      ['also.sys', 'call', 1],
      ['one.sys', 'call', 1],
      ['weak.sys', 'constant', 3],
    ],
  );
});

test('who only frees comes after who allocates, whatever the evidence', () => {
  const index = indexOf(
    at('frees', 1, { role: 'free' }),
    at('frees', 2, { role: 'free' }),
    at('binds', 1, { role: 'bind', evidence: 'field' }),
  );
  assert.deepEqual(
    ownersOf(index, FRED).map((owner) => owner.module),
    ['binds.sys', 'frees.sys'],
  );
});

test("a free's stronger evidence does not raise what is known of the allocation", () => {
  const index = indexOf(at('toaster', 1, { evidence: 'catalogue' }), at('toaster', 2, { role: 'free' }));
  assert.equal(ownersOf(index, FRED)[0]?.evidence, 'catalogue');
});

test('builds for three machines and the sources are one owner, named as the image; sources stand first', () => {
  const index = indexOf(
    site(imagePlace('/x64/toaster.sys', 1)),
    site(imagePlace('/x86/toaster.sys', 1)),
    site(sourcePlace('/src/toaster.c', 1), { module: 'Toaster' }),
  );
  const owners = ownersOf(index, FRED);
  assert.equal(owners.length, 1);
  assert.equal(owners[0]?.module, 'toaster.sys');
  assert.equal(owners[0].places[0]?.site.place.kind, 'source');
});

test('the label names the best owner and counts the others', () => {
  assert.equal(ownerText(indexOf(), FRED), undefined);
  assert.equal(ownerText(indexOf(at('a', 1)), FRED)?.label, 'a.sys');
  const text = ownerText(indexOf(at('a', 1), at('a', 2), at('b', 1)), FRED);
  assert.equal(text?.label, 'a.sys +1');
  assert.equal(text.detail, 'a.sys: 2 places, call\nb.sys: 1 place, call');
});

test('an owner says who made it, as its first image that tells does', () => {
  const index = indexOf(at('toaster', 1));
  const images = [imagePlace('/x64/toaster.sys', 1), imagePlace('/x86/toaster.sys', 1)].map((place) => site(place));
  const makers = [undefined, { company: 'Fabrikam GmbH', product: 'Toaster' }];
  images.forEach((one, at) => {
    const version = makers[at];
    const image = {
      machine: 'x64' as const,
      signer: { name: 'Signer' },
      ...(version === undefined ? {} : { version }),
    };
    index.replace(factsOf(one.place.file, [one], at === 0 ? {} : { image }));
  });
  const maker = { company: 'Fabrikam GmbH', product: 'Toaster', signer: { name: 'Signer' } };
  assert.deepEqual(ownersOf(index, FRED)[0]?.maker, maker);
  assert.equal(
    ownerText(index, FRED)?.detail,
    'toaster.sys: 3 places, call\n    Fabrikam GmbH, signed by Signer (not verified)',
  );
});

test('who passes a tag in comes before the wrapper that allocates with it', () => {
  const index = indexOf(
    at('library', 1, { isPassedIn: true }),
    at('driver', 1, { evidence: 'wrapper', via: 'PoolGet' }),
    at('freeing', 1, { role: 'free' }),
  );
  assert.deepEqual(
    ownersOf(index, FRED).map(({ module }) => module),
    ['driver.sys', 'library.sys', 'freeing.sys'],
  );
});
