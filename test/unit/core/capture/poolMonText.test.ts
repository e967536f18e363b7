/**
 * PoolMon's layouts, from Microsoft's pages, a kept server log and look-alikes, and what people do to them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, counters, fixture, NONE, only, parse, rowCount, TIME } from './captures';

const HEADING = ' Tag  Type     Allocs            Frees            Diff   Bytes       Per Alloc\n\n';

test('a screen: header totals in bytes, scope, and a row for each tag', () => {
  const sample = only(fixture('poolmon-examples-1.txt'));
  assert.deepEqual(sample.memory, {
    totalBytes: 260620 * 1024,
    availableBytes: 65152 * 1024,
    pageFaults: 85,
    residentKernelBytes: 2116 * 1024,
    residentPagedPoolBytes: 19560 * 1024,
    commitBytes: 237688 * 1024,
    commitLimitBytes: 640916 * 1024,
    commitPeakBytes: 260632 * 1024,
    nonPagedPoolBytes: 8500 * 1024,
    pagedPoolBytes: 33024 * 1024,
  });
  assert.equal(sample.scope, 'system');
  assert.equal(sample.time, TIME);
  assert.equal(rowCount(sample), 13);
  assert.deepEqual(counters(sample, 'NtFC'), { paged: [1579279, 1579269, 640], nonPaged: NONE });
  assert.deepEqual(counters(sample, 'NtFs'), { paged: NONE, nonPaged: [48825, 47226, 64536] });
});

test('every documented sample is read whole and without complaint', () => {
  const counts = {
    'poolmon-examples-3.txt': 8,
    'poolmon-examples-6.txt': 16,
    'poolmon-examples-8.txt': 16,
    'poolmon-localtag-mapped.txt': 3,
    'poolmon-old-4.0-layout.txt': 4,
    'poolmon-screen-sorted-by-allocs.txt': 8,
    'poolsnap-server.log': 13,
  };
  for (const [name, count] of Object.entries(counts)) assert.equal(rowCount(only(fixture(name))), count, name);
});

test('session scopes are told apart', () => {
  assert.equal(only(fixture('poolmon-examples-6.txt')).scope, 'all sessions');
  const session = only(fixture('poolmon-examples-8.txt'));
  assert.equal(session.scope, 'session 0');
  assert.deepEqual(counters(session, 'Dh 2')?.paged, [367, 364, 912]);
});

test('the old layout has blanks inside and at the ends of tags, and two before the type', () => {
  const sample = only(fixture('poolmon-old-4.0-layout.txt'));
  assert.deepEqual(counters(sample, ' CM ')?.paged, [1283, 1002, 1377312]);
  assert.deepEqual(counters(sample, ' Fat')?.paged, [6662, 4971, 174560]);
  assert.deepEqual(counters(sample, 'Strg')?.paged, [10385, 6658, 317952]);
});

test('a /n snapshot has no changes and no blanks after its colons', () => {
  const sample = only(fixture('poolsnap-server.log'));
  assert.deepEqual(counters(sample, 'IoNm')?.paged, [28541906, 28381445, 52366176]);
  assert.equal(sample.memory.totalBytes, 16468560 * 1024);
  assert.equal(sample.memory.pagedPoolBytes, 983564 * 1024);
});

test('a log: screens follow each other by five seconds and end at the file time, which is said', () => {
  const capture = fixture('own-poolmon-log.txt');
  assert.deepEqual(
    capture.value.map((sample) => sample.time - TIME),
    [-10000, -5000, 0],
  );
  assert.deepEqual(
    capture.value.map((sample) => counters(sample, 'Leak')?.nonPaged),
    [
      [4102, 200, 4058080],
      [8202, 400, 8114080],
      [12302, 600, 12170080],
    ],
  );
  assert.deepEqual(capture.issues, [
    { message: "3 screens without times: taken as 5 seconds apart, PoolMon's refresh" },
  ]);
  assert.equal(at(capture, 2).memory.commitBytes, 6113000 * 1024);
});

test('columns glued behind a change, negative changes, and one tag on two rows', () => {
  const capture = fixture('own-poolmon-log.txt');
  assert.deepEqual(counters(at(capture, 1), 'MmSt')?.paged, [126675600, 126600200, 90480000]);
  assert.deepEqual(counters(at(capture, 2), 'MmSt'), {
    paged: [126675700, 126600300, 90480000],
    nonPaged: [4, 0, 1024],
  });
  assert.deepEqual(counters(at(capture, 0), 'Io  ')?.nonPaged, [1021112, 1020985, 91912]);
});

test('the wide layout, with numbers past 32 bits', () => {
  const sample = only(fixture('own-poolmon-wide.txt'));
  assert.deepEqual(counters(sample, 'EtwB')?.nonPaged, [4712, 3301, 5153960960]);
  assert.deepEqual(counters(sample, 'File')?.nonPaged, [9126675442, 9126600001, 30176400]);
  assert.deepEqual(counters(sample, 'MmCa')?.paged, [2, 1, 48]);
});

test('tab-separated pastes keep the blanks of a tag', () => {
  const sample = only(fixture('own-poolmon-tabs.txt'));
  assert.deepEqual(counters(sample, ' CM ')?.paged, [1283, 1002, 1377312]);
  assert.deepEqual(counters(sample, 'Io  ')?.nonPaged, [1021112, 1020985, 91912]);
  assert.deepEqual(counters(sample, 'Dh 1')?.paged, [24, 24, 0]);
});

test('pastes with collapsed blanks, a header in one line and a Markdown heading', () => {
  const sample = only(fixture('own-poolmon-collapsed.txt'));
  assert.deepEqual(counters(sample, 'Io')?.nonPaged, [1021112, 1020985, 91912]);
  assert.deepEqual(counters(sample, 'Dh 1')?.paged, [24, 24, 0]);
  assert.deepEqual(counters(sample, 'Key')?.paged, [954821, 953979, 87528]);
  assert.equal(sample.memory.residentPagedPoolBytes, 310528 * 1024);
  assert.equal(sample.memory.pagedPoolBytes, 330120 * 1024);
});

test('rows alone, as copied from a screen', () => {
  const sample = only(parse(' Fred Nonp       9112 (   0)      9111 (   0)     1      64 (     0)     64\n'));
  assert.deepEqual(counters(sample, 'Fred')?.nonPaged, [9112, 9111, 64]);
});

test('a tag that is itself a type word, and unprintable characters', () => {
  const sample = only(
    parse(
      `${HEADING} Nonp Nonp          5 (   0)         2 (   0)        3      96 (     0)     32\n` +
        ` a\u0001\u00e3b Paged         7 (   0)         2 (   0)        5     160 (     0)     32\n` +
        ` Fred Nonp          1 (   0)         0 (   0)        1      32 (     0)     32\n`,
    ),
  );
  assert.deepEqual(counters(sample, 'Nonp')?.nonPaged, [5, 2, 96]);
  assert.deepEqual(counters(sample, 'a\\x01\\xe3b')?.paged, [7, 2, 160]);
});

test('Diff glued to Bytes is told apart by Allocs − Frees', () => {
  const sample = only(
    parse(`${HEADING} Fred Nonp  223456789 (   0)     456789 (   0)223000000892000000 (     0)      4\n`),
  );
  assert.deepEqual(counters(sample, 'Fred')?.nonPaged, [223456789, 456789, 892000000]);
});

test('glued columns without changes are split where the sums fit, and only there', () => {
  const glued = only(
    parse(
      'Tag  Type     Allocs         Frees    Diff   Bytes    Per Alloc\nEtwB Nonp 6394405600 4056      6394401544163418368 0\n',
    ),
  );
  assert.equal(rowCount(glued), 1);
  const hopeless = parse(`${HEADING} Fred Nonp 111 22 33 44\n`);
  assert.match(hopeless.issues[0]?.message ?? '', /can't be told apart: Fred Nonp 111 22 33 44/);
  assert.equal(hopeless.issues[0]?.offset, HEADING.length);
});

test('numbers that do not add up are kept and named', () => {
  const capture = parse(`${HEADING} Fred Nonp         10 (   0)         2 (   0)        9     640 (     0)     64\n`);
  assert.deepEqual(counters(at(capture, 0), 'Fred')?.nonPaged, [10, 2, 640]);
  assert.match(capture.issues[0]?.message ?? '', /^Diff is 9, but Allocs − Frees is 8: Fred/);
});

test('a wrapped counter adds up modulo 2^32', () => {
  const row = ' Fred Nonp          5 (   0)4294967286 (   0)       15     960 (     0)     64\n';
  assert.deepEqual(parse(HEADING + row).issues, []);
});

test('a row repeated as it stands counts once; parts of a tag are summed and said', () => {
  const row = ' Fred Nonp         10 (   0)         2 (   0)        8     640 (     0)     80\n';
  const other = ' Fred Nonp          3 (   0)         1 (   0)        2     160 (     0)     80\n';
  assert.deepEqual(counters(only(parse(HEADING + row + row)), 'Fred')?.nonPaged, [10, 2, 640]);
  const capture = parse(HEADING + row + other);
  assert.deepEqual(counters(at(capture, 0), 'Fred')?.nonPaged, [13, 3, 800]);
  assert.match(capture.issues[0]?.message ?? '', /listed twice with other numbers, summed/);
});

test('a screen on which a filter left nothing is still a reading', () => {
  const sample = only(
    parse(
      ' Memory:  523620K Avail:  147160K  PageFlts:   147   InRam Krnl: 2728K P:18536K\n' +
        ' Commit: 407844K Limit:1277144K Peak: 489800K            Pool N:12240K P:18844K\n' +
        ` System pool information\n${HEADING}`,
    ),
  );
  assert.equal(rowCount(sample), 0);
  assert.equal(sample.memory.nonPagedPoolBytes, 12240 * 1024);
});

test('hostile lines: bounded time, and a complaint for what is left out', () => {
  const row = ' Fred Nonp         10 (   0)         2 (   0)        8     640 (     0)     80\n';
  const blanks = `${' '.repeat(5_000_000)}\n`;
  const nested = `${' Nonp('.repeat(300)}\n`.repeat(3000);
  const capture = parse(HEADING + blanks + nested + row);
  assert.equal(rowCount(at(capture, 0)), 1);
  assert.deepEqual(capture.issues[0], { message: 'a line of 5000000 characters is left out', offset: HEADING.length });
});

test('a thousand bad rows end in a short list', () => {
  const capture = parse(HEADING + ' Fred Nonp 1 2 3 4\n'.repeat(1000));
  assert.equal(capture.issues.length, 51);
  assert.deepEqual(capture.issues[50], { message: 'and 950 more' });
});
