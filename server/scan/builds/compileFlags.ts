/**
 * What a source is compiled with, whoever says it: a compilation database, a project, the editor's settings. Plain values
 * that cross threads; later layers win over earlier ones.
 */

export interface CompileFlags {
  /** Macro name → replacement text. */
  readonly defines: Readonly<Record<string, string>>;
  /** Macros that are not defined, whatever the tools' defaults say. */
  readonly undefines: readonly string[];
  /** Absolute, in their order. */
  readonly includeFolders: readonly string[];
  /** Included before the first line, as #include "…" would name them. */
  readonly forcedIncludes: readonly string[];
  /** Who says so, for people: `compile_commands.json`, `toaster.vcxproj Debug|x64`. */
  readonly origin: string;
}

/** Several layers as one. */
export interface UnitFlags {
  readonly defines: ReadonlyMap<string, string>;
  readonly undefines: ReadonlySet<string>;
  /** Who defines or undefines each macro. */
  readonly origins: ReadonlyMap<string, string>;
  readonly includeFolders: readonly string[];
  readonly forcedIncludes: readonly string[];
}

/** Records what `NAME`, `NAME=VALUE` or `NAME#VALUE` defines, as compilers take it; other text is passed over. */
export function addDefine(defines: Record<string, string>, text: string): void {
  const [, name, value] = /^([A-Za-z_]\w*)(?:\([^()]*\))?(?:[=#]([^]*))?$/.exec(text) ?? [];
  if (name !== undefined && !text.startsWith(`${name}(`)) defines[name] = value ?? '1';
}

/** What the layers say together. */
export function joinFlags(layers: readonly CompileFlags[]): UnitFlags {
  const defines = new Map<string, string>();
  const undefines = new Set<string>();
  const origins = new Map<string, string>();
  for (const layer of layers) {
    for (const name of layer.undefines) {
      defines.delete(name);
      undefines.add(name);
      origins.set(name, layer.origin);
    }
    for (const [name, value] of Object.entries(layer.defines)) {
      undefines.delete(name);
      defines.set(name, value);
      origins.set(name, layer.origin);
    }
  }
  return {
    defines,
    undefines,
    origins,
    includeFolders: [...new Set(layers.flatMap((layer) => layer.includeFolders))],
    forcedIncludes: [...new Set(layers.flatMap((layer) => layer.forcedIncludes))],
  };
}
