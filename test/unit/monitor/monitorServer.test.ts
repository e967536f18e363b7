/**
 * The monitor over streams, as the extension host and a remote command speak to it.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, test } from 'node:test';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { createMessageConnection, ResponseError, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { encodeRecording } from '../../../server/core/capture/recordingEncoder';
import { openRecording } from '../../../server/core/capture/recordingReader';
import { runMonitor } from '../../../server/monitor/monitorServer';
import { growthAt, type GrowthMessage } from '../../../src/shared/growth';
import type { MonitorState, RecordingState, SampleMessage } from '../../../src/shared/monitorProtocol';
import { MonitorNotification, MonitorRequest } from '../../../src/shared/monitorProtocol';
import type { CompanionsResult, TracesResult } from '../../../src/shared/trace';
import { fakeKernel } from './fakeKernel';

const folder = mkdtempSync(join(tmpdir(), 'poollens-monitor-'));
after(() => {
  rmSync(folder, { recursive: true });
});

const recording = join(folder, 'three.poolrec');
writeFileSync(
  recording,
  encodeRecording(
    [1000, 2000, 3000].map((time) => ({
      time,
      scope: 'system',
      memory: { nonPagedPoolBytes: time },
      rows: Float64Array.from([0x64657246, time, 0, 0, 0, 0, 0, 0x6b61654c, 1, 0, 0, 0, 0, 0]),
    })),
  ),
);

interface Client {
  readonly connection: MessageConnection;
  readonly request: (method: string, params?: object) => Promise<unknown>;
  readonly samples: SampleMessage[];
  readonly states: MonitorState[];
  readonly recordings: RecordingState[];
  readonly growth: GrowthMessage[];
  /** Resolves when the condition holds after a notification. */
  readonly until: (condition: () => boolean) => Promise<void>;
  /** Closes the monitor's input and waits for its end. */
  readonly marks: unknown[];
  readonly end: () => Promise<void>;
}

function client(options: Partial<Parameters<typeof runMonitor>[2]> = {}): Client {
  const toMonitor = new PassThrough();
  const fromMonitor = new PassThrough();
  const ended = runMonitor(toMonitor, fromMonitor, { version: '1.2.3', ...options });
  const connection = createMessageConnection(new StreamMessageReader(fromMonitor), new StreamMessageWriter(toMonitor));
  const samples: SampleMessage[] = [];
  const states: MonitorState[] = [];
  const recordings: RecordingState[] = [];
  const growth: GrowthMessage[] = [];
  const marks: unknown[] = [];
  let check = (): void => undefined;
  const collect = <T>(method: string, list: T[]): void => {
    connection.onNotification(method, (value: T) => {
      list.push(value);
      check();
    });
  };
  collect(MonitorNotification.sample, samples);
  collect(MonitorNotification.state, states);
  collect(MonitorNotification.recording, recordings);
  collect(MonitorNotification.growth, growth);
  collect(MonitorNotification.mark, marks);
  connection.listen();
  return {
    connection,
    samples,
    states,
    recordings,
    growth,
    marks,
    request: (method, params) => connection.sendRequest<unknown>(method, params ?? null),
    until: (condition) =>
      new Promise((resolve) => {
        check = () => {
          if (condition()) resolve();
        };
        check();
      }),
    end: async () => {
      toMonitor.end();
      await ended;
      connection.dispose();
    },
  };
}

async function refused(answer: Promise<unknown>): Promise<ResponseError<unknown>> {
  try {
    await answer;
  } catch (error) {
    assert.ok(error instanceof ResponseError);
    return error;
  }
  return assert.fail('it was not refused');
}

test('hello says protocol, version, platform and why there is no live source here', async () => {
  const monitor = client({ ntdll: { platform: 'linux' } });
  assert.deepEqual(await monitor.request(MonitorRequest.hello), {
    protocol: 1,
    version: '1.2.3',
    platform: `${process.platform}-${process.arch}`,
    live: { available: false, reason: 'Live pool statistics come from the Windows kernel; this is Linux.' },
  });
  await monitor.end();
});

