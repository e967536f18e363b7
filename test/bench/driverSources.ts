/**
 * Driver sources of any size for benchmarks: one header with tags and wrappers, and files that look like a driver's:
 * mostly plain code, annotations, comments, conditionals, and every few functions an allocation. Always the same text.
 */

/** Tags, wrapper macros and an inline wrapper. */
export function driverHeader(tag: string): string {
  const lines = ['#pragma once', '#include <ntddk.h>', `#define DEVICE_TAG '${tag}'`];
  lines.push('#define DeviceAlloc(size) ExAllocatePool2(POOL_FLAG_NON_PAGED, (size), DEVICE_TAG)');
  for (let at = 0; at < 60; at += 1) lines.push(`#define DEVICE_LIMIT_${String(at)} (${String(at)} * PAGE_SIZE)`);
  lines.push('__inline void *AllocWithTag(SIZE_T Size, ULONG Tag)', '{');
  lines.push('    return ExAllocatePoolWithTag(NonPagedPoolNx, Size, Tag);', '}');
  return `${lines.join('\n')}\n`;
}

function plainFunction(index: number): string {
  const name = `DeviceQuery${String(index)}`;
  return `
/*
 * Reads the state of unit ${String(index)} and tells the caller what it waits for.
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
_Must_inspect_result_
NTSTATUS ${name}(_In_ PDEVICE_EXTENSION Extension, _Out_writes_bytes_(Length) PVOID Buffer, _In_ ULONG Length)
{
    NTSTATUS status = STATUS_SUCCESS;
    ULONG at;
    KIRQL irql;

    if (Extension == NULL || Length < sizeof(DEVICE_STATE)) {
        return STATUS_INVALID_PARAMETER; // nothing to do
    }
    KeAcquireSpinLock(&Extension->Lock, &irql);
    for (at = 0; at < DEVICE_LIMIT_${String(index % 60)}; at += 1) {
        if ((Extension->State[at].Flags & STATE_READY) != 0 && Extension->State[at].Owner == PsGetCurrentProcess()) {
            RtlCopyMemory(Buffer, &Extension->State[at], sizeof(DEVICE_STATE));
            status = STATUS_PENDING;
            break;
        }
    }
#if DBG
    DbgPrint("${name}: %08x after %u\\n", status, at);
#endif
    KeReleaseSpinLock(&Extension->Lock, irql);
    return status;
}
`;
}

function allocatingFunction(index: number): string {
  const name = `DeviceStart${String(index)}`;
  return `
NTSTATUS ${name}(_Inout_ PDEVICE_EXTENSION Extension)
{
    Extension->Table = (PTABLE)DeviceAlloc(sizeof(TABLE) + ${String(index)});
    Extension->Name = AllocWithTag(DEVICE_NAME_BYTES, 'N${String(index % 1000).padStart(3, '0')}');
    if (Extension->Table == NULL || Extension->Name == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    ExFreePoolWithTag(Extension->Table, DEVICE_TAG);
    return STATUS_SUCCESS;
}
`;
}

/** Every so many functions one allocates. */
const ALLOCATES_EVERY = 8;

/** A source of about so many bytes that includes `header`. */
export function driverSource(header: string, bytes: number): string {
  const parts = [`#include "${header}"\n`];
  for (let size = 0, index = 0; size < bytes; index += 1) {
    const part = index % ALLOCATES_EVERY === 1 ? allocatingFunction(index) : plainFunction(index);
    parts.push(part);
    size += part.length;
  }
  return parts.join('');
}
