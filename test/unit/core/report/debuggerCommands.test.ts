/** What is pasted for a tag: the documented spellings, and nothing a hostile tag or module name could smuggle in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allocatorBreakpoints } from '../../../../server/core/report/allocatorBreakpoints';
import { debuggerSections } from '../../../../server/core/report/debuggerCommands';
import { commentText, moduleText } from '../../../../server/core/report/debuggerText';
import { retagScript } from '../../../../server/core/report/retagScript';
import type { TagSite } from '../../../../src/shared/facts';
import { tagFromBytes, tagFromText } from '../../../../src/shared/poolTag';

const FRED = 0x64657246;

function site(api: string, tags: readonly number[], name?: string): TagSite {
  const place = { kind: 'image' as const, file: '/d/toaster.sys', rva: 0x1010, ...(name ? { function: name } : {}) };
  return { tags, api, role: 'allocate', evidence: 'call', module: 'toaster.sys', place };
}

const lines = (id: string, tag = FRED, sites: readonly TagSite[] = []): readonly string[] =>
  debuggerSections(tag, sites, ['x64'])
    .filter((section) => section.id === id)
    .flatMap((section) => section.lines);

test('a plain tag, as the documents spell it', () => {
  assert.deepEqual(lines('blocks'), ['!poolused 2 Fred', '!poolused 4 Fred', '!poolfind Fred', '!poolfind Fred 1']);
  assert.deepEqual(lines('hits'), ["ed nt!poolhittag 'derF'", 'ed nt!poolhittag 0']);
  assert.deepEqual(lines('search'), ['!for_each_module s -a @#Base @#End "Fred"']);
  assert.deepEqual(lines('specialPool').slice(0, 2), ['gflags /k +spp Fred', 'gflags /k -spp']);
  assert.match(lines('registry')[0] ?? '', /\/v PoolTag \/t REG_DWORD \/d 0x64657246 \/f$/);
});

test('breakpoints on the allocators in use, at the argument that holds the tag', () => {
  assert.deepEqual(lines('breakpoints', FRED, [site('ExAllocatePool2', [FRED])]), [
    'bp nt!ExAllocatePool2 ".if (@r8d == 0x64657246) {} .else {gc}"',
  ]);
  const on = (api: string, machine: 'x64' | 'x86' | 'arm64'): string | undefined =>
    allocatorBreakpoints(FRED, [api], machine)[0];
  assert.equal(
    on('ExAllocatePoolWithTag', 'x86'),
    'bp nt!ExAllocatePoolWithTag ".if (dwo(@esp+0xc) == 0x64657246) {} .else {gc}"',
  );
  // POOL_FLAGS has 64 bits: two slots of the stack.
  assert.equal(
    on('ExAllocatePool2', 'x86'),
    'bp nt!ExAllocatePool2 ".if (dwo(@esp+0x10) == 0x64657246) {} .else {gc}"',
  );
  assert.equal(on('ExAllocatePool2', 'arm64'), 'bp nt!ExAllocatePool2 ".if (@w2 == 0x64657246) {} .else {gc}"');
  assert.equal(
    on('FltAllocateExtraCreateParameter', 'x64'),
    'bp fltmgr!FltAllocateExtraCreateParameter ".if (dwo(@rsp+0x30) == 0x64657246) {} .else {gc}"',
  );
  assert.equal(
    on('NdisAllocateMemoryWithTagPriority', 'x64'),
    'bp ndis!NdisAllocateMemoryWithTagPriority ".if (@r8d == 0x64657246) {} .else {gc}"',
  );
});

test('where nobody is known, the usual allocators; a protected tag is compared without its sign', () => {
  assert.equal(lines('breakpoints').length, 3);
  const protectedTag = (FRED | 0x80000000) >>> 0;
  const made = lines('breakpoints', FRED, [site('ExAllocatePool2', [protectedTag])]);
  assert.deepEqual(made, [
    'bp nt!ExAllocatePool2 ".if (@r8d == 0x64657246) {} .else {gc}"',
    'bp nt!ExAllocatePool2 ".if ((@r8d & 0x0ffffffff) == 0x0e4657246) {} .else {gc}"',
  ]);
});

test('blanks, quotes and wildcards go in as numbers', () => {
  assert.deepEqual(lines('blocks', tagFromText('Io')), [
    '!poolused 2 Io??',
    '!poolused 4 Io??',
    '!poolfind 0x20206f49',
    '!poolfind 0x20206f49 1',
  ]);
  const quote = tagFromText('a";q') ?? 0;
  assert.deepEqual(lines('search', quote), ['!for_each_module s -b @#Base @#End 61 22 3b 71']);
  assert.deepEqual(lines('hits', quote)[0], 'ed nt!poolhittag 0x713b2261');
  assert.deepEqual(lines('specialPool', quote), []);
});

test('no tag at all makes a line hold more than its command', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(byte, byte, byte, byte, (b0, b1, b2, b3) => {
      const tag = tagFromBytes(b0, b1, b2, b3);
      for (const section of debuggerSections(tag, [site('ExAllocatePool2', [tag])], ['x64', 'x86', 'arm64'])) {
        for (const line of section.lines) {
          assert.match(line, /^[\x20-\x7e]+$/);
          assert.doesNotMatch(line, /;|\$|%|&&|\|/);
        }
      }
    }),
  );
});

test('modules by the name the debugger gives them; names that read as numbers have none', () => {
  assert.equal(moduleText('/x/ks-audio.v2.sys'), 'ks_audio_v2');
  assert.equal(moduleText('C:\\Windows\\System32\\ntoskrnl.exe'), 'nt');
  for (const name of ['fee.sys', '1394ohci.sys', '.sys', '']) assert.equal(moduleText(name), undefined, name);
  assert.equal(moduleText('/x/a;.shell calc"\n.sys'), 'a__shell_calc__');
});

test('a comment ends neither itself nor the line', () => {
  assert.equal(commentText('f; .shell x\n"$$>< y"'), 'f_ .shell x__$$__ y_');
});

test('the script looks before it changes, names the places, and can be undone', () => {
  const places = [
    {
      rva: 0x1001,
      from: FRED,
      to: 0x31307246,
      tag: 0x31307246,
      sites: [site('ExAllocatePool2', [0x31307246], 'A;b+0x10')],
    },
    { rva: 0x2001, from: FRED, to: 0x32307246, tag: 0x32307246, sites: [site('ExAllocatePool2', [0x32307246])] },
  ];
  const script = retagScript({ file: '/d/toaster.sys', machine: 'x64', tag: FRED, places }) ?? [];
  const changes = script.filter((line) => line.startsWith('.if'));
  assert.equal(
    changes[0],
    '.if (dwo(toaster+0x1001) == 0x64657246) { ed toaster+0x1001 0x31307246 } ' +
      '.else { .echo PoolLens: toaster+0x1001 holds something else, left alone }',
  );
  assert.equal(changes.length, 4);
  assert.match(changes[3] ?? '', /== 0x32307246\) \{ ed toaster\+0x2001 0x64657246 \}/);
  assert.ok(script.includes('!poolfind Fr01'));
  assert.ok(script.includes('$$ Fr01 is A_b+0x10 (ExAllocatePool2)'));
  assert.equal(retagScript({ file: '/d/1394.sys', machine: 'x64', tag: FRED, places }), undefined);
});
