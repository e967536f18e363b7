// What a command of the settings may start, for tests: `fakeRemote.cjs PLAN STATE`. STATE is a folder in which every run
// leaves a file, so that a plan can say how each run behaves: one word a run, the last for all that follow.
//   good      says hello, opens, sends a sample every 50 ms
//   die       the same, and ends with status 255 and a word on stderr after the third sample
//   hang      says hello, answers open, and then nothing
//   mute      reads and never answers
//   garbage   prints something that is no message
//   nonsense  sends a sample that is none
//   old       speaks another version of the protocol
//   refused   says that there are no pools
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const rpc = require('vscode-jsonrpc/node');

const [, , plan, state] = process.argv;
const run = fs.readdirSync(state).length;
fs.writeFileSync(path.join(state, `${run}-${process.pid}`), '');
const words = plan.split(',');
const word = words[Math.min(run, words.length - 1)];

if (word === 'garbage') process.stdout.write('Last login: Tuesday\r\n\r\nWelcome\r\n');
if (word === 'mute' || word === 'garbage') {
  process.stdin.resume();
} else {
  const connection = rpc.createMessageConnection(
    new rpc.StreamMessageReader(process.stdin),
    new rpc.StreamMessageWriter(process.stdout),
  );
  let sequence = 0;
  let scope = 'system';
  let timer;
  const send = () => {
    sequence += 1;
    if (word === 'die' && sequence > 3) {
      process.stderr.write('Connection reset by peer\n');
      process.exit(255);
    }
    void connection.sendNotification('monitor/sample', {
      sequence,
      time: sequence * 1000,
      scope,
      reset: sequence === 1,
      memory: { nonPagedPoolBytes: sequence },
      // One tag that changes, and in the first message one that does not.
      rows:
        word === 'nonsense'
          ? ['Fred']
          : [1, sequence, run, 0, 0, 0, 0, ...(sequence === 1 ? [2, 5, 0, 0, 0, 0, 0] : [])],
      removed: [],
    });
  };
  let hung = false;
  connection.onRequest('monitor/hello', () =>
    hung
      ? new Promise(() => undefined)
      : {
          protocol: word === 'old' ? 99 : 1,
          version: '0.0.0',
          platform: 'test',
          live: word === 'refused' ? { available: false, reason: 'No pools here.' } : { available: true },
        },
  );
  connection.onRequest('monitor/open', () => {
    if (word === 'hang') hung = true;
    else timer = setInterval(send, 50);
    return { kind: 'ntdll', label: 'Live: this machine', live: true };
  });
  connection.onRequest('monitor/setScope', (params) => {
    scope = params.scope;
    return null;
  });
  connection.onRequest('monitor/bigAllocations', ({ tag }) => ({ allocations: [], count: tag, bytes: 0 }));
  connection.onRequest('monitor/pause', () => {
    clearInterval(timer);
    return null;
  });
  connection.onRequest('monitor/refresh', () => (send(), null));
  connection.listen();
}
process.stdin.on('end', () => process.exit(0));
