/**
 * The import walls of the design: which room may import which. No cycles, no default exports, no barrels.
 */
import assert from 'node:assert/strict';
import { builtinModules } from 'node:module';
import { test } from 'node:test';
import { resolveImport, sourceFiles, type SourceFile } from './sourceTree';

const files = sourceFiles('src', 'server', 'media');

interface Room {
  readonly name: string;
  readonly holds: (path: string) => boolean;
  /** Path prefixes of ours it may import. */
  readonly ours: readonly string[];
  /** Package names it may import; '*' any, 'node:' the builtins. */
  readonly packages: readonly string[];
}

const rooms: readonly Room[] = [
  { name: 'src/shared', holds: (p) => p.startsWith('src/shared/'), ours: ['src/shared/'], packages: [] },
  {
    name: 'server/core',
    holds: (p) => p.startsWith('server/core/'),
    ours: ['src/shared/', 'server/core/'],
    packages: ['asn1js', 'get-east-asian-width', 'pe-library', 'web-tree-sitter', 'sarif'],
  },
  {
    name: 'server/scan',
    holds: (p) => p.startsWith('server/scan/'),
    ours: ['src/shared/', 'server/core/', 'server/scan/'],
    packages: ['node:', '@alexaltea/capstone-js', 'jsonc-parser', 'saxes', 'smol-toml'],
  },
  {
    name: 'server/monitor',
    holds: (p) => p.startsWith('server/monitor/'),
    ours: ['src/shared/', 'server/core/', 'server/monitor/'],
    packages: ['node:', 'koffi', 'vscode-jsonrpc'],
  },
  {
    name: 'server/lsp',
    holds: (p) => p.startsWith('server/lsp/'),
    ours: ['src/shared/', 'server/core/', 'server/scan/', 'server/lsp/'],
    packages: ['node:', 'vscode-languageserver', 'vscode-languageserver-textdocument', 'vscode-uri'],
  },
  {
    name: 'server/cli',
    holds: (p) => p.startsWith('server/cli/'),
    ours: ['src/shared/', 'server/core/', 'server/scan/', 'server/monitor/', 'server/cli/'],
    packages: ['node:'],
  },
  { name: 'media', holds: (p) => p.startsWith('media/'), ours: ['src/shared/', 'media/'], packages: ['uplot'] },
  {
    name: 'src',
    holds: (p) => p.startsWith('src/') && !p.startsWith('src/shared/'),
    ours: ['src/'],
    packages: ['node:', 'vscode', 'vscode-languageclient', 'vscode-jsonrpc', 'vscode-uri'],
  },
];

function roomOf(file: SourceFile): Room {
  const room = rooms.find((r) => r.holds(file.path));
  assert.ok(room, `${file.path} stands in no room of the design`);
  return room;
}

function packageAllowed(room: Room, specifier: string): boolean {
  if (specifier.startsWith('node:')) return room.packages.includes('node:');
  if (builtinModules.includes(specifier)) return false; // builtins are spelled node:…
  return room.packages.some((name) => specifier === name || specifier.startsWith(`${name}/`));
}

test('every import stays inside the walls', () => {
  const breaches: string[] = [];
  for (const file of files) {
    const room = roomOf(file);
    for (const specifier of file.imports) {
      const target = resolveImport(file.path, specifier);
      const allowed =
        target === undefined ? packageAllowed(room, specifier) : room.ours.some((p) => target.startsWith(p));
      if (!allowed) breaches.push(`${file.path} imports ${specifier}`);
    }
  }
  assert.deepEqual(breaches, []);
});

test('only the extension host imports vscode, only the monitor koffi', () => {
  const users = (name: string): string[] => files.filter((f) => f.imports.includes(name)).map((f) => f.path);
  assert.ok(users('vscode').every((path) => path.startsWith('src/') && !path.startsWith('src/shared/')));
  assert.ok(users('koffi').every((path) => path.startsWith('server/monitor/')));
});

test('nothing imports an entry point, and no import cycle exists', () => {
  const graph = new Map<string, string[]>();
  for (const file of files) {
    const targets = file.imports.map((s) => resolveImport(file.path, s)).filter((t): t is string => t !== undefined);
    for (const target of targets)
      assert.ok(
        !/\/main\.ts$|Worker\.ts$|^src\/extension\.ts$/.test(target),
        `${file.path} imports the entry point ${target}`,
      );
    graph.set(file.path, targets);
  }
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) assert.fail(`import cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' → ')}`);
    if (done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
});

test('no default exports and no barrels', () => {
  for (const file of files) {
    assert.doesNotMatch(file.text, /^export default /m, file.path);
    assert.doesNotMatch(file.text, /^export \* from /m, file.path);
  }
});
