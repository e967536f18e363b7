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
  by_constants: [`${LIST} NLCo`],
  by_choice: [`${BUFFER} NCh1|NCh2`],
  buffers: [`${BUFFER} NBuf`],
  in_constants: [`${LIST} NLFx`],
  in_variable: [`${LIST} ? global variable that may also be set through a pointer`],
  by_parameter: [`${BUFFER} ? parameter of by_parameter, which is also called from elsewhere`],
  by_helper: [`${LIST} NHp1`],
  by_helper_too: [`${LIST} NHp2`, `${LIST} NHp3`],
  // The helper itself, which has no name in the image.
  '': [`${LIST} NHp1|NHp2|NHp3`],
  changed_by_call: [`${LIST} ? left over from a call`],
  timer: ['NDIS_TIMER_CHARACTERISTICS NTim'],
  log_tagged: ['RECORDER_LOG_CREATE_PARAMS WLog'],
  // A log without a tag has the library’s.
  log_untagged: undefined,
  storport_allocate: ['StorPortAllocatePool StrP'],
  storport_free: undefined,
  storport_any: undefined,
  remove_lock: ['IoInitializeRemoveLock RLoc'],
};

for (const driver of ['structures', 'structures-vectors']) {
  for (const machine of MACHINES) {
    test(`${machine}, ${driver}: structures on the stack, StorPortAllocatePool, remove locks`, () => {
      const sites = compiledSites(driver, machine);
      for (const [name, lines] of Object.entries(EXPECTED)) assert.deepEqual(sites.get(name), lines, name);
    });
  }
}

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
