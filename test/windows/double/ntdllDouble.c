/*
 * A stand-in for ntdll's NtQuerySystemInformation that honours its buffer contract for pool tags (classes 22 and 255),
 * big allocations (66) and the pools of sessions (67).
 * On Windows it is put in front of the real export and passes every other class on; elsewhere it stands alone.
 *
 * Environment, read once:
 *   POOLLENS_DOUBLE_TAGS    tags in the table (default 100)
 *   POOLLENS_DOUBLE_GROW    tags that appear with each call, so that a length is out of date when it arrives
 *   POOLLENS_DOUBLE_STATUS  NTSTATUS that classes 22 and 255 answer, e.g. 0xc0000022
 *   POOLLENS_DOUBLE_WIDE    1: class 255 is known, as on Windows 26H1
 *   POOLLENS_DOUBLE_BIG     big allocations (default 1000), each of the tag of row index % 50
 *   POOLLENS_DOUBLE_SESSIONS  sessions, numbered from 0, with 20 tags each (default 2)
 *   POOLLENS_DOUBLE_QUERY_STATUS  NTSTATUS that classes 66 and 67 answer
 *   POOLLENS_DOUBLE_LIE     what the kernel never does, in all these classes: 1 counts of four thousand million, 2 a
 *                           returned length of 0, 3 one past the buffer, 4 never room enough, 5 the same, asking for 4 GB
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#define EXPORT __declspec(dllexport)
#define CALL __stdcall
#else
#define EXPORT __attribute__((visibility("default")))
#define CALL
#endif

#define STATUS_SUCCESS 0u
#define STATUS_INVALID_INFO_CLASS 0xC0000003u
#define STATUS_INFO_LENGTH_MISMATCH 0xC0000004u

typedef struct {
    uint32_t tag;
    uint32_t pagedAllocs;
    uint32_t pagedFrees;
    size_t pagedUsed;
    uint32_t nonPagedAllocs;
    uint32_t nonPagedFrees;
    size_t nonPagedUsed;
} Entry22;

typedef struct {
    uint32_t tag;
    size_t pagedAllocs;
    size_t pagedFrees;
    size_t pagedUsed;
    size_t nonPagedAllocs;
    size_t nonPagedFrees;
    size_t nonPagedUsed;
} Entry255;

typedef struct {
    uint32_t count;
    Entry22 entries[1];
} Table22;

typedef struct {
    uint32_t count;
    Entry255 entries[1];
} Table255;

typedef struct {
    size_t address;
    size_t bytes;
    uint32_t tag;
} EntryBig;

typedef struct {
    uint32_t count;
    EntryBig entries[1];
} TableBig;

typedef struct {
    size_t next;
    uint32_t session;
    uint32_t count;
    Entry22 entries[1];
} TableSession;

#define SESSION_TAGS 20u

static uint32_t tags = 100, grow, forcedStatus, wide, big, sessions, queryStatus, lie, calls, ready;

static uint32_t number(const char *name, uint32_t otherwise)
{
    const char *text = getenv(name);
    return text == NULL || *text == 0 ? otherwise : (uint32_t)strtoul(text, NULL, 0);
}

static void prepare(void)
{
    tags = number("POOLLENS_DOUBLE_TAGS", tags);
    grow = number("POOLLENS_DOUBLE_GROW", 0);
    forcedStatus = number("POOLLENS_DOUBLE_STATUS", 0);
    wide = number("POOLLENS_DOUBLE_WIDE", 0);
    big = number("POOLLENS_DOUBLE_BIG", 1000);
    sessions = number("POOLLENS_DOUBLE_SESSIONS", 2);
    queryStatus = number("POOLLENS_DOUBLE_QUERY_STATUS", 0);
    lie = number("POOLLENS_DOUBLE_LIE", 0);
    ready = 1;
}

/* `T` and three letters or digits: 46,656 tags. */
static uint32_t tagOf(uint32_t index)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    uint32_t a = (uint8_t)digits[index / 1296 % 36], b = (uint8_t)digits[index / 36 % 36], c = (uint8_t)digits[index % 36];
    return 'T' | a << 8 | b << 16 | c << 24;
}

/*
 * Counters of a tag at a call. Row 0 is past 4 GiB, row 1 has wrapped 32-bit counters (15 outstanding),
 * and of the others one in eight moves from call to call.
 */
