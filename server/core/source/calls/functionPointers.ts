/**
 * Pointers to functions that pass a tag on, as wrappers of their own: what is called through them, and what such calls
 * put into the functions they hold. Where it is not seen who calls, the functions' parameters are open.
 */
import { wrapperKey, type Wrapper } from '../externals';
import type { Flow } from '../flows';
import type { FunctionDefinition } from '../syntax/functionHead';
import type { FunctionIndex } from '../syntax/functions';
import type { MaskedSource } from '../text/mask';
import { placesOf } from '../text/namePlaces';
import type { Names } from '../values/names';
import { ownerOf, seenOutside } from '../values/owners';
import type { Place } from '../values/place';
import { calledAllocator, readCall } from './calls';
import { meantHere } from './pointerCalls';
import { PointerCells, type NamedCell } from './pointerCells';
import { routinesByName } from './routineNames';
import { storedFunctions, type StoredFunction } from './storedFunctions';
import type { WrapperTable } from './wrapperTable';

export interface PointerSources {
  readonly masked: MaskedSource;
  readonly functions: FunctionIndex;
  readonly names: Names;
  readonly path: string;
  readonly table: WrapperTable;
}

/** Of a pointer: it may be called with any number of arguments. */
const MOST_ARGUMENTS = 64;
const MOST_CHAIN = 8;
const ACCESS = /^(?:\.|->)$/;
/** They call the function in their second argument with the tag they are given. */
const LOOKASIDE = /^(?:Ex|Ndis)Initialize(?:N?Paged)?LookasideList(?:Ex)?$/;
const TAG_OF_ALLOCATE = 2;

/** Adds the file's pointers to the table, until no more turn up; whether there were any that it did not know. */
export function addPointers(sources: PointerSources): boolean {
  const { table, masked } = sources;
  let isGrown = false;
  for (let step = 0; step < MOST_CHAIN; step += 1) {
    const grown = filled(sources).filter((wrapper) => table.add(wrapper));
    grown.push(...parametersHere(sources).filter((wrapper) => table.add(wrapper)));
    if (grown.length === 0) break;
    isGrown = true;
    masked.open(grown.map(({ name }) => name));
  }
  return isGrown;
}

/** Pointers that the file fills and others may call. */
export function exportedPointers(sources: PointerSources): Wrapper[] {
  const seen = new Map<string, Wrapper>();
  for (const wrapper of filled(sources))
    if (wrapper.pointer?.kind !== 'local' && wrapper.pointer?.isOwn !== true)
      seen.set(JSON.stringify(wrapper), wrapper);
  return [...seen.values()];
}

/** Pointers that something is put into here. */
function filled(sources: PointerSources): Wrapper[] {
  const put = stored(sources).flatMap(({ wrappers, cell }) =>
    cell === undefined ? [] : wrappers.map((one) => pointerTo(one, cell)),
  );
  return [...byName(sources), ...put];
}

function pointerTo({ api, role, carries }: Pick<Wrapper, 'api' | 'role' | 'carries'>, cell: NamedCell): Wrapper {
  const { name, ...pointer } = cell;
  return { kind: 'function', name, parameterCount: MOST_ARGUMENTS, api, role, carries, fixed: [], pointer };
}

function catalogued(name: string): Pick<Wrapper, 'api' | 'role' | 'carries'>[] {
  const allocator = calledAllocator(name);
  if (allocator === undefined || allocator.tagPosition <= 0) return [];
  return [{ api: allocator.name, role: allocator.role, carries: [allocator.tagPosition - 1] }];
}

/** Pointers that are asked of the system by the name of what they are to point to. */
function byName({ masked, functions, names, path }: PointerSources): Wrapper[] {
  const cells = new PointerCells({ masked, functions, names, path });
  return routinesByName(masked, functions, cells).flatMap(({ routine, cell }) =>
    catalogued(routine).map((one) => pointerTo(one, cell)),
  );
}

interface Stored extends StoredFunction {
  /** What is stored: functions, or pointers that hold some. */
  readonly wrappers: readonly (Pick<Wrapper, 'api' | 'role' | 'carries'> & Partial<Wrapper>)[];
}

function stored(sources: PointerSources): Stored[] {
  const { masked, functions, names, path, table } = sources;
  const cells = new PointerCells({ masked, functions, names, path });
  const wanted = new Set([...table.names(), ...table.localNames()]);
  return storedFunctions(masked, functions, cells, wanted).flatMap((one) => {
    const wrappers = [...catalogued(one.name), ...meantBy(one, sources)];
    return wrappers.length === 0 ? [] : [{ ...one, wrappers }];
  });
}