test('a recording plays: info first, a whole sample, changes, the end', async () => {
  const monitor = client();
  const info = await monitor.request(MonitorRequest.open, {
    source: { kind: 'recording', file: recording },
    intervalMs: 50,
  });
  assert.deepEqual(info, { kind: 'recording', label: 'three.poolrec', live: false, sampleCount: 3 });
  await monitor.until(() => monitor.states.at(-1)?.state === 'ended');
  assert.deepEqual(
    monitor.samples.map(({ sequence, index, reset, time, rows, memory }) => [
      sequence,
      index,
      reset,
      time,
      rows.length,
      memory,
    ]),
    [
      [0, 0, true, 1000, 14, { nonPagedPoolBytes: 1000 }],
      [1, 1, false, 2000, 7, { nonPagedPoolBytes: 2000 }],
      [2, 2, false, 3000, 7, { nonPagedPoolBytes: 3000 }],
    ],
  );
  assert.equal(await monitor.request(MonitorRequest.seek, { index: 1 }), null);
  await monitor.until(() => monitor.samples.length === 4);
  assert.deepEqual([monitor.samples[3]?.index, monitor.samples[3]?.reset], [1, true]);
  await monitor.end();
});

test('a live source: pause, refresh, interval, close', async () => {
  const kernel = fakeKernel();
  const monitor = client({ ntdll: { query: kernel.query } });
  await monitor.request(MonitorRequest.open, { source: { kind: 'ntdll' }, intervalMs: 86_400_000 });
  await monitor.until(() => monitor.samples.length === 1);
  assert.equal(await monitor.request(MonitorRequest.pause), null);
  assert.equal(await monitor.request(MonitorRequest.refresh), null);
  await monitor.until(() => monitor.samples.length === 2);
  assert.equal(monitor.samples[1]?.reset, true);
  await monitor.request(MonitorRequest.resume);
  await monitor.until(() => monitor.samples.length === 3);
  assert.deepEqual(monitor.samples[2]?.rows, []);
  await monitor.request(MonitorRequest.setInterval, { intervalMs: 50 });
  await monitor.until(() => monitor.samples.length === 5);
  await monitor.request(MonitorRequest.close);
  assert.deepEqual(
    monitor.states.map(({ state }) => state),
    ['running', 'paused', 'running', 'closed'],
  );
  await monitor.end();
});

test('refusals carry one clear line and the status', async () => {
  const monitor = client({ ntdll: { query: fakeKernel({ status: 0xc0000022 }).query } });
  const denied = await refused(monitor.request(MonitorRequest.open, { source: { kind: 'ntdll' }, intervalMs: 1000 }));
  assert.match(denied.message, /0xc0000022 STATUS_ACCESS_DENIED/);
  assert.deepEqual(denied.data, { ntstatus: '0xc0000022' });
  const file = join(folder, 'missing.txt');
  const missing = await refused(
    monitor.request(MonitorRequest.open, { source: { kind: 'capture', file }, intervalMs: 1000 }),
  );
  assert.equal(missing.message, `${file}: no such file`);
  assert.deepEqual(monitor.states, []);
  await monitor.end();
});

test('a request that makes no sense is refused and changes nothing', async () => {
  const monitor = client();
  const cases: readonly (readonly [string, object, RegExp])[] = [
    [MonitorRequest.open, {}, /no source "undefined"/],
    [MonitorRequest.open, { source: { kind: 'telepathy' }, intervalMs: 5 }, /no source "telepathy"/],
    [MonitorRequest.open, { source: { kind: 'capture', file: 'relative.txt' }, intervalMs: 5 }, /absolute path/],
    [MonitorRequest.open, { source: { kind: 'recording', file: recording } }, /number "intervalMs"/],
    [MonitorRequest.setInterval, { intervalMs: 'soon' }, /number "intervalMs"/],
    [MonitorRequest.seek, {}, /number "index"/],
    [MonitorRequest.setScope, {}, /text "scope"/],
    [MonitorRequest.bigAllocations, { tag: -1 }, /pool tag "tag"/],
    [MonitorRequest.bigAllocations, { tag: 1 }, /Nothing is open/],
    [MonitorRequest.startRecording, { file: 7 }, /absolute path/],
    ['monitor/unknown', {}, /Unhandled method/],
  ];
  for (const [method, params, message] of cases) {
    assert.match((await refused(monitor.request(method, params))).message, message);
  }
  assert.deepEqual([monitor.states, monitor.samples], [[], []]);
  await monitor.end();
});

