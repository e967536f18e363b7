/**
 * The contract's lines: positions from 1, all fields in place, nothing more than the facts say.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileLine, issueLine, ownerLine, siteLine, summaryLine } from '../../../../server/core/report/contractLines';
import { factsOf, FRED, imagePlace, site, sourcePlace } from '../../../support/facts';

const show = (path: string): string => path.replace(/^\/base\//, '');

test('a site in a source', () => {
  const place = sourcePlace('/base/drivers/toaster.c', 119, { function: 'ToasterAddDevice' });
  assert.deepEqual(siteLine(site(place), show), {
    type: 'site',
    tag: '0x64657246',
    text: 'Fred',
    tags: ['0x64657246'],
    api: 'ExAllocatePoolWithTag',
    role: 'allocate',
    evidence: 'call',
    module: 'toaster.sys',
    file: 'drivers/toaster.c',
    line: 120,
    column: 5,
    tagRange: [120, 21, 120, 27],
    function: 'ToasterAddDevice',
  });
});

test('a site in an image, through a wrapper, with its source line', () => {
  const place = imagePlace('/base/bin/toaster.sys', 0x2d6f, { source: { file: 'd:\\toaster\\toaster.c', line: 119 } });
  const line = siteLine(site(place, { evidence: 'wrapper', via: 'PoolAlloc' }), show);
  assert.equal(line['rva'], '0x2d6f');
  assert.equal(line['via'], 'PoolAlloc');
  assert.deepEqual(line['source'], { file: 'd:\\toaster\\toaster.c', line: 120 });
  for (const absent of ['line', 'column', 'tagRange', 'unresolved', 'function']) assert.ok(!(absent in line), absent);
});

test('a set has no tag of its own, an unresolved site says why', () => {
  const set = siteLine(site(sourcePlace('/a.c', 0), { tags: [1, FRED] }), show);
  assert.deepEqual([set['tag'], set['text'], set['tags']], [null, null, ['0x00000001', '0x64657246']]);
  const open = siteLine(site(sourcePlace('/a.c', 0), { tags: [FRED], unresolved: 'or a run-time value' }), show);
  assert.deepEqual([open['tag'], open['tags'], open['unresolved']], [null, ['0x64657246'], 'or a run-time value']);
});

test('a file, an issue, a summary, an owner', () => {
  const facts = factsOf('/base/bin/t.sys', [site(imagePlace('/base/bin/t.sys', 16))], {
    sha256: 'ab',
    image: { machine: 'x64', pdb: 't.pdb', version: { company: 'C' }, signer: { name: 'S', issuer: 'I' } },
    milliseconds: 3.14159,
  });
  assert.deepEqual(fileLine(facts, show), {
    type: 'file',
    file: 'bin/t.sys',
    kind: 'image',
    machine: 'x64',
    sha256: 'ab',
    size: 100,
    version: { company: 'C' },
    signer: { name: 'S', issuer: 'I', verified: false },
    pdb: 't.pdb',
    sites: 1,
    milliseconds: 3.1,
  });
  assert.deepEqual(issueLine('/base/x', { message: 'm', offset: 128 }, show), {
    type: 'issue',
    file: 'x',
    offset: 128,
    message: 'm',
  });
  assert.deepEqual(summaryLine({ files: 1, bytes: 2, sites: 3, tags: 4, milliseconds: 5.6 }), {
    type: 'summary',
    files: 1,
    bytes: 2,
    sites: 3,
    tags: 4,
    milliseconds: 6,
  });
  const places = facts.sites.map((site) => ({ site, images: [] }));
  const owner = {
    tag: FRED,
    module: 't.sys',
    evidence: 'call' as const,
    siteCount: 1,
    places,
    maker: { company: 'C', signer: { name: 'S' } },
  };
  assert.deepEqual(ownerLine(owner, show), {
    type: 'owner',
    tag: '0x64657246',
    text: 'Fred',
    module: 't.sys',
    evidence: 'call',
    sites: 1,
    file: 'bin/t.sys',
    rva: '0x10',
    company: 'C',
    signer: { name: 'S', verified: false },
  });
});
