/**
 * House rules a reader relies on: every file opens by saying what it is, none grows past its size, none hides a type error.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceFiles } from './sourceTree';

const product = sourceFiles('src', 'server', 'media');
const all = [...product, ...sourceFiles('test')];

/** Data tables may be long; anything else past the limit has a second idea in it. */
const DATA_TABLES = new Set(['server/core/tags/allocators.ts']);
const MOST_LINES = 400;

test('every file opens with a header that says what it is', () => {
  const bare = all.filter((f) => !/^(#!.*\n)?(\/\*\*\n \* \S|\/\*\* \S|\/\/ \S)/.test(f.text)).map((f) => f.path);
  assert.deepEqual(bare, []);
});

test(`no product file passes ${String(MOST_LINES)} lines`, () => {
  const long = product
    .filter((f) => !DATA_TABLES.has(f.path) && f.text.split('\n').length > MOST_LINES)
    .map((f) => `${f.path}: ${String(f.text.split('\n').length)}`);
  assert.deepEqual(long, []);
});

test('no suppressed compiler or linter errors, no HTML injection, no kept-alive webview', () => {
  const banned =
    /@ts-ignore|@ts-expect-error|@ts-nocheck|eslint-disable|\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|retainContextWhenHidden: *true/;
  const found = product.filter((f) => banned.test(f.text)).map((f) => f.path);
  assert.deepEqual(found, []);
});

test('no file names a machine path or a registry', () => {
  const hosts = /\/work\/|\/root\/|registry\.npm|npmjs\.(org|com)\/(?!package)/;
  const found = all
    .filter((f) => hosts.test(f.text) && !f.path.endsWith('repository/files.test.ts'))
    .map((f) => f.path);
  assert.deepEqual(found, []);
});