test('another scope comes at once as a whole sample; a file has none to choose', async () => {
  const kernel = fakeKernel({ sessions: [1], big: [[0x64657246, 0xffff8a0b00001001n, 4096]] });
  const monitor = client({ ntdll: { query: kernel.query } });
  await monitor.request(MonitorRequest.open, { source: { kind: 'ntdll' }, intervalMs: 86_400_000 });
  await monitor.until(() => monitor.samples.length === 1);
  assert.deepEqual(await monitor.request(MonitorRequest.scopes), { scopes: ['system', 'all sessions', 'session 1'] });
  assert.equal(await monitor.request(MonitorRequest.setScope, { scope: 'session 1' }), null);
  await monitor.until(() => monitor.samples.length === 2);
  assert.deepEqual(
    monitor.samples.map(({ scope, reset, rows }) => [scope, reset, rows.length]),
    [
      ['system', true, 70],
      ['session 1', true, 21],
    ],
  );
  const gone = await refused(monitor.request(MonitorRequest.setScope, { scope: 'session 9' }));
  assert.equal(gone.message, 'There is no session 9; there are 1.');
  assert.deepEqual(await monitor.request(MonitorRequest.bigAllocations, { tag: 0x64657246 }), {
    allocations: [{ address: '0xffff8a0b00001000', paged: false, bytes: 4096 }],
    count: 1,
    bytes: 4096,
  });
  await monitor.request(MonitorRequest.open, { source: { kind: 'recording', file: recording }, intervalMs: 50 });
  const file = await refused(monitor.request(MonitorRequest.scopes));
  assert.equal(file.message, 'Only a live machine can be asked for this.');
  await monitor.end();
});

test('the reading that is shown is exported, in each format', async () => {
  const monitor = client({ ntdll: { query: fakeKernel().query } });
  const file = join(folder, 'reading');
  const early = await refused(monitor.request(MonitorRequest.exportSample, { file, format: 'csv' }));
  assert.equal(early.message, 'There is no reading yet.');
  await monitor.request(MonitorRequest.open, { source: { kind: 'ntdll' }, intervalMs: 86_400_000 });
  await monitor.until(() => monitor.samples.length === 1);
  for (const [format, lines] of [
    ['csv', 11],
    ['ndjson', 1],
    ['poolmon', 15],
  ] as const) {
    assert.equal(await monitor.request(MonitorRequest.exportSample, { file, format }), null);
    assert.equal(readFileSync(file, 'utf8').trimEnd().split('\n').length, lines, format);
  }
  const nowhere = join(folder, 'none', 'reading.csv');
  const failed = await refused(monitor.request(MonitorRequest.exportSample, { file: nowhere, format: 'csv' }));
  assert.equal(failed.message, `${nowhere}: can't be written: no such file`);
  await refused(monitor.request(MonitorRequest.exportSample, { file, format: 'xls' }));
  await monitor.end();
});

test('a failed open leaves the open source running', async () => {
  const monitor = client({ ntdll: { query: fakeKernel().query } });
  await monitor.request(MonitorRequest.open, { source: { kind: 'ntdll' }, intervalMs: 50 });
  await refused(monitor.request(MonitorRequest.open, { source: { kind: 'capture', file: folder }, intervalMs: 50 }));
  const before = monitor.samples.length;
  await monitor.until(() => monitor.samples.length > before + 1);
  assert.deepEqual(monitor.states, [{ state: 'running' }]);
  await monitor.end();
});

