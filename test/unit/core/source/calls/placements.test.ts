/** Placement `new` with one argument: a pool or a tag allocates, memory that is at hand does not. */
import { test } from 'node:test';
import { checkSource } from '../annotated';

const OPERATOR = `
PVOID operator new(size_t size, POOL_TYPE pool) { return ExAllocatePoolZero(pool, size, 'derF'); }
//                                                       ^^^^^^^^^^^^^^^^^^             ~~~~~~ Fred
`;

test('an object built in memory at hand is no allocation, whatever operators the project has', () =>
  checkSource(
    `${OPERATOR}
PVOID operator new(size_t, PVOID where) { return where; }
template <class T> void Fill(T *items, unsigned char raw[], char *bytes, ULONG count) {
    new (items) T;
    new (items + count) T(*items);
    new (&items[count]) T();
    new (raw) T;
    new ((PVOID)bytes) T(1, 2);
    new (static_cast<void *>(bytes)) T;
    new (std::nothrow) T;
    auto *slot = Next();
    new (slot) T;
    new (m_Where) T;
    new (Slots()) T;
    new (holder->Storage) T;
}
`,
    {},
    'fill.cpp',
  ));

test('a pool is told by its words or by the type it is declared with', () =>
  checkSource(
    `${OPERATOR}
void Make(POOL_TYPE kind, POOL_FLAGS f, const ULONG number) {
    a = new (NonPagedPoolNx) Thing;
    //  ^^^ Fred via operator new
    b = new (kind) Thing(1);
    //  ^^^ Fred via operator new
    c = new (f) Thing;
    //  ^^^ Fred via operator new
    d = new (number) Thing;
    //  ^^^ Fred via operator new
    e = new (this->m_PoolKind) Thing;
    //  ^^^ Fred via operator new
    g = new (Kind::Cached) Thing;
    //  ^^^ Fred via operator new
    auto pool = PoolFor(3);
    h = new (pool) Thing;
    //  ^^^ Fred via operator new
}
`,
    {},
    'make.cpp',
  ));

test('an operator that takes a thing of the driver is called with one, and not with a pool', () =>
  checkSource(
    `
struct Ring {
    void *operator new(size_t size, NDIS_HANDLE adapter) {
        return NdisAllocateMemoryWithTagPriority(adapter, size, 'gniR', NormalPoolPriority);
        //     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^                ~~~~~~ Ring
    }
};
void Open(PADAPTER adapter, UCHAR *space) {
    a = new (adapter->Handle()) Ring;
    //  ^^^ Ring via operator new
    b = new (space) Ring;
    c = new (NonPagedPool) Other;
}
`,
    {},
    'ring.cpp',
  ));

test('a method that has the name of a class that allocates constructs nothing', () =>
  checkSource(
    `
template <ULONG T> class Slot {
public:
    explicit Slot(SIZE_T n) { p = ExAllocatePool2(64, n, T); }
    //                            ^^^^^^^^^^^^^^^ Fred
    PVOID p;
};
using Ring = Slot<'derF'>;
void f(Guard &guard, Guard *other) {
    Ring one(8);
//  ^^^^ Fred via Ring
    use(guard.Ring(8), other->Ring(8));
}
`,
    {},
    'ring.cpp',
  ));
