/**
 * Tags in structures that a driver registers: WDF_DRIVER_CONFIG on the stack of WdfDriverCreate's caller, the
 * FLT_CONTEXT_REGISTRATION array that FltRegisterFilter is led to, and the parameters of NDIS pools. Reads only what is proven to stand there at the call.
 * A site's place is the registering call: it has a function, a source line and disassembly; an array in data has none.
 * Sources: wdfdriver.h, fltkernel.h.
 */
import type { PoolTag } from '../../../src/shared/poolTag';
import type { Allocator } from '../tags/allocators';
import { ALLOCATORS } from '../tags/allocators';
import type { CallSite } from './code/callSearch';
import type { ImageCode } from './code/imageCode';
import type { ResolvedTags, TagResolution } from './code/tagResolution';
import type { Value } from './code/value';
import { slotLocation } from './code/value';
import { readContextTags } from './contextRegistration';
import type { ImportedFunction } from './importDirectory';
import type { KmdfTable } from './kmdfTable';
import { asksForDefault, parameterStructureSlots, takesParameterStructure } from './parameterStructures';
import type { TaggedCall } from './taggedCall';

const DRIVER_CONFIG = 'WDF_DRIVER_CONFIG';
const CONTEXT_REGISTRATION = 'FLT_CONTEXT_REGISTRATION';
const WDF_DRIVER_CREATE = 116;
/** WdfDriverGlobals, DriverObject, RegistryPath, DriverAttributes, DriverConfig. */
const CONFIG_ARGUMENT = 5;
/** Filter's driver, Registration. */
const REGISTRATION_ARGUMENT = 2;
/** Registrations read for one image; a minifilter has one. */
const MOST_REGISTRATIONS = 16;
const DEFAULT_TAG = "tag 0: the framework uses the driver's default tag";

function structure(name: string, argument: number): Allocator[] {
  const found = ALLOCATORS.find((allocator) => allocator.name === name && allocator.kind === 'field');
  return found === undefined ? [] : [{ ...found, tagPosition: argument }];
}

const DRIVER_CONFIGS: readonly Allocator[] = structure(DRIVER_CONFIG, CONFIG_ARGUMENT);
const CONTEXT_REGISTRATIONS: readonly Allocator[] = structure(CONTEXT_REGISTRATION, REGISTRATION_ARGUMENT);

/** Functions that take a structure with a tag, by slot; `tagPosition` is the argument that points to the structure. */
export function structureSlots(
  imports: readonly ImportedFunction[],
  kmdf: KmdfTable | undefined,
): ReadonlyMap<number, Allocator> {
  const found = new Map(parameterStructureSlots(imports));
  const driverCreate = kmdf?.entries[WDF_DRIVER_CREATE];
  for (const config of DRIVER_CONFIGS) {
    if (driverCreate !== undefined) found.set(driverCreate.slot, config);
  }
  for (const registration of CONTEXT_REGISTRATIONS) {
    for (const { name, slot } of imports) if (name === 'FltRegisterFilter') found.set(slot, registration);
  }
  return found;
}

export class StructureTags {
  /** Tag of the driver's one WdfDriverCreate; undefined when it is not known, or 0. */
  readonly #driverTag: PoolTag | undefined;
  readonly #driverSite: CallSite | undefined;
  /** Tags by the FLT_REGISTRATION's RVA. */
  readonly #registrations = new Map<number, readonly PoolTag[]>();

  constructor(
    private readonly code: ImageCode,
    sites: readonly CallSite[],
    private readonly resolution: TagResolution,
  ) {
    const creations = sites.filter((site) => site.allocator.name === DRIVER_CONFIG);
    if (creations.length !== 1) return;
    this.#driverSite = creations[0];
    this.#driverTag = this.#driverSite === undefined ? undefined : this.#readConfig(this.#driverSite);
  }

  /** What a call that registers a structure says; undefined for every other call. */
  read(site: CallSite): readonly TaggedCall[] | undefined {
    if (site.allocator.kind !== 'field') return undefined;
    if (takesParameterStructure(site.allocator)) {
      if (asksForDefault(site.allocator, site.value ?? [])) return [];
      return [
        { site, resolved: this.resolution.resolve(site), ...(site.via === undefined ? { evidence: 'field' } : {}) },
      ];
    }
    if (site.allocator.name !== DRIVER_CONFIG && site.allocator.name !== CONTEXT_REGISTRATION) return [];
    const tags = site.allocator.name === DRIVER_CONFIG ? this.#configTags(site) : this.#contextTags(site);
    return tags.map((tag) => ({ site, resolved: { tags: [tag] }, evidence: 'field' }));
  }

  /** A framework allocation with tag 0 gets the driver's tag: said where it is known, never reported as 0. */
  withDefault(site: CallSite, resolved: ResolvedTags): TaggedCall {
    const isKmdf = site.allocator.kmdfIndex !== undefined;
    if (!isKmdf || !resolved.tags.includes(0)) return { site, resolved };
    const others = resolved.tags.filter((tag) => tag !== 0);
    const own = this.#driverTag;
    if (own === undefined) return { site, resolved: { tags: others, unresolved: resolved.unresolved ?? DEFAULT_TAG } };
    const tags = [...new Set([...others, own])].sort((a, b) => a - b);
    return { site, resolved: { ...resolved, tags }, evidence: 'field' };
  }

  #configTags(site: CallSite): readonly PoolTag[] {
    const tag = site === this.#driverSite ? this.#driverTag : this.#readConfig(site);
    return tag === undefined ? [] : [tag];
  }

  /** DriverPoolTag as it stands in the structure when WdfDriverCreate is called. */
  #readConfig(site: CallSite): PoolTag | undefined {
    const [config, more] = site.value ?? [];
    const analysed = this.code.analyse(site.rva);
    const index = analysed?.code.indexAt(site.rva);
    if (config === undefined || more !== undefined || analysed === undefined || index === undefined) return undefined;
    const is64Bit = this.code.architecture.pointerSize === 8;
    const read = (member: number): number | undefined => {
      if (config.kind === 'stack' && site.via === undefined)
        return onlyConstant(analysed.flow.valueBefore(index, slotLocation(config.offset + member)));
      return config.kind === 'image' ? onlyConstant(this.code.load(config.rva + member, 4)) : undefined;
    };
    // Size, EvtDriverDeviceAdd, EvtDriverUnload, DriverInitFlags, DriverPoolTag.
    const size = read(0);
    if (size !== undefined && size !== (is64Bit ? 0x20 : 0x14)) return undefined;
    const tag = read(is64Bit ? 0x1c : 0x10);
    return tag === 0 ? undefined : tag;
  }

  #contextTags(site: CallSite): readonly PoolTag[] {
    const [registration, more] = site.value ?? [];
    if (registration === undefined || more !== undefined) return [];
    // 32-bit code names addresses as they are.
    if (registration.kind === 'constant') return this.#registered(registration.value - this.code.image.imageBase);
    return registration.kind === 'image' ? this.#registered(registration.rva) : [];
  }

  #registered(rva: number): readonly PoolTag[] {
    const known = this.#registrations.get(rva);
    if (known !== undefined || this.#registrations.size >= MOST_REGISTRATIONS) return known ?? [];
    const tags = readContextTags(this.code, rva);
    this.#registrations.set(rva, tags);
    return tags;
  }
}

function onlyConstant(value: Value): number | undefined {
  const [only, more] = value;
  return only?.kind === 'constant' && more === undefined ? only.value : undefined;
}
