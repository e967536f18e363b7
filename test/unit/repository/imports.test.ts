/**
 * Imports stand in one order: packages first, then relative ones by their paths, so that nobody looks for a line twice
 * and two people who add one seldom meet.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceFiles } from './sourceTree';

/** What a file's leading imports name, in the order they stand. */
function imported(text: string): readonly string[] {
  return [...text.matchAll(/^(?:import|\}) [^;]*?from '([^']+)';$/gm)].map((match) => match[1] ?? '');
}

function isOrdered(paths: readonly string[]): boolean {
  const relative = paths.map((path) => path.startsWith('.'));
  return paths.every((path, at) => {
    const before = paths[at - 1];
    if (before === undefined) return true;
    if (relative[at] !== relative[at - 1]) return relative[at] === true;
    return relative[at] === false || before <= path;
  });
}

test('packages come before relative paths, and those in their order', () => {
  assert.ok(isOrdered(['node:test', 'fast-check', '../../a', '../b', './c', './c']));
  assert.ok(!isOrdered(['./a', 'node:test']));
  assert.ok(!isOrdered(['./b', './a']));
  const unordered = ['src', 'server', 'media', 'test']
    .flatMap((folder) => sourceFiles(folder))
    .filter(({ text }) => !isOrdered(imported(text)))
    .map(({ path }) => path);
  assert.deepEqual(unordered, []);
});
