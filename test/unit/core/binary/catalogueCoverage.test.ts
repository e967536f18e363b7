/** Every interface of the catalogue is found in machine code, or has a reason why it never shows there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocatorNamed } from '../../../../server/core/binary/importedAllocators';
import { kmdfAllocators } from '../../../../server/core/binary/kmdfTable';
import { parameterStructureSlots } from '../../../../server/core/binary/parameterStructures';
import { structureSlots } from '../../../../server/core/binary/structureTags';
import { ALLOCATORS } from '../../../../server/core/tags/allocators';

const POINTER = 'called through a pointer that another driver hands over: no import names it';
const INLINE = 'an inline of wdm.h: the image imports what it calls';
const STATIC =
  'in a static library: a function of the driver itself, whose own allocations are found as through a wrapper';

const NEVER_IMPORTED: Readonly<Record<string, string>> = {
  PFNBTH_ALLOCATE_BRB: POINTER,
  PCONVERTSTREAMTOTREE: POINTER,
  PCONVERTTREETOSTREAM: POINTER,
  ALLOCATE_FUNCTION_EX: POINTER,
  RxAllocatePoolWithTag: 'a macro: the image imports ExAllocatePoolWithTag',
  'operator new': 'inlined, or a function of the driver that hands its parameter on: a wrapper',
  ExAllocatePoolPriorityUninitialized: INLINE,
  ExAllocatePoolPriorityZero: INLINE,
  ExAllocatePoolQuotaUninitialized: INLINE,
  ExAllocatePoolQuotaZero: INLINE,
  ExAllocatePoolUninitialized: INLINE,
  ExAllocatePoolZero: INLINE,
  USBD_CreateHandle: STATIC,
  USBD_ValidateConfigurationDescriptor: STATIC,
  SdpAddAttributeToTree: STATIC,
  WdfMemoryCreatePreallocated: 'allocates nothing, and comes through the framework’s table',
};

/** Functions that lead to a structure, or that a header hides. */
const FUNCTIONS = [
  'NdisAllocateNetBufferListPool',
  'NdisAllocateNetBufferPool',
  'NdisAllocateTimerObject',
  'imp_WppRecorderLogCreate',
  'FltRegisterFilter',
  'IoInitializeRemoveLockEx',
  'StorPortExtendedFunction',
];

test('every row of the catalogue', () => {
  const imports = FUNCTIONS.map((name, slot) => ({ module: 'x.sys', name, slot, delayed: false }));
  const entries = Array.from({ length: 444 }, (_, ordinal) => ({
    module: 'x',
    ordinal,
    slot: 4096 + ordinal,
    delayed: false,
  }));
  const kmdf = { table: 4096, entries };
  const found = new Set(
    [
      ...parameterStructureSlots(imports).values(),
      ...structureSlots(imports, kmdf).values(),
      ...kmdfAllocators(kmdf).values(),
      ...FUNCTIONS.map((name) => allocatorNamed(name)),
    ].map((allocator) => allocator?.name),
  );
  for (const { name, kind } of ALLOCATORS) {
    const isImported = kind === 'param' && NEVER_IMPORTED[name] === undefined && allocatorNamed(name) !== undefined;
    assert.ok(isImported || found.has(name) || NEVER_IMPORTED[name] !== undefined, name);
  }
  for (const name of Object.keys(NEVER_IMPORTED))
    assert.ok(ALLOCATORS.some((row) => row.name === name) && !found.has(name), name);
});