test('a session is recorded from the sample on the screen, and the recording opens', async () => {
  const monitor = client({ ntdll: { query: fakeKernel({ grow: 1 }).query } });
  await monitor.request(MonitorRequest.open, { source: { kind: 'ntdll' }, intervalMs: 86_400_000 });
  await monitor.until(() => monitor.samples.length === 1);
  const file = join(folder, 'made.poolrec');
  assert.equal(await monitor.request(MonitorRequest.startRecording, { file }), null);
  await monitor.request(MonitorRequest.refresh);
  assert.deepEqual(await monitor.request(MonitorRequest.stopRecording), { samples: 2 });
  assert.deepEqual(
    monitor.recordings.map(({ recording: on, samples, message }) => [on, samples, message]),
    [
      [true, 1, undefined],
      [false, 2, undefined],
    ],
  );
  const { value, issues } = openRecording(readFileSync(file));
  assert.deepEqual(issues, []);
  assert.equal(value?.source, 'Live: this machine');
  const first = value.read();
  assert.deepEqual([...(first?.rows ?? [])], monitor.samples[0]?.rows);
  assert.deepEqual(await monitor.request(MonitorRequest.stopRecording), { samples: 0 });
  await monitor.end();
});

test('marks are kept in the recording, gaps that are seen among them, and come with it when it is opened', async () => {
  const times = [1, 2, 3, 100, 101, 102];
  let at = -1;
  // The first reading is made when the source is opened, and not shown.
  const now = (): number => 1000 * (times[Math.max(0, at++)] ?? 0);
  const monitor = client({ ntdll: { query: fakeKernel({ grow: 1 }).query, now } });
  await monitor.request(MonitorRequest.open, { source: { kind: 'ntdll' }, intervalMs: 86_400_000 });
  await monitor.until(() => monitor.samples.length === 1);
  const file = join(folder, 'marked.poolrec');
  await monitor.request(MonitorRequest.startRecording, { file });
  const note = { kind: 'note', time: 2000, text: 'driver „started“' };
  await monitor.request(MonitorRequest.mark, note);
  await refused(monitor.request(MonitorRequest.mark, { kind: 'nothing', time: 1, text: '' }));
  for (let turn = 1; turn < times.length; turn += 1) await monitor.request(MonitorRequest.refresh);
  const gap = { kind: 'gap', time: 3000, end: 100_000, text: '' };
  await monitor.until(() => monitor.marks.length > 0);
  assert.deepEqual(monitor.marks, [gap]);
  await monitor.request(MonitorRequest.stopRecording);
  // Nothing is recorded now: it is taken, and kept nowhere.
  assert.equal(await monitor.request(MonitorRequest.mark, note), null);
  const source = { kind: 'recording', file };
  const info = await monitor.request(MonitorRequest.open, { source, intervalMs: 86_400_000 });
  await monitor.end();
  const text = 'the clock was set forward by 97 seconds, or the machine slept';
  assert.deepEqual((info as { readonly marks?: unknown }).marks, [note, { ...gap, text }]);
});

test('a recording ends with its source', async () => {
  const monitor = client({ ntdll: { query: fakeKernel().query } });
  await monitor.request(MonitorRequest.open, { source: { kind: 'ntdll' }, intervalMs: 86_400_000 });
  await monitor.until(() => monitor.samples.length === 1);
  await monitor.request(MonitorRequest.startRecording, { file: join(folder, 'first.poolrec') });
  await monitor.request(MonitorRequest.open, {
    source: { kind: 'recording', file: recording },
    intervalMs: 86_400_000,
  });
  await monitor.until(() => monitor.recordings.length === 2);
  assert.deepEqual([monitor.recordings[1]?.recording, monitor.recordings[1]?.samples], [false, 1]);
  await monitor.end();
});

test('rubbish on the input ends in a message, not in silence or a crash of the caller', async () => {
  const { code, stderr } = await runMain(['--stdio'], 'Content-Length: 5\r\n\r\n{{{{{');
  assert.equal(code, 0);
  assert.match(stderr, /poollens monitor: /);
});

test('the process ends when its input closes', async () => {
  const { code, stderr } = await runMain(['--stdio'], '');
  assert.deepEqual([code, stderr], [0, '']);
});

test('without --stdio it says how it is used', async () => {
  const { code, stderr } = await runMain([], '');
  assert.equal(code, 2);
  assert.match(stderr, /^usage: monitor --stdio/);
});

