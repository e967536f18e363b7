// A monitor that behaves as told by FAKE_MONITOR, for tests of the extension host's side. Speaks the protocol of
// src/shared/monitorProtocol.ts over stdio with the production library; holds no pool logic.
'use strict';
const fs = require('node:fs');
const rpc = require('vscode-jsonrpc/node');

const plan = JSON.parse(process.env.FAKE_MONITOR ?? '{}');
if (plan.exitAtStart !== undefined) {
  process.stderr.write('fatal: no kernel here\n');
  process.exit(plan.exitAtStart);
}
if (plan.garbage) process.stdout.write('this is no message\r\n\r\n');

const connection = rpc.createMessageConnection(
  new rpc.StreamMessageReader(process.stdin),
  new rpc.StreamMessageWriter(process.stdout),
);
const log = (line) => plan.log && fs.appendFileSync(plan.log, `${line}\n`);
log('start');
let sequence = 0;
const sendSample = (rows, more = {}) =>
  connection.sendNotification('monitor/sample', {
    sequence: ++sequence,
    time: 1_000 * sequence,
    scope: 'system',
    reset: sequence === 1,
    memory: {},
    rows,
    removed: [],
    ...more,
  });

connection.onRequest('monitor/hello', () =>
  plan.silent
    ? new Promise(() => undefined)
    : {
        protocol: plan.protocol ?? 1,
        version: '0.0.0',
        platform: 'test',
        live: plan.live ?? { available: true },
      },
);
connection.onRequest('monitor/open', ({ source, intervalMs }) => {
  log(`open ${source.kind} ${source.file ?? ''} ${intervalMs}`);
  if (source.file?.includes('missing')) return new rpc.ResponseError(-32600, `${source.file}: no such file`);
  // As the real one may: state and samples overtake the answer.
  void connection.sendNotification('monitor/state', { state: 'running' });
  if (plan.staleSample) void sendSample([9, 9, 9, 9, 9, 9, 9], { reset: false });
  sequence = 0;
  void sendSample([1, 10, 0, 100, 0, 0, 0]);
  return { kind: source.kind, label: source.file ?? 'Live: this machine', live: source.kind === 'ntdll' };
});
for (const name of ['close', 'resume', 'setInterval', 'seek', 'mark', 'startRecording']) {
  connection.onRequest(`monitor/${name}`, (params) => {
    // Without parameters the library hands over the cancellation token.
    const given = params !== undefined && 'isCancellationRequested' in params ? null : params;
    log(`${name} ${JSON.stringify(given)}`);
    if (name === 'startRecording') {
      void connection.sendNotification('monitor/recording', {
        recording: true,
        file: params.file,
        samples: 0,
        bytes: 0,
      });
    }
    return null;
  });
}
connection.onRequest('monitor/stopRecording', () => {
  log('stopRecording');
  void connection.sendNotification('monitor/recording', { recording: false, samples: 3, bytes: 30 });
  return { samples: 3 };
});
connection.onRequest('monitor/pause', () => {
  void connection.sendNotification('monitor/state', { state: 'paused' });
  return null;
});
connection.onRequest('monitor/refresh', () => {
  if (plan.dieOnRefresh) process.exit(3);
  void sendSample([1, 11, 0, 110, 0, 0, 0]);
  return null;
});
process.stdin.on('end', () => process.exit(0));
connection.listen();
