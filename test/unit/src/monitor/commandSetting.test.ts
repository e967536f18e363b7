/**
 * Commands named in the user's settings.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandLine, readCommandSetting } from '../../../../src/monitor/commandSetting';

test('a command is a program with arguments, and a monitor unless it says that it prints text', () => {
  const ssh = ['ssh', 'target', 'poollens', 'monitor', '--stdio'];
  assert.deepEqual(readCommandSetting({ Target: { run: ssh }, Debugger: { run: ['kd'], speaks: 'text' } }), {
    commands: [
      { kind: 'command', name: 'Target', run: ssh, speaks: 'monitor' },
      { kind: 'command', name: 'Debugger', run: ['kd'], speaks: 'text' },
    ],
    problems: [],
  });
});

test('what is none is left out with a reason; the others stay', () => {
  const { commands, problems } = readCommandSetting({
    text: 'ssh target',
    line: { run: 'ssh target' },
    empty: { run: [] },
    blank: { run: [''] },
    number: { run: ['ssh', 7] },
    zero: { run: ['ssh', 'a\0b'] },
    speaks: { run: ['ssh'], speaks: 'morse' },
    ' ': { run: ['ssh'] },
    good: { run: ['ssh'] },
  });
  assert.deepEqual(
    commands.map(({ name }) => name),
    ['good'],
  );
  assert.equal(problems.length, 8);
  assert.equal(problems[0], 'text: "run" must list a program and its arguments, each a text of its own');
  for (const value of [undefined, null, 7, 'ssh', ['ssh']]) assert.deepEqual(readCommandSetting(value).commands, []);
});

test('what is agreed to is shown so that nothing in it can be mistaken', () => {
  assert.equal(
    commandLine(['ssh', '-p', '22', 'user@host', 'a b', '', 'x\n"y']),
    'ssh -p 22 user@host "a b" "" "x\\n\\"y"',
  );
  assert.equal(commandLine(['C:\\Tools\\kd.exe', '\u202egpj']), 'C:\\Tools\\kd.exe "\\u202egpj"');
});