async function runMain(flags: readonly string[], input: string): Promise<{ code: number | null; stderr: string }> {
  const main = join(__dirname, '../../../server/monitor/main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...flags], { stdio: ['pipe', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stderr };
}

test('growth comes with the reading that was sought, from the readings before it, over the window asked for', async () => {
  const file = join(folder, 'leak.poolrec');
  const leaking = Array.from({ length: 180 }, (_, second) => ({
    time: second * 1000,
    scope: 'system',
    memory: {},
    rows: Float64Array.from([0x6b61654c, 0, 0, 0, second + 1, 0, Math.min(second, 150) * 1000, 1, 5, 0, 64, 0, 0, 0]),
  }));
  writeFileSync(file, encodeRecording(leaking));
  const { request, growth, samples, until, end } = client();
  await request(MonitorRequest.open, { source: { kind: 'recording', file }, intervalMs: 60_000, growthMinutes: 2 });
  await request(MonitorRequest.pause);
  await request(MonitorRequest.seek, { index: 140 });
  await until(() => growth.at(-1)?.still.samples === 121);
  assert.equal(samples.at(-1)?.index, 140);
  const found = growth.at(-1);
  assert.deepEqual([found?.reset, found?.windowMs, found?.rows[0]], [true, 120_000, 0x6b61654c]);
  const { verdict, bytesPerMinute, points, samples: readings } = growthAt(found?.rows ?? [], 0);
  assert.deepEqual([verdict, bytesPerMinute, points, readings], ['growing', 60_000, 64, 121]);

  await request(MonitorRequest.setGrowthWindow, { minutes: 1 });
  await until(() => growth.at(-1)?.windowMs === 60_000);
  assert.equal(growth.at(-1)?.still.samples, 61);
  await assert.rejects(request(MonitorRequest.setGrowthWindow, { minutes: 'long' }), /number "minutes"/);
  await end();
});

test('the past of tags and what moves together with one, as far as history knows them', async () => {
  const file = join(folder, 'together.poolrec');
  // 'Leak' grows unevenly, 'Besi' by two blocks for each of its blocks, 'Even' evenly.
  let blocks = 0;
  const recorded = Array.from({ length: 100 }, (_, second) => {
    blocks += (second * 7919) % 13;
    const rows = [
      [0x6b61654c, 0, 0, 0, blocks, 0, 64 * blocks],
      [0x69736542, 2 * blocks, 0, 32 * blocks, 0, 0, 0],
      [0x6e657645, 0, 0, 0, second, 0, second],
    ];
    return { time: second * 1000, scope: 'system', memory: {}, rows: Float64Array.from(rows.flat()) };
  });
  writeFileSync(file, encodeRecording(recorded));
  const { request, growth, until, end } = client();
  await request(MonitorRequest.open, { source: { kind: 'recording', file }, intervalMs: 60_000 });
  await request(MonitorRequest.pause);
  await request(MonitorRequest.seek, { index: 99 });
  await until(() => growth.at(-1)?.still.samples === 100);
  const { traces } = (await request(MonitorRequest.traces, { tags: [0x6b61654c, 1], spanMs: 10_000 })) as TracesResult;
  assert.deepEqual(
    traces.map(({ tag, paged, bytes }) => [tag, paged, bytes.at(-1)]),
    [
      [0x6b61654c, false, 64 * blocks],
      [0x6b61654c, true, 0],
    ],
  );
  assert.deepEqual([traces[0]?.times[0], traces[0]?.times.at(-1)], [89_000, 99_000]);
  const asked = { tag: 0x6b61654c, paged: false, spanMs: 600_000 };
  const answer = (await request(MonitorRequest.companions, asked)) as CompanionsResult;
  assert.equal(answer.possible, true);
  assert.deepEqual(
    answer.companions.map(({ tag, paged, each }) => [tag, paged, each]),
    [[0x69736542, true, 2]],
  );
  await assert.rejects(request(MonitorRequest.traces, { tags: 7, spanMs: 1 }), /list "tags"/);
  await end();
});
