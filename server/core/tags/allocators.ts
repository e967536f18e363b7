/**
 * Catalogue of the kernel interfaces that take a pool tag: name, where the tag stands, and what happens with it.
 * Data only. Positions count from 1 in the order of the C declaration; KMDF calls carry a hidden WdfDriverGlobals first,
 * so in machine code their position is one more (see `kmdfIndex`). Source: WDK headers (wdm.h, ntifs.h, fltkernel.h, …).
 */
import type { SiteRole } from '../../../src/shared/facts';

export interface Allocator {
  readonly name: string;
  /** WDK header that declares it. */
  readonly header: string;
  /** `param`: a function's argument; `macro`: exists in headers only; `field`: a structure with a tag member. */
  readonly kind: 'param' | 'macro' | 'field' | 'placement-new';
  readonly role: SiteRole;
  /** Argument (or member) that carries the tag, from 1; 0: the call has no tag. */
  readonly tagPosition: number;
  readonly parameters: readonly string[];
  /** Index in KMDF's function table; the call has no import. */
  readonly kmdfIndex?: number;
  readonly note?: string;
}

function row(
  name: string,
  header: string,
  kind: Allocator['kind'],
  role: SiteRole,
  tagPosition: number,
  parameters: string,
  more: Pick<Allocator, 'kmdfIndex' | 'note'> = {},
): Allocator {
  return { name, header, kind, role, tagPosition, parameters: parameters.split(', '), ...more };
}

