/**
 * What a Cargo manifest says of its crate: whether it is a driver, as cargo-wdk builds one, and which crates it is made of.
 * A workspace's own manifest declares none.
 */
import { parse } from 'smol-toml';
import type { ParsedProject } from './parsedProject';

/** The crate a manifest declares; undefined when it declares none or can't be read. */
export function parseCargo(text: string): ParsedProject | undefined {
  let manifest: unknown;
  try {
    manifest = parse(text);
  } catch {
    return undefined;
  }
  const name = member(member(manifest, 'package'), 'name');
  if (typeof name !== 'string' || !/^[\w-]+$/.test(name)) return undefined;
  const library = member(manifest, 'lib');
  const libraryName = member(library, 'name');
  // Cargo turns hyphens into underscores in what it builds.
  const target = (typeof libraryName === 'string' ? libraryName : name).replaceAll('-', '_');
  const types = member(library, 'crate-type');
  const isDynamic = Array.isArray(types) && types.includes('cdylib');
  const dependencies = namesIn(member(manifest, 'dependencies'));
  const speaksOfWdk = member(member(member(manifest, 'package'), 'metadata'), 'wdk') !== undefined;
  return {
    name: target,
    isDriver: isDynamic && (speaksOfWdk || dependencies.some((dependency) => /^wdk(?:-sys)?$/.test(dependency))),
    links: dependencies.map((dependency) => dependency.replaceAll('-', '_').toLowerCase()),
  };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function namesIn(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}