/** The wrappers that a name stands for where it is stored. */
function meantBy({ name, at }: StoredFunction, { masked, functions, names, table }: PointerSources): Wrapper[] {
  const { tokens } = masked;
  const offset = tokens[at]?.start ?? 0;
  const definition = functions.around(offset);
  const place: Place = { offset, ...(definition && { function: definition }) };
  const candidates = table.lookup(name).filter(({ kind, carries }) => kind === 'function' && carries.length > 0);
  if (candidates.length === 0) return [];
  if (ACCESS.test(tokens[at - 1]?.text ?? '')) {
    const members = candidates.filter(({ pointer }) => pointer?.kind === 'member');
    const meant = meantHere(members, tokens, at, place, names);
    // Of a structure that can't be told it may be any.
    return meant.length > 0 ? [...meant] : names.memberKeyAt(tokens, at, place) === undefined ? members : [];
  }
  const meant = meantHere(candidates, tokens, at, place, names);
  return meant.some(({ pointer }) => pointer?.kind !== 'local') && names.isOfFunction(name, place) ? [] : [...meant];
}

/** Parameters of functions of this file that get such pointers, as their bodies name them. */
function parametersHere({ masked, functions, table }: PointerSources): Wrapper[] {
  return [...table.pointerParameters()].flatMap(([name, list]) =>
    definitionsOf(name, masked, functions).flatMap(({ parameters, bodyStart }) =>
      list.flatMap((wrapper): Wrapper[] => {
        const { pointer } = wrapper;
        const parameter = parameters[pointer?.position ?? -1];
        if (pointer === undefined || parameter === undefined || parameter === '') return [];
        return [{ ...wrapper, name: parameter, pointer: { key: pointer.key, kind: 'local', within: bodyStart } }];
      }),
    ),
  );
}

function definitionsOf(name: string, { tokens }: MaskedSource, functions: FunctionIndex): FunctionDefinition[] {
  return placesOf(tokens, name, 0, tokens.length).flatMap((at) => {
    const token = tokens[at];
    if (token === undefined || !functions.isDefinitionName(token)) return [];
    const brace = tokens.slice(at, at + MOST_HEAD).find(({ text }) => text === '{');
    const definition = brace && functions.around(brace.start);
    return definition?.nameEnd === token.end ? [definition] : [];
  });
}

const MOST_HEAD = 400;

/**
 * What the file's pointers bring to the functions they hold, or why that is not seen; `untold`: members through which
 * something is called that is of a structure nobody can tell.
 */
export function pointerFlows(sources: PointerSources, untold: ReadonlySet<string>): Flow[] {
  const flows = stored(sources).flatMap((one) =>
    one.wrappers.flatMap((wrapper) => (isWhole(wrapper) ? flowsInto(wrapper, one, sources) : [])),
  );
  return [...flows, ...openMembers(sources.table, untold)];
}

function isWhole(wrapper: Partial<Wrapper>): wrapper is Wrapper {
  return wrapper.name !== undefined;
}

function flowsInto(wrapper: Wrapper, { name, at, place, cell }: Stored, sources: PointerSources): Flow[] {
  const to = wrapperKey(wrapper);
  const otherwise = `what ${name} is called with through a pointer is not seen`;
  const { tokens } = sources.masked;
  const isList = place.kind === 'argument' && place.position === 1 && LOOKASIDE.test(tokens[place.callee]?.text ?? '');
  return wrapper.carries.map((parameter): Flow => {
    if (isList && parameter === TAG_OF_ALLOCATE) return { to, parameter, ...listTag(place.callee, at, sources) };
    if (cell === undefined || isList || wrapper.keeps) return { to, parameter, tags: [], reasons: [otherwise] };
    const from = [{ key: wrapperKey(pointerTo(wrapper, cell)), index: parameter }];
    return { to, parameter, tags: [], reasons: [], from, otherwise };
  });
}

/** The tag of the lookaside list that is initialized with the function stored at `at`. */
function listTag(
  callee: number,
  at: number,
  { masked, functions, names }: PointerSources,
): Omit<Flow, 'to' | 'parameter'> {
  const { tokens, match } = masked;
  const offset = tokens[at]?.start ?? 0;
  const definition = functions.around(offset);
  const place: Place = { offset, ...(definition && { function: definition }) };
  const call = readCall(tokens, match, callee, () => []);
  const tag = call?.args[call.carries[0] ?? -1];
  if (tag === undefined) return { tags: [], reasons: ['the lookaside list has no tag that is seen'] };
  const { tags, reasons, arriving = [] } = seenOutside(names.value(tag, place), ownerOf(place, undefined));
  const from = arriving.filter((one) => one.index >= 0).map(({ key, index }) => ({ key, index }));
  return { tags, reasons, ...(from.length > 0 && { from }) };
}

/** Calls through members of structures that can't be told: any of the pointers of that name may be called there. */
function openMembers(table: WrapperTable, untold: ReadonlySet<string>): Flow[] {
  const members = table.pointers().filter(({ name, pointer }) => pointer?.kind === 'member' && untold.has(name));
  return members.flatMap((wrapper) => {
    const reasons = [`which structure's ${wrapper.name} is called is not seen`];
    return wrapper.carries.map((parameter): Flow => ({ to: wrapperKey(wrapper), parameter, tags: [], reasons }));
  });
}