static Entry255 rowOf(uint32_t index, uint32_t call)
{
    Entry255 row = {tagOf(index), 1000u + index, 900u, 16u * (100u + index), 5000u + index, 4000u, 64u * (1000u + index)};
    if (index == 0) {
        row.nonPagedUsed = sizeof(size_t) == 8 ? (size_t)((uint64_t)5 << 32) : 0xF0000000u;
    } else if (index == 1) {
        row.pagedAllocs = 5;
        row.pagedFrees = 0xFFFFFFF6u;
    } else if (index % 8 == 0) {
        row.nonPagedAllocs += 3u * call;
        row.nonPagedFrees += 2u * call;
        row.nonPagedUsed += 64u * call;
    }
    return row;
}

static void fillEntries22(Entry22 *entries, uint32_t count, uint32_t first, uint32_t call)
{
    for (uint32_t i = 0; i < count; i++) {
        Entry255 row = rowOf(first + i, call);
        Entry22 *entry = &entries[i];
        entry->tag = row.tag;
        entry->pagedAllocs = (uint32_t)row.pagedAllocs;
        entry->pagedFrees = (uint32_t)row.pagedFrees;
        entry->pagedUsed = row.pagedUsed;
        entry->nonPagedAllocs = (uint32_t)row.nonPagedAllocs;
        entry->nonPagedFrees = (uint32_t)row.nonPagedFrees;
        entry->nonPagedUsed = row.nonPagedUsed;
    }
}

static void fill22(Table22 *table, uint32_t count, uint32_t call)
{
    table->count = count;
    fillEntries22(table->entries, count, 0, call);
}

static void fill255(Table255 *table, uint32_t count, uint32_t call)
{
    table->count = count;
    for (uint32_t i = 0; i < count; i++) {
        table->entries[i] = rowOf(i, call);
    }
}

/* Below the formal structure's size the kernel reports that size, not the full one. */
static uint32_t answerTags(uint32_t infoClass, void *buffer, uint32_t length, uint32_t *returned)
{
    uint32_t call = ++calls, count = tags + grow * call;
    uint32_t formal = infoClass == 22 ? sizeof(Table22) : sizeof(Table255);
    uint32_t entry = infoClass == 22 ? sizeof(Entry22) : sizeof(Entry255);
    uint32_t needed = formal + (count - 1) * entry;

    if (forcedStatus != 0) {
        return forcedStatus;
    }
    if (returned != NULL) {
        *returned = length < formal ? formal : needed;
    }
    if (length < needed) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    if (infoClass == 22) {
        fill22(buffer, count, call);
    } else {
        fill255(buffer, count, call);
    }
    return STATUS_SUCCESS;
}

/* Addresses from ffff8a0b00000000 on, 64 KiB apart; every second block is nonpaged, block i has i + 1 pages. */
static uint32_t answerBig(TableBig *table, uint32_t length, uint32_t *returned)
{
    uint32_t needed = sizeof(TableBig) + (big == 0 ? 0 : big - 1) * sizeof(EntryBig);

    if (returned != NULL) {
        *returned = length < sizeof(TableBig) ? sizeof(TableBig) : needed;
    }
    if (length < needed) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    table->count = big;
    for (uint32_t i = 0; i < big; i++) {
        uint64_t address = ((uint64_t)0xFFFF8A0Bu << 32) + ((uint64_t)i << 16);
        table->entries[i].address = (size_t)address | (i % 2);
        table->entries[i].bytes = (size_t)(i + 1) * 4096;
        table->entries[i].tag = tagOf(i % 50);
    }
    return STATUS_SUCCESS;
}

/* Session s lists the tags from row 10 s on, so that two neighbours share half of theirs. */
static uint32_t answerSessions(uint8_t *buffer, uint32_t length, uint32_t *returned)
{
    uint32_t size = sizeof(TableSession) + (SESSION_TAGS - 1) * sizeof(Entry22);

    if (returned != NULL) {
        *returned = sessions * size;
    }
    if (length < sessions * size) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    for (uint32_t s = 0; s < sessions; s++) {
        TableSession *table = (TableSession *)(buffer + s * size);
        table->next = s + 1 == sessions ? 0 : size;
        table->session = s;
        table->count = SESSION_TAGS;
        fillEntries22(table->entries, SESSION_TAGS, 10 * s, 0);
    }
    return STATUS_SUCCESS;
}

/* SYSTEM_PERFORMANCE_INFORMATION where no real kernel answers: every ULONG holds its own offset. */
static uint32_t answerTotals(uint32_t *buffer, uint32_t length, uint32_t *returned)
{
    if (returned != NULL) {
        *returned = 0x158;
    }
    if (length < 0x158) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    for (uint32_t i = 0; i < 0x158 / 4; i++) {
        buffer[i] = i * 4;
    }
    return STATUS_SUCCESS;
}

typedef uint32_t(CALL *Query)(uint32_t, void *, uint32_t, uint32_t *);
static Query original;