export const ALLOCATORS: readonly Allocator[] = [
  row('PFNBTH_ALLOCATE_BRB', 'bthddi.h', 'param', 'allocate', 2, 'brbType, tag'),
  row('PCONVERTSTREAMTOTREE', 'bthsdpddi.h', 'param', 'allocate', 4, 'Stream, Size, Node, tag'),
  row('PCONVERTTREETOSTREAM', 'bthsdpddi.h', 'param', 'allocate', 4, 'Root, Stream, Size, tag'),
  row(
    'FLT_CONTEXT_REGISTRATION',
    'fltkernel.h',
    'field',
    'bind',
    5,
    'ContextType, Flags, ContextCleanupCallback, Size, PoolTag, ContextAllocateCallback, ContextFreeCallback, Reserved1',
  ),
  row(
    'FltAllocateExtraCreateParameter',
    'fltkernel.h',
    'param',
    'allocate',
    6,
    'Filter, EcpType, SizeOfContext, Flags, CleanupCallback, PoolTag, EcpContext',
  ),
  row('FltAllocatePoolAlignedWithTag', 'fltkernel.h', 'param', 'allocate', 4, 'Instance, PoolType, NumberOfBytes, Tag'),
  row('FltFreePoolAlignedWithTag', 'fltkernel.h', 'param', 'free', 3, 'Instance, Buffer, Tag'),
  row(
    'FltInitExtraCreateParameterLookasideList',
    'fltkernel.h',
    'param',
    'bind',
    5,
    'Filter, Lookaside, Flags, Size, Tag',
  ),
  row('_KsEdit', 'ks.h', 'param', 'allocate', 5, 'ObjectBag, PointerToPointerToItem, NewSize, OldSize, Tag', {
    note: 'KsEdit(Object, PointerToPointer, NewSize, OldSize, Tag) is the macro over the exported _KsEdit',
  }),
  row(
    'NET_BUFFER_LIST_POOL_PARAMETERS',
    'nblapi.h',
    'field',
    'bind',
    5,
    'Header, ProtocolId, fAllocateNetBuffer, ContextSize, PoolTag, DataSize, Flags',
  ),
  row('NET_BUFFER_POOL_PARAMETERS', 'nblapi.h', 'field', 'bind', 2, 'Header, PoolTag, DataSize'),
  row(
    'NdisAllocateNetBufferListContext',
    'nblapi.h',
    'param',
    'allocate',
    4,
    'NetBufferList, ContextSize, ContextBackFill, PoolTag',
  ),
  row(
    'NDIS_TIMER_CHARACTERISTICS',
    'ndis.h',
    'field',
    'bind',
    2,
    'Header, AllocationTag, TimerFunction, FunctionContext',
  ),
  row(
    'NdisAllocateCloneOidRequest',
    'ndis.h',
    'param',
    'allocate',
    3,
    'SourceHandle, OidRequest, PoolTag, ClonedOidRequest',
  ),
  row('NdisAllocateGenericObject', 'ndis.h', 'param', 'allocate', 2, 'DriverObject, Tag, Size'),
  row('NdisAllocateMemoryWithTag', 'ndis.h', 'param', 'allocate', 3, 'VirtualAddress, Length, Tag', {
    note: 'deprecated; tag 0 is replaced by NDam',
  }),
  row('NdisAllocateMemoryWithTagPriority', 'ndis.h', 'param', 'allocate', 3, 'NdisHandle, Length, Tag, Priority'),
  row('NdisFreeMemoryWithTag', 'ndis.h', 'param', 'free', 2, 'VirtualAddress, Tag'),
  row('NdisFreeMemoryWithTagPriority', 'ndis.h', 'param', 'free', 3, 'NdisHandle, VirtualAddress, Tag'),
  row(
    'NdisInitializeNPagedLookasideList',
    'ndis.h',
    'param',
    'bind',
    6,
    'Lookaside, Allocate, Free, Flags, Size, Tag, Depth',
  ),
  row('FsRtlAllocateAePushLock', 'ntifs.h', 'param', 'allocate', 2, 'PoolType, Tag'),
  row(
    'FsRtlAllocateExtraCreateParameter',
    'ntifs.h',
    'param',
    'allocate',
    5,
    'EcpType, SizeOfContext, Flags, CleanupCallback, PoolTag, EcpContext',
  ),
  row('FsRtlAllocatePoolWithQuotaTag', 'ntifs.h', 'param', 'allocate', 3, 'PoolType, NumberOfBytes, Tag'),
  row('FsRtlAllocatePoolWithTag', 'ntifs.h', 'param', 'allocate', 3, 'PoolType, NumberOfBytes, Tag'),
  row('FsRtlInitExtraCreateParameterLookasideList', 'ntifs.h', 'param', 'bind', 4, 'Lookaside, Flags, Size, Tag'),
  row('RxAllocatePoolWithTag', 'rxprocs.h', 'macro', 'allocate', 3, 'Type, Size, Tag', {
    note: 'macro over ExAllocatePoolWithTag',
  }),
  row('SdpAddAttributeToTree', 'sdplib.h', 'param', 'allocate', 4, 'Tree, AttribId, AttribValue, tag'),
  row('operator new', 'stdunk.h / kcom.h', 'placement-new', 'allocate', 3, 'size (implicit), PoolType or Flags, Tag', {
    note: 'source form is new(POOL_FLAG_NON_PAGED, TAG) X: 2nd placement argument; inlined or C++ symbol in binary',
  }),
  row(
    'StorPortAllocatePool',
    'storport.h',
    'param',
    'allocate',
    3,
    'HwDeviceExtension, NumberOfBytes, Tag, BufferPointer',
  ),
  row(
    'USBD_CreateHandle',
    'usbdlib.h',
    'param',
    'bind',
    4,
    'DeviceObject, TargetDeviceObject, USBDClientContractVersion, PoolTag, USBDHandle',
  ),
  row(
    'USBD_ValidateConfigurationDescriptor',
    'usbdlib.h',
    'param',
    'allocate',
    5,
    'ConfigDesc, BufferLength, Level, Offset, Tag',
  ),
  row('VideoPortAllocatePool', 'video.h', 'param', 'allocate', 4, 'HwDeviceExtension, PoolType, NumberOfBytes, Tag'),
  row(
    'WDF_DRIVER_CONFIG',
    'wdfdriver.h',
    'field',
    'bind',
    5,
    'Size, EvtDriverDeviceAdd, EvtDriverUnload, DriverInitFlags, DriverPoolTag',
  ),
  row(
    'WdfLookasideListCreate',
    'wdfmemory.h',
    'param',
    'bind',
    5,
    'LookasideAttributes, BufferSize, PoolType, MemoryAttributes, PoolTag, Lookaside',
    {
      kmdfIndex: 198,
      note: 'KMDF: +1 in binary (hidden WdfDriverGlobals first; indirect call through WdfFunctions table)',
    },
  ),
  row(
    'WdfMemoryCreate',
    'wdfmemory.h',
    'param',
    'allocate',
    3,
    'Attributes, PoolType, PoolTag, BufferSize, Memory, Buffer',
    {
      kmdfIndex: 192,
      note: 'KMDF: +1 in binary (hidden WdfDriverGlobals first; indirect call through WdfFunctions table)',
    },
  ),
  row('ALLOCATE_FUNCTION_EX', 'wdm.h', 'param', 'allocate', 3, 'PoolType, NumberOfBytes, Tag, Lookaside'),
  row('ExAllocateCacheAwareRundownProtection', 'wdm.h', 'param', 'allocate', 2, 'PoolType, PoolTag'),
  row('ExAllocatePool2', 'wdm.h', 'param', 'allocate', 3, 'Flags, NumberOfBytes, Tag', {
    note: 'tag 0 => NULL (or raise); Win10 2004+',
  }),
  row(
    'ExAllocatePool3',
    'wdm.h',
    'param',
    'allocate',
    3,
    'Flags, NumberOfBytes, Tag, ExtendedParameters, ExtendedParametersCount',
    { note: 'tag 0 => NULL (or raise); Win10 2004+' },
  ),
  row(
    'ExAllocatePoolPriorityUninitialized',
    'wdm.h',
    'param',
    'allocate',
    3,
    'PoolType, NumberOfBytes, Tag, Priority',
    { note: 'header wrapper over ExAllocatePoolWithTagPriority' },
  ),
  row('ExAllocatePoolPriorityZero', 'wdm.h', 'param', 'allocate', 3, 'PoolType, NumberOfBytes, Tag, Priority', {
    note: 'header wrapper over ExAllocatePoolWithTagPriority',
  }),
  row('ExAllocatePoolQuotaUninitialized', 'wdm.h', 'param', 'allocate', 3, 'PoolType, NumberOfBytes, Tag', {
    note: 'header wrapper over ExAllocatePoolWithQuotaTag',
  }),
  row('ExAllocatePoolQuotaZero', 'wdm.h', 'param', 'allocate', 3, 'PoolType, NumberOfBytes, Tag', {
    note: 'header wrapper over ExAllocatePoolWithQuotaTag',
  }),
  row('ExAllocatePoolUninitialized', 'wdm.h', 'param', 'allocate', 3, 'PoolType, NumberOfBytes, Tag', {
    note: 'header wrapper over ExAllocatePoolWithTag',
  }),
  row('ExAllocatePoolWithQuotaTag', 'wdm.h', 'param', 'allocate', 3, 'PoolType, NumberOfBytes, Tag'),
  row('ExAllocatePoolWithTag', 'wdm.h', 'param', 'allocate', 3, 'PoolType, NumberOfBytes, Tag'),
  row('ExAllocatePoolWithTagPriority', 'wdm.h', 'param', 'allocate', 3, 'PoolType, NumberOfBytes, Tag, Priority'),
  row('ExAllocatePoolZero', 'wdm.h', 'param', 'allocate', 3, 'PoolType, NumberOfBytes, Tag', {
    note: 'header wrapper over ExAllocatePoolWithTag',
  }),
  row('ExCreatePool', 'wdm.h', 'param', 'bind', 2, 'Flags, Tag, Params, PoolHandle', {
    note: 'secure pool handle; DDI page is an empty stub',
  }),
  row('ExFreePool2', 'wdm.h', 'param', 'free', 2, 'P, Tag, ExtendedParameters, ExtendedParametersCount', {
    note: 'DDI page is an empty stub',
  }),
  row('ExFreePoolWithTag', 'wdm.h', 'param', 'free', 2, 'P, Tag'),
  row(
    'ExInitializeLookasideListEx',
    'wdm.h',
    'param',
    'bind',
    7,
    'Lookaside, Allocate, Free, PoolType, Flags, Size, Tag, Depth',
  ),
  row(
    'ExInitializeNPagedLookasideList',
    'wdm.h',
    'param',
    'bind',
    6,
    'Lookaside, Allocate, Free, Flags, Size, Tag, Depth',
  ),
  row(
    'ExInitializePagedLookasideList',
    'wdm.h',
    'param',
    'bind',
    6,
    'Lookaside, Allocate, Free, Flags, Size, Tag, Depth',
  ),
  row(
    'ExSecurePoolUpdate',
    'wdm.h',
    'param',
    'verify',
    2,
    'SecurePoolHandle, Tag, Allocation, Cookie, Offset, Size, Buffer',
  ),
  row('ExSecurePoolValidate', 'wdm.h', 'param', 'verify', 2, 'SecurePoolHandle, Tag, Allocation, Cookie'),
  row('IoInitializeRemoveLock', 'wdm.h', 'param', 'bind', 2, 'Lock, Tag, Maxmin, HighWater', {
    note: 'macro -> IoInitializeRemoveLockEx (same position); docs: tag used only when Driver Verifier is on',
  }),
  row(
    'MmAllocateContiguousMemoryEx',
    'wdm.h',
    'param',
    'allocate',
    8,
    'NumberOfBytes, LowestAcceptableAddress, HighestAcceptableAddress, BoundaryAddressMultiple, PreferredNode, Protect, PartitionObject, Tag, Flags, BaseAddress',
  ),
  row('MmAllocateMappingAddress', 'wdm.h', 'param', 'allocate', 2, 'NumberOfBytes, PoolTag'),
  row('MmAllocateMappingAddressEx', 'wdm.h', 'param', 'allocate', 2, 'NumberOfBytes, PoolTag, Flags'),
  row('MmFreeMappingAddress', 'wdm.h', 'param', 'free', 2, 'BaseAddress, PoolTag'),
  row(
    'MmMapLockedPagesWithReservedMapping',
    'wdm.h',
    'param',
    'verify',
    2,
    'MappingAddress, PoolTag, MemoryDescriptorList, CacheType',
  ),
  row('MmUnmapReservedMapping', 'wdm.h', 'param', 'verify', 2, 'BaseAddress, PoolTag, MemoryDescriptorList'),
  row('EngAllocMem', 'winddi.h', 'param', 'allocate', 3, 'fl, cjMemSize, ulTag', {
    note: 'GDI display drivers (win32k)',
  }),
  row('EngAllocSectionMem', 'winddi.h', 'param', 'allocate', 4, 'ppvSection, fl, cj, tag', {
    note: 'position from ReactOS header',
  }),
  row('EngAllocUserMem', 'winddi.h', 'param', 'allocate', 2, 'cj, tag'),
  row(
    'RECORDER_LOG_CREATE_PARAMS',
    'wpprecorder.h',
    'field',
    'bind',
    2,
    'Size, LogTag, TotalBufferSize, ErrorPartitionSize, LogIdentifierAppendValue, LogIdentifierAppendValueSet, LogIdentifierSize, LogIdentifier, UseTimeStamp, PreciseTimeStamp',
  ),
  row('ExAllocatePool', 'wdm.h', 'param', 'untagged', 0, 'PoolType, NumberOfBytes', {
    note: "no tag: the kernel shows it as None; under POOL_TAGGING wdm.h maps it to the tag literal ' mdW' and ntddk.h to ' kdD'",
  }),
  row('ExAllocatePoolWithQuota', 'wdm.h', 'param', 'untagged', 0, 'PoolType, NumberOfBytes', {
    note: 'as ExAllocatePool',
  }),
  row('ExFreePool', 'wdm.h', 'param', 'untagged', 0, 'P', { note: 'frees any tag' }),
  row('WdfMemoryCreatePreallocated', 'wdfmemory.h', 'param', 'untagged', 0, 'Attributes, Buffer, BufferSize, Memory', {
    note: 'no pool of its own',
  }),
];

const byName = new Map(ALLOCATORS.map((allocator) => [allocator.name, allocator]));

/** The catalogue's entry for a function, macro or structure name (case-sensitive). */
export function findAllocator(name: string): Allocator | undefined {
  return byName.get(name);
}
