/**
 * What a file puts into wrappers and templates beside the calls that are sites: arguments of templates, objects whose
 * constructors take a tag. What comes in through pointers is read elsewhere.
 */
import { wrapperKey, type Wrapper } from '../externals';
import type { Flow } from '../flows';
import type { FunctionIndex } from '../syntax/functions';
import { templateOfKey } from '../syntax/templates';
import type { MaskedSource } from '../text/mask';
import type { TranslationUnit } from '../translationUnit';
import type { Names } from '../values/names';
import { findConstructions } from './constructions';
import type { RawSite } from './rawSites';
import { findTemplateFlows } from './templateFlows';
import { isConstructor } from './wrapperCalls';
import type { WrapperTable } from './wrapperTable';

/** The first reading of a file, and what is known of it. */
export interface FileReading {
  readonly unit: TranslationUnit;
  readonly masked: MaskedSource;
  readonly functions: FunctionIndex;
  readonly names: Names;
  readonly raw: readonly RawSite[];
  readonly wrappers: WrapperTable;
}

export function unseenFlows(reading: FileReading): Flow[] {
  return [...templateFlows(reading), ...constructions(reading)];
}

/** What methods get from calls of which it can't be told whether they mean them: something. */
export function untoldFlows(methods: Iterable<Wrapper>): Flow[] {
  const told = new Map<string, Flow>();
  for (const wrapper of methods) {
    const to = wrapperKey(wrapper);
    for (const parameter of wrapper.carries) {
      const reasons = [`which class's ${wrapper.name} is called is not seen`];
      told.set(`${to} ${String(parameter)}`, { to, parameter, tags: [], reasons });
    }
  }
  return [...told.values()];
}

/** What is put into the parameters of templates. */
function templateFlows({ masked, functions, names, raw, wrappers }: FileReading): Flow[] {
  const keys = new Set([
    ...wrappers.templateKeys(),
    ...raw.flatMap((site) => (site.value.arriving ?? []).flatMap(({ key }) => (templateOfKey(key) ? key : []))),
  ]);
  return keys.size === 0 ? [] : findTemplateFlows(masked, functions, names, keys);
}

/** What constructors get where no call by their names shows it. */
function constructions({ unit, masked, functions, names, wrappers }: FileReading): Flow[] {
  if (wrappers.constructors().size === 0) return [];
  const { text } = unit.root;
  const constructors = (name: string): ReturnType<WrapperTable['lookup']> =>
    wrappers.lookup(name).filter(isConstructor);
  return findConstructions({ text, masked, functions, names, constructors }, wrappers.constructed());
}
