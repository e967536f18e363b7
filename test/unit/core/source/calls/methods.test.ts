/** Methods of equal names: which class's is meant, told by the object, by the class around the call, or not at all. */
import { test } from 'node:test';
import { checkProject, checkSource } from '../annotated';

const ARENA = `
class Arena {
public:
    PVOID Grab(ULONG size, ULONG tag) { return ExAllocatePool2(POOL_FLAG_PAGED, size, tag); }
    //                                         ^^^^^^^^^^^^^^^ `;

test('an object of another class has a method of its own', () =>
  checkSource(
    `${ARENA}Fred
};
class Timer {
public:
    void Grab(ULONG delay, ULONG period);
    void Restart() { Grab(1, 5000); this->Grab(2, 5000); }
};
struct Clock { Timer timer; Arena *arena; };
void f(Arena *arena, Timer &timer, Clock *clock) {
    timer.Grab(10, 5000);
    arena->Grab(8, 'derF');
    //     ^^^^    ~~~~~~ Fred via Grab
    clock->timer.Grab(10, 5000);
    clock->arena->Grab(8, 'derF');
    //            ^^^^    ~~~~~~ Fred via Grab
    auto *other = static_cast<Timer *>(clock);
    other->Grab(3, 7);
    Timer::Grab(3, 7);
}
`,
    {},
    'arena.cpp',
  ));

test('a plain call outside of the class means no method, one inside means its own', () =>
  checkSource(
    `${ARENA}Fred
    PVOID Usual() { return Grab(8, 'derF'); }
    //                     ^^^^    ~~~~~~ Fred via Grab
};
class Heap : public Arena {
    PVOID More() { return Grab(8, 'derF'); }
    //                    ^^^^    ~~~~~~ Fred via Grab
};
void Grab(ULONG from, ULONG to);
void f() { Grab(1, 9); }
`,
    {},
    'plain.cpp',
  ));

test('an object that is not seen is of the one class that has such a method, else of none', async () => {
  await checkSource(
    `${ARENA}Fred
};
Arena *Current();
void f() { Current()->Grab(8, 'derF'); }
//                    ^^^^    ~~~~~~ Fred via Grab
`,
    {},
    'one.cpp',
  );
  await checkSource(
    `${ARENA}Bert open: which class's Grab is called is not seen
};
class Timer { public: void Grab(ULONG delay, ULONG period); };
void f(Arena &arena) {
    Current()->Grab(8, 5000);
    arena.Grab(8, 'treB');
    //    ^^^^    ~~~~~~ Bert via Grab
}
`,
    {},
    'several.cpp',
  );
});

test('a virtual method is reached through the class that declares it, one that is not virtual is not', () =>
  checkSource(
    `
class Store { public: virtual PVOID Grab(ULONG size, ULONG tag) = 0; void Drop(ULONG from, ULONG to); };
class Pool : public Store {
    PVOID Grab(ULONG size, ULONG tag) { return ExAllocatePool2(POOL_FLAG_PAGED, size, tag); }
    //                                         ^^^^^^^^^^^^^^^ Fred
    void Drop(ULONG, ULONG tag) { ExFreePoolWithTag(m_block, tag); }
    //                            ^^^^^^^^^^^^^^^^^ open: parameter 'tag' of Drop, which is never called here (free)
};
void f(Store *store) {
    store->Grab(8, 'derF');
    //     ^^^^    ~~~~~~ Fred via Grab
    store->Drop(1, 5000);
}
`,
    {},
    'virtual.cpp',
  ));

test('through types of pointers and smart pointers', () =>
  checkSource(
    `${ARENA}Bert|Fred
};
typedef Arena *PARENA;
template <class T> class Shared { public: T *operator->(); };
class Timer { public: void Grab(ULONG delay, ULONG period); };
void f(PARENA arena, Shared<Arena> shared, Shared<Timer> timer) {
    arena->Grab(8, 'derF');
    //     ^^^^    ~~~~~~ Fred via Grab
    shared->Grab(8, 'treB');
    //      ^^^^    ~~~~~~ Bert via Grab
    timer->Grab(8, 5000);
}
`,
    {},
    'shared.cpp',
  ));

test('across files: a class that another file derives, and one that has only the name in common', () =>
  checkProject({
    'store.h': `class Store { public: virtual PVOID Grab(ULONG size, ULONG tag) = 0; };`,
    'pool.cpp': `#include "store.h"
class Pool : public Store { PVOID Grab(ULONG size, ULONG tag); };
PVOID Pool::Grab(ULONG size, ULONG tag) { return ExAllocatePool2(POOL_FLAG_PAGED, size, tag); }
//                                               ^^^^^^^^^^^^^^^ Fred
`,
    'use.cpp': `#include "store.h"
class Timer { public: void Grab(ULONG delay, ULONG period); };
void f(Store &store, Timer &timer) {
    store.Grab(8, 'derF');
    //    ^^^^    ~~~~~~ Fred via Grab
    timer.Grab(8, 5000);
}
`,
    'plain.cpp': `void Grab(ULONG from, ULONG to);
void g() { Grab(1, 9); }
`,
  }));
