/** Members that hold tags and are set in another file of the project than the one that takes the tag from them. */
import { test } from 'node:test';
import { checkProject } from '../annotated';

const HEADER = `
typedef struct _EXTENSION { PVOID Lock; ULONG PoolTag; UNICODE_STRING Name; } EXTENSION, *PEXTENSION;
`;
const USE = (mark: string): string => `
#include "extension.h"
PVOID Take(PEXTENSION Extension)
{
    return ExAllocatePoolWithTag(PagedPool, 8, Extension->PoolTag);
    //     ^^^^^^^^^^^^^^^^^^^^^ ${mark}
}
`;

test('stored in one file, used in another', () =>
  checkProject({
    'extension.h': HEADER,
    'use.c': USE('Bert|Fred'),
    'start.c': `
#include "extension.h"
#define START_TAG 'derF'
void Start(PEXTENSION Extension) { Extension->PoolTag = START_TAG; }
`,
    'other.c': `
#include "extension.h"
EXTENSION Spare = { NULL, 'treB' };
`,
  }));

test('an initializer by name; other structures with such a member do not count', () =>
  checkProject({
    'extension.h': HEADER,
    'use.c': USE('Fred'),
    'start.c': `
#include "extension.h"
typedef struct _LOOK { ULONG PoolTag; } LOOK, *PLOOK;
EXTENSION Spare = { .PoolTag = 'derF' };
void Start(PLOOK Look) { Look->PoolTag = 'treB'; Spare.PoolTag = 0; }
`,
  }));

test('set from a parameter: what its callers in any file pass', () =>
  checkProject({
    'extension.h': `${HEADER}void Start(PEXTENSION Extension, ULONG Tag);\n`,
    'use.c': USE('Cleo|Fred'),
    'start.c': `
#include "extension.h"
void Start(PEXTENSION Extension, ULONG Tag) { Extension->PoolTag = Tag; }
`,
    'one.c': `#include "extension.h"\nvoid One(PEXTENSION e) { Start(e, 'derF'); }\n`,
    'two.c': `#include "extension.h"\n#define TWO 'oelC'\nvoid Two(PEXTENSION e) { Start(e, TWO); }\n`,
  }));

const STORED = `
#include "extension.h"
void Start(PEXTENSION Extension) { Extension->PoolTag = 'derF'; }
`;

test('an address taken in any file leaves it open, unless it is only read through', async () => {
  await checkProject({
    'extension.h': HEADER,
    'use.c': USE("Fred open: member 'PoolTag' is set through its address"),
    'start.c': STORED,
    'other.c': `#include "extension.h"\nvoid Other(PEXTENSION e) { Query(L"Tag", &e->PoolTag); }\n`,
  });
  await checkProject({
    'extension.h': HEADER,
    'use.c': USE('Fred'),
    'start.c': STORED,
    'other.c': `
#include "extension.h"
void Other(PEXTENSION e, PVOID to)
{
    RtlCopyMemory(to, &e->PoolTag, sizeof(e->PoolTag));
    if (RtlCompareMemory(&e->PoolTag, to, 4) == 4) return;
}
`,
  });
});

test('a structure that is copied in as a whole leaves it open, though the file does not name the member', async () => {
  await checkProject({
    'extension.h': HEADER,
    'use.c': USE("Fred open: member 'PoolTag' is copied in with its whole structure"),
    'start.c': STORED,
    'other.c': `#include "extension.h"\nvoid Other(PEXTENSION e, PVOID b) { RtlCopyMemory(e, b, sizeof(EXTENSION)); }\n`,
  });
  await checkProject({
    'extension.h': HEADER,
    'use.c': USE('Fred'),
    'start.c': STORED,
    'other.c': `
#include "extension.h"
void Other(PEXTENSION e, PEXTENSION from, PVOID b)
{
    RtlCopyMemory(e, from, sizeof(EXTENSION));
    RtlCopyMemory(&e->Name, b, sizeof(UNICODE_STRING));
}
`,
  });
});

test('computed somewhere, stored under an unknown condition, or never stored: open', async () => {
  await checkProject({
    'extension.h': HEADER,
    'use.c': USE("Fred open: member 'PoolTag' is computed at run time"),
    'start.c': STORED,
    'other.c': `#include "extension.h"\nvoid Other(PEXTENSION e) { e->PoolTag |= 1; }\n`,
  });
  await checkProject({
    'extension.h': HEADER,
    'use.c': USE("Fred open: member 'PoolTag' may be set under a condition that is not known"),
    'start.c': STORED,
    'other.c': `
#include "extension.h"
void Other(PEXTENSION e)
{
#if SOME_FEATURE > OTHER_FEATURE
    e->Lock = NULL;
#else
    e->PoolTag = Pick();
#endif
}
`,
  });
  await checkProject({ 'extension.h': HEADER, 'use.c': USE("open: member 'PoolTag' is set at run time") });
});

test('a class: constructor in one file, methods in others', () =>
  checkProject({
    'pool.h': `
class Pool {
public:
    Pool(ULONG tag);
    PVOID Take(SIZE_T size);
    void Change();
private:
    ULONG m_Tag;
    SIZE_T m_Size;
};
`,
    'pool.cpp': `
#include "pool.h"
Pool::Pool(ULONG tag) : m_Size(0), m_Tag(tag)
{
}
PVOID Pool::Take(SIZE_T size)
{
    return ExAllocatePool2(POOL_FLAG_PAGED, size, m_Tag);
    //     ^^^^^^^^^^^^^^^ Bert|Fred
}
`,
    'change.cpp': `
#include "pool.h"
void Pool::Change() { m_Tag = 'treB'; }
`,
    'main.cpp': `
#include "pool.h"
static Pool MainPool('derF');
`,
  }));

test('a member gets what a variable holds that another file sets', () =>
  checkProject({
    'request.h': `
typedef struct _REQUEST { SIZE_T Size; ULONG Tag; } REQUEST;
static PVOID AllocateFor(REQUEST *r)
{
    return ExAllocatePool2(POOL_FLAG_PAGED, r->Size, r->Tag);
    //     ^^^^^^^^^^^^^^^ Bert|Fred
}
extern ULONG gTag;
`,
    'queue.c': `
#include "request.h"
ULONG gTag = 'derF';
void Queue(void) { REQUEST r; r.Tag = gTag; AllocateFor(&r); }
`,
    'io.c': `
#include "request.h"
void Io(void) { gTag = 'treB'; }
`,
  }));
