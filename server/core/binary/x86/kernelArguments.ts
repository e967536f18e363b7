/**
 * Bytes of arguments that well-known functions of the kernel and its libraries remove from the stack in 32-bit code.
 * Source: their prototypes (wdm.h, ntddk.h, ntifs.h, ndis.h, fwpsk.h) and conventions: stdcall removes all arguments,
 * fastcall those behind the second, cdecl none. Functions not listed are worked out in `importPops.ts`.
 */

const FUNCTIONS_BY_BYTES: ReadonlyMap<number, string> = new Map([
  // cdecl, fastcall with at most two arguments, and functions without arguments.
  [
    0,
    `memcpy memset memmove memcmp strlen strcpy strcat strcmp strncmp strncpy strncat strchr strrchr strstr _stricmp
    _strnicmp _strupr _strlwr sprintf _snprintf vsprintf _vsnprintf swprintf _snwprintf _vsnwprintf wcslen wcscpy wcscat
    wcscmp wcsncmp wcsncpy wcsncat wcschr wcsrchr wcsstr _wcsicmp _wcsnicmp _wcsupr _wcslwr towupper towlower toupper
    tolower atoi atol qsort DbgPrint DbgPrintEx _allshl _allshr _aullshr
    IofCompleteRequest IofCallDriver ObfDereferenceObject ObfReferenceObject KfAcquireSpinLock KfReleaseSpinLock
    KfRaiseIrql KfLowerIrql KefAcquireSpinLockAtDpcLevel KefReleaseSpinLockFromDpcLevel InterlockedIncrement
    InterlockedDecrement InterlockedExchange InterlockedExchangeAdd ExAcquireFastMutex ExReleaseFastMutex
    ExTryToAcquireFastMutex ExAcquireFastMutexUnsafe ExReleaseFastMutexUnsafe KeAcquireGuardedMutex
    KeReleaseGuardedMutex KeAcquireInStackQueuedSpinLock KeReleaseInStackQueuedSpinLock
    KeAcquireInStackQueuedSpinLockAtDpcLevel KeReleaseInStackQueuedSpinLockFromDpcLevel ExInitializeRundownProtection
    ExAcquireRundownProtection ExReleaseRundownProtection ExWaitForRundownProtectionRelease ExRundownCompleted
    ExReleaseResourceLite InterlockedPopEntrySList InterlockedPushEntrySList ExfInterlockedRemoveHeadList
    ExfAcquirePushLockExclusive ExfAcquirePushLockShared ExfReleasePushLock KeGetCurrentThread KeGetCurrentIrql
    PsGetCurrentProcess PsGetCurrentThread PsGetCurrentProcessId PsGetCurrentThreadId IoGetCurrentProcess
    KeEnterCriticalRegion KeLeaveCriticalRegion KeEnterGuardedRegion KeLeaveGuardedRegion IoGetTopLevelIrp
    ExGetPreviousMode KeQueryActiveProcessors KeQueryTimeIncrement KeFlushQueuedDpcs`,
  ],
  [
    4,
    `ZwClose NtClose MmUnlockPages KeClearEvent KeResetEvent KeReadStateEvent IoFreeMdl KeInitializeSpinLock
    KeQuerySystemTime KeQueryTickCount IoDeleteDevice IoDeleteSymbolicLink MmGetSystemRoutineAddress
    KeQueryPerformanceCounter RtlGetVersion KeUnstackDetachProcess MmIsAddressValid ExRaiseStatus RtlFreeUnicodeString
    RtlFreeAnsiString PsTerminateSystemThread IoFreeIrp IoCancelIrp MmBuildMdlForNonPagedPool IoAllocateWorkItem
    IoFreeWorkItem IoDetachDevice KeCancelTimer KeInitializeTimer IoSetTopLevelIrp ExInitializeResourceLite
    ExDeleteResourceLite ExIsResourceAcquiredExclusiveLite ExIsResourceAcquiredSharedLite ExConvertExclusiveToSharedLite
    RtlLengthSid RtlLengthSecurityDescriptor PsGetProcessId PsGetThreadId IoThreadToProcess PsReferencePrimaryToken
    PsDereferencePrimaryToken IoRegisterFileSystem IoUnregisterFileSystem RtlRandomEx RtlSetAllBits RtlClearAllBits
    PoStartNextPowerIrp ExUuidCreate KeBugCheck IoAcquireCancelSpinLock IoReleaseCancelSpinLock IoAcquireVpbSpinLock
    IoReleaseVpbSpinLock SeCaptureSubjectContext SeReleaseSubjectContext SeLockSubjectContext SeUnlockSubjectContext
    FsRtlNotifyInitializeSync FsRtlNotifyUninitializeSync FsRtlUninitializeFileLock ZwDeleteKey ZwFlushKey
    ZwMakeTemporaryObject IoGetRelatedDeviceObject IoGetAttachedDeviceReference ExDeleteNPagedLookasideList
    ExDeletePagedLookasideList KeRemoveQueueDpc PsSetCreateThreadNotifyRoutine PsRemoveCreateThreadNotifyRoutine
    PsSetLoadImageNotifyRoutine PsRemoveLoadImageNotifyRoutine IoRegisterShutdownNotification
    IoUnregisterShutdownNotification ExfInterlockedInsertTailList ExfInterlockedInsertHeadList NdisMSleep
    NdisMDeregisterMiniportDriver NdisCloseConfiguration NdisDeregisterDeviceEx NdisFreeNetBufferList
    NdisFreeNetBufferListPool NdisFreeNetBufferPool NdisCloseAdapterEx NdisDeregisterProtocolDriver
    NdisFDeregisterFilterDriver NdisFreeMdl NdisFreeGenericObject NdisInitializeEvent NdisSetEvent NdisResetEvent`,
  ],
  [
    8,
    `RtlInitUnicodeString RtlInitAnsiString IoCreateSymbolicLink IoCreateNotificationEvent IoCreateSynchronizationEvent
    KeStackAttachProcess PsLookupProcessByProcessId PsLookupThreadByThreadId ZwTerminateProcess IoAllocateIrp IoReuseIrp
    MmUnmapLockedPages ObCloseHandle RtlAppendUnicodeStringToString RtlAppendUnicodeToString RtlCopyUnicodeString
    RtlEqualSid ExAcquireResourceExclusiveLite ExAcquireResourceSharedLite ExReleaseResourceForThreadLite
    RtlCreateSecurityDescriptor KeInitializeMutex KeReleaseMutex KeSetPriorityThread KeInitializeTimerEx
    KeSetImportanceDpc KeSetTargetProcessorDpc ExQueueWorkItem IoAttachDeviceToDeviceStack IoIsWdmVersionAvailable
    IoInvalidateDeviceRelations IoSetDeviceInterfaceState PsSetCreateProcessNotifyRoutine
    PsSetCreateProcessNotifyRoutineEx PoCallDriver IoMakeAssociatedIrp MmFlushImageSection CcSetFileSizes
    CcMdlReadComplete ZwDeleteValueKey RtlTimeToTimeFields NdisInitializeString NdisMSetMiniportAttributes
    NdisMIndicateStatusEx NdisOpenConfigurationEx NdisOidRequest NdisWaitEvent NdisFOidRequest NdisFIndicateStatus`,
  ],
  [
    12,
    `KeInitializeEvent KeSetEvent MmProbeAndLockPages ProbeForRead ProbeForWrite ZwOpenKey RtlCompareMemory
    RtlEqualUnicodeString RtlEqualString RtlCompareUnicodeString RtlUnicodeStringToAnsiString
    RtlAnsiStringToUnicodeString RtlUnicodeStringToInteger RtlIntegerToUnicodeString RtlUpcaseUnicodeString
    KeInitializeSemaphore KeInitializeDpc KeInsertQueueDpc KeDelayExecutionThread SePrivilegeCheck SeSinglePrivilegeCheck
    RtlInitializeBitMap RtlSetBits RtlClearBits RtlAreBitsClear RtlAreBitsSet ZwOpenDirectoryObject ZwSetSecurityObject
    CcUninitializeCacheMap CcMdlWriteComplete FsRtlProcessFileLock FsRtlInitializeFileLock NdisFreeMemory
    NdisAllocateNetBufferList NdisMSendNetBufferListsComplete NdisReturnNetBufferLists NdisRegisterProtocolDriver
    NdisFSendNetBufferListsComplete NdisFReturnNetBufferLists NdisFSetAttributes NdisFOidRequestComplete
    NdisAllocateMdl`,
  ],
  [
    16,
    `PsGetVersion RtlUnwind ObQueryNameString KeSetTimer KeReleaseSemaphore KeInsertQueueApc ZwSetInformationThread
    ZwSetInformationProcess ZwQuerySystemInformation IoGetDeviceObjectPointer IoRegisterDeviceInterface
    IoGetDeviceInterfaces IoQueueWorkItem IoBuildPartialMdl CcFlushCache CcPurgeCacheSection CcCanIWrite IoSetShareAccess
    FsRtlAreNamesEqual FsRtlIsNameInExpression RtlGetDaclSecurityDescriptor RtlSetDaclSecurityDescriptor
    RtlGetSaclSecurityDescriptor RtlAddAccessAllowedAce _allmul _alldiv _allrem _aulldiv _aullrem
    NdisReadNetworkAddress NdisAdvanceNetBufferDataStart NdisRetreatNetBufferDataStart NdisRegisterDeviceEx
    NdisSendNetBufferLists NdisFRegisterFilterDriver NdisFSendNetBufferLists`,
  ],
  [
    20,
    `KeBugCheckEx IoAllocateMdl KeWaitForSingleObject KeSetTimerEx ZwQueryInformationProcess ZwQueryInformationThread
    ZwQueryInformationFile ZwSetInformationFile ZwQueryObject RtlQueryRegistryValues IoCheckShareAccess CcMdlRead
    CcCopyWrite CcInitializeCacheMap RtlUnicodeToUTF8N RtlUTF8ToUnicodeN NdisReadConfiguration NdisGetDataBuffer
    NdisOpenAdapterEx NdisMRegisterMiniportDriver NdisMIndicateReceiveNetBufferLists NdisFIndicateReceiveNetBufferLists`,
  ],
  [
    24,
    `ZwQueryValueKey ZwSetValueKey ZwEnumerateKey ZwEnumerateValueKey MmMapLockedPagesSpecifyCache
    ObReferenceObjectByHandle RtlWriteRegistryValue CcCopyRead ZwOpenFile ZwQueryVirtualMemory`,
  ],
  [
    28,
    `IoCreateDevice ObOpenObjectByPointer ObOpenObjectByName ZwCreateKey PsCreateSystemThread
    IoBuildSynchronousFsdRequest ZwQueryDirectoryObject`,
  ],
  [32, 'KeWaitForMultipleObjects KeInitializeApc'],
  [36, 'IoBuildDeviceIoControlRequest ZwReadFile ZwWriteFile'],
  [40, 'ZwDeviceIoControlFile ZwFsControlFile ZwMapViewOfSection'],
  [44, 'ZwCreateFile ZwQueryDirectoryFile'],
]);

/** Bytes by the function's name. */
export const KERNEL_ARGUMENT_BYTES: ReadonlyMap<string, number> = new Map(
  [...FUNCTIONS_BY_BYTES].flatMap(([bytes, names]) => names.split(/\s+/).map((name) => [name, bytes] as const)),
);
