#!/usr/bin/env node
// `npm test`: installs what is missing, builds, checks types and style, runs every tier of tests, prints one closing line.
// `npm test -- unit lsp` runs tiers, `npm test -- test/unit/core` the files below a path. No tier is skipped silently.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './setup/dependencies.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const results = path.join(root, '.cache', 'test');

const chromium = async () => (await import('./setup/chromium.mjs')).ensureChromium();
const codeServer = (edition) => async () => (await import('./setup/codeServer.mjs')).ensureCodeServer(edition);
const wine = async () => (await import('./setup/wine.mjs')).ensureWine();
let packed;
/** Once a run: two tiers want them. */
const packages = () => (packed ??= import('./package.mjs').then(({ makePackages }) => makePackages()));

/**
 * Tiers in running order: what must be there before the tests run; the folder below test/ unless it is the tier's name;
 * variables the tests read.
 */
const tiers = {
  unit: { prepare: [] },
  cli: { prepare: [] },
  lsp: { prepare: [] },
  panel: { prepare: [chromium] },
  package: { prepare: [packages] },
  vscode: { prepare: [chromium, codeServer('current'), packages] },
  'vscode-minimum': {
    prepare: [chromium, codeServer('minimum'), packages],
    folder: 'vscode',
    environment: { POOLLENS_VSCODE: 'minimum' },
  },
  windows: { prepare: [wine] },
};

/** Programs that must succeed, each counted as one test. */
const checks = {
  types: ['node_modules/typescript/bin/tsc', '-b'],
  lint: ['node_modules/eslint/bin/eslint.js', '.'],
  format: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
};

const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

function fail(what, count = 1) {
  total.failed += count;
  failures.push(what);
}

function runCheck(name) {
  const { status } = spawnSync(process.execPath, checks[name], { cwd: root, stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok' : 'FAILED'}: ${name}`);
  if (status === 0) total.passed++;
  else fail(name);
}

/** Test files below a folder, found by walking: a shell's globs differ, and none must be forgotten. */
function testFiles(folder) {
  if (!fs.existsSync(folder)) return [];
  if (fs.statSync(folder).isFile()) return [folder];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'fixtures' && entry.name !== 'node_modules')
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      return entry.isDirectory() ? testFiles(file) : entry.name.endsWith('.test.ts') ? [file] : [];
    })
    .sort();
}

/** Numbers of node:test's own closing lines. */
function readCounts(tap) {
  const count = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(tap)?.[1] ?? 0);
  return {
    passed: count('pass'),
    failed: count('fail') + count('cancelled'),
    skipped: count('skipped') + count('todo'),
  };
}

function runFiles(name, files) {
  const { environment = {} } = tiers[name];
  fs.mkdirSync(results, { recursive: true });
  const tap = path.join(results, `${name}.tap`);
  fs.rmSync(tap, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      ...['--import', 'tsx', '--test', '--test-timeout=300000'],
      ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ...['--test-reporter=tap', `--test-reporter-destination=${tap}`],
      ...(name === 'unit' ? [] : ['--test-concurrency=1']),
      ...files,
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment } },
  );
  const counts = readCounts(fs.existsSync(tap) ? fs.readFileSync(tap, 'utf8') : '');
  total.passed += counts.passed;
  total.skipped += counts.skipped;
  if (counts.failed > 0) fail(name, counts.failed);
  else if (status !== 0) fail(`${name} (the test run ended with status ${status})`);
  else if (counts.passed === 0) fail(`${name} (no test ran)`);
}

async function runTier(name, below = `test/${tiers[name].folder ?? name}`) {
  console.log(`\n== ${name}: ${below}`);
  const files = testFiles(path.join(root, below));
  if (files.length === 0) return fail(`${name} (no test files below ${below})`);
  try {
    for (const prepare of tiers[name].prepare) await prepare();
  } catch (error) {
    console.error(`${name}: ${error.message}`);
    return fail(`${name} (could not be prepared)`);
  }
  runFiles(name, files);
}

/** Tiers, checks and paths as the command line names them; undefined when a word is none of these. */
function readWords(words) {
  if (words.length === 0) return { checks: Object.keys(checks), tiers: Object.keys(tiers).map((name) => ({ name })) };
  const wanted = { checks: [], tiers: [] };
  for (const word of words) {
    const below = path.relative(root, path.resolve(word)).split(path.sep).join('/');
    const tier = below.split('/')[1];
    if (word in checks) wanted.checks.push(word);
    else if (word in tiers) wanted.tiers.push({ name: word });
    else if (below.startsWith('test/') && tier in tiers && fs.existsSync(word))
      wanted.tiers.push({ name: tier, below });
    else return undefined;
  }
  return wanted;
}

const wanted = readWords(process.argv.slice(2));
if (wanted === undefined) {
  console.error(`npm test -- [${[...Object.keys(checks), ...Object.keys(tiers)].join('|')}|PATH below test/]…`);
  process.exit(2);
}
try {
  ensureDependencies();
  await (await import('./build.mjs')).build();
} catch (error) {
  console.error(`test: ${error.message}`);
  process.exit(1);
}
for (const name of wanted.checks) runCheck(name);
for (const { name, below } of wanted.tiers) await runTier(name, below);
if (failures.length > 0) console.log(`\nfailed: ${failures.join(', ')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