/* After an honest answer: what is said of it. */
static uint32_t told(uint32_t status, uint32_t infoClass, uint32_t *buffer, uint32_t length, uint32_t *returned)
{
    if (lie == 1 && status == STATUS_SUCCESS) {
        buffer[infoClass == 67 ? 3 : 0] = 0xFFFFFFFFu;
    } else if (lie == 2 && status == STATUS_SUCCESS) {
        *returned = 0;
    } else if (lie == 3 && status == STATUS_SUCCESS) {
        *returned = length * 16;
    } else if (lie == 4 || lie == 5) {
        *returned = lie == 4 ? 0x30 : 0xFFFFFFF0u;
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    return status;
}

static uint32_t answer(uint32_t infoClass, void *buffer, uint32_t length, uint32_t *returned)
{
    if (infoClass == 22 || (infoClass == 255 && wide)) {
        return answerTags(infoClass, buffer, length, returned);
    }
    if (infoClass == 255) {
        return STATUS_INVALID_INFO_CLASS;
    }
    if (infoClass == 66 || infoClass == 67) {
        if (queryStatus != 0) {
            return queryStatus;
        }
        return infoClass == 66 ? answerBig(buffer, length, returned) : answerSessions(buffer, length, returned);
    }
    if (original != NULL) {
        return original(infoClass, buffer, length, returned);
    }
    return infoClass == 2 ? answerTotals(buffer, length, returned) : STATUS_INVALID_INFO_CLASS;
}

EXPORT uint32_t CALL NtQuerySystemInformation(uint32_t infoClass, void *buffer, uint32_t length, uint32_t *returned)
{
    if (!ready) {
        prepare();
    }
    uint32_t status = answer(infoClass, buffer, length, returned);
    int isOurs = infoClass == 22 || infoClass == 66 || infoClass == 67 || (infoClass == 255 && wide);
    return lie == 0 || !isOurs ? status : told(status, infoClass, buffer, length, returned);
}

#ifdef _WIN32
/* A page near enough above the module that its export table, which holds 32-bit offsets, can point there. */
static uint8_t *pageAbove(uint8_t *module, uint32_t imageSize)
{
    uint64_t first = ((uint64_t)module + imageSize + 0xFFFF) & ~(uint64_t)0xFFFF;
    for (uint64_t at = first; at < (uint64_t)module + 0x7FFF0000u; at += 0x10000) {
        uint8_t *page = VirtualAlloc((void *)at, 0x1000, MEM_RESERVE | MEM_COMMIT, PAGE_EXECUTE_READWRITE);
        if (page != NULL) {
            return page;
        }
    }
    return NULL;
}

/* Points ntdll's export at NtQuerySystemInformation above. Returns 0 on success, else the step that failed. */
EXPORT int CALL PoolLensInstallDouble(void)
{
    static const uint8_t jump[] = {0x48, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xE0}; /* mov rax, imm64; jmp rax */
    uint8_t *base = (uint8_t *)GetModuleHandleA("ntdll.dll");
    if (base == NULL) {
        return 1;
    }
    IMAGE_NT_HEADERS64 *headers = (IMAGE_NT_HEADERS64 *)(base + ((IMAGE_DOS_HEADER *)base)->e_lfanew);
    IMAGE_EXPORT_DIRECTORY *exports =
        (IMAGE_EXPORT_DIRECTORY *)(base + headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT].VirtualAddress);
    DWORD *names = (DWORD *)(base + exports->AddressOfNames);
    DWORD *functions = (DWORD *)(base + exports->AddressOfFunctions);
    WORD *ordinals = (WORD *)(base + exports->AddressOfNameOrdinals);
    uint8_t *trampoline = pageAbove(base, headers->OptionalHeader.SizeOfImage);
    if (trampoline == NULL) {
        return 2;
    }
    for (DWORD i = 0; i < exports->NumberOfNames; i++) {
        if (strcmp((const char *)(base + names[i]), "NtQuerySystemInformation") != 0) {
            continue;
        }
        DWORD *slot = &functions[ordinals[i]];
        uint64_t target = (uint64_t)(void *)NtQuerySystemInformation;
        DWORD before;
        memcpy(trampoline, jump, sizeof(jump));
        memcpy(trampoline + 2, &target, sizeof(target));
        original = (Query)(void *)(base + *slot);
        if (!VirtualProtect(slot, sizeof(*slot), PAGE_READWRITE, &before)) {
            return 3;
        }
        *slot = (DWORD)(trampoline - base);
        VirtualProtect(slot, sizeof(*slot), before, &before);
        return 0;
    }
    return 4;
}
#endif
