/**
 * package.json against the ids the code uses, its translations and the README: a command, setting or view that exists
 * in one place only is a defect.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command, ContextKey, Setting, View } from '../../../src/shared/ids';
import { ROOT, sourceFiles } from './sourceTree';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category?: string }[];
    readonly configuration: Configuration | readonly Configuration[];
    readonly viewsContainers: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
  };
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations?: readonly string[] } };
}

interface MenuItem {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}

interface Configuration {
  readonly properties: Readonly<
    Record<string, { readonly default?: unknown; readonly scope?: string } & Record<string, unknown>>
  >;
}

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const manifestText = read('package.json');
const manifest = JSON.parse(manifestText) as Manifest;
const settings = [manifest.contributes.configuration].flat().flatMap((c) => Object.entries(c.properties));

test('commands of the manifest are those of the code', () => {
  const declared = manifest.contributes.commands.map((c) => c.command).sort();
  assert.deepEqual(declared, Object.values(Command).sort());
  for (const command of manifest.contributes.commands) assert.equal(command.category, 'PoolLens', command.command);
});

test('settings of the manifest are those of the code, each with default, description and scope', () => {
  assert.deepEqual(settings.map(([id]) => id).sort(), Object.values(Setting).sort());
  for (const [id, property] of settings) {
    assert.ok('default' in property, `${id} has no default`);
    assert.ok('description' in property || 'markdownDescription' in property, `${id} has no description`);
    assert.ok(property.scope, `${id} has no scope`);
  }
});

test('every setting is documented in the README', () => {
  const readme = read('README.md');
  assert.deepEqual(
    settings.map(([id]) => id).filter((id) => !readme.includes(`\`${id}\``)),
    [],
  );
});

test('views and containers are those of the code', () => {
  assert.deepEqual(
    Object.values(manifest.contributes.viewsContainers)
      .flat()
      .map((c) => c.id),
    [View.container],
  );
  assert.deepEqual(
    Object.values(manifest.contributes.views)
      .flat()
      .map((v) => v.id),
    [View.monitor],
  );
});

test('every %key% of the manifest is translated and every translation used', () => {
  const translations = JSON.parse(read('package.nls.json')) as Record<string, string>;
  const used = new Set([...manifestText.matchAll(/"%([^%"]+)%"/g)].map((m) => m[1] ?? ''));
  assert.deepEqual([...used].sort(), Object.keys(translations).sort());
});

test('no two commands stand at one place of a menu at the same time', () => {
  for (const [menu, items] of Object.entries(manifest.contributes.menus)) {
    const places = items.map(({ group, when }) => `${menu} ${group ?? ''} ${when ?? ''}`);
    assert.deepEqual([...new Set(places)].sort(), places.sort());
  }
});

test('activation waits for a driver source or a view', () => {
  assert.deepEqual([...manifest.activationEvents].sort(), [
    'onLanguage:c',
    'onLanguage:cpp',
    'workspaceContains:**/*.inx',
  ]);
});

test('context keys of the manifest exist in the code', () => {
  const keys = new Set<string>(Object.values(ContextKey));
  const conditions = [...manifestText.matchAll(/"(?:when|enablement)": "([^"]+)"/g)].map((m) => m[1] ?? '');
  const named = conditions.flatMap((c) => c.match(/poollens\.[A-Za-z.]+/g) ?? []).filter((k) => k !== View.monitor);
  assert.deepEqual(
    named.filter((key) => !keys.has(key)),
    [],
  );
});

test('ids are spelled once: no code file repeats a command or setting id as text', () => {
  const ids = [...Object.values(Command), ...Object.values(Setting)];
  const found: string[] = [];
  for (const file of sourceFiles('src')) {
    if (file.path === 'src/shared/ids.ts') continue;
    for (const id of ids) if (file.text.includes(`'${id}'`)) found.push(`${file.path}: ${id}`);
  }
  assert.deepEqual(found, []);
});
