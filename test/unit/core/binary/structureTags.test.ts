/** Tags in structures filled in for one call, and calls that a header hides behind another name, as clang compiles them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { b, imm, label, slot } from './assembler';
import { compiledSites, MACHINES } from './compiled';
import { scan } from './scanning';

const LIST = 'NET_BUFFER_LIST_POOL_PARAMETERS';
const BUFFER = 'NET_BUFFER_POOL_PARAMETERS';

const EXPECTED: Readonly<Record<string, readonly string[] | undefined>> = {
  by_members: [`${LIST} NLMe`],
  by_initializer: [`${LIST} NLIn`],
  by_choice: [`${BUFFER} NCh1|NCh2`],
  in_constants: [`${LIST} NLFx`],
  in_variable: [`${LIST} ? global variable that may also be set through a pointer`],
  by_parameter: [`${BUFFER} ? in a structure, from a parameter`],
  changed_by_call: [`${LIST} ? left over from a call`],
  storport_allocate: ['StorPortAllocatePool StrP'],
  storport_free: undefined,
  storport_any: undefined,
  remove_lock: ['IoInitializeRemoveLock RLoc'],
};

for (const machine of MACHINES) {
  test(`${machine}: NDIS pool parameters, StorPortAllocatePool, remove locks`, () => {
    const sites = compiledSites('structures', machine);
    for (const [name, lines] of Object.entries(EXPECTED)) assert.deepEqual(sites.get(name), lines, name);
  });
}

test('x86: timers, buffers and logs, each member stored by itself', () => {
  const sites = compiledSites('structures', 'x86');
  assert.deepEqual(sites.get('buffers'), [`${BUFFER} NBuf`]);
  assert.deepEqual(sites.get('by_constants'), [`${LIST} NLCo`]);
  assert.deepEqual(sites.get('timer'), ['NDIS_TIMER_CHARACTERISTICS NTim']);
  assert.deepEqual(sites.get('log_tagged'), ['RECORDER_LOG_CREATE_PARAMS WLog']);
  assert.equal(sites.get('log_untagged'), undefined, 'a log without a tag has the library’s');
});

test('x64: StorPortExtendedFunction counts only for ExtFunctionAllocatePool, and through a thunk of the driver', () => {
  const call = (code: number): readonly string[] =>
    scan(
      'x64',
      [b('48 83 ec 38 b9'), imm(code), b('41 b9'), imm(0x64657246), label('call'), b('ff 15')].concat([
        slot('StorPortExtendedFunction'),
        b('48 83 c4 38 c3'),
      ]),
      { imports: [{ module: 'storport.sys', functions: ['StorPortExtendedFunction'] }] },
    ).lines;
  assert.deepEqual(call(0), ['call: StorPortAllocatePool Fred (call)']);
  assert.deepEqual(call(1), []);
  assert.deepEqual(call(0x100), []);
});
