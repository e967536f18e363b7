/** The fuzzer finds what is planted: an exception, a hang, too much memory; and makes the input small. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { buildFuzzBundle } from '../../fuzz/bundle';
import type { CampaignResult } from '../../fuzz/campaign';
import { Campaign } from '../../fuzz/campaign';
import { Instrumenter } from '../../fuzz/instrument';

const ROOT = path.join(__dirname, '../../..');
// Inside the repository, so that the bundle finds the packages.
const FOLDER = path.join(ROOT, '.cache/fuzz', `test-${String(process.pid)}`);
const bundle = buildFuzzBundle(ROOT, path.join(__dirname, 'brokenTargets.ts'), FOLDER);

after(() => {
  rmSync(FOLDER, { recursive: true, force: true });
});

async function run(target: string, caseMs = 60_000): Promise<CampaignResult> {
  const caps = { caseMs, heapMegabytes: 256, mostRestarts: 1, slowTries: 3 };
  return new Campaign(await bundle, ROOT, target, 'planted', caps, []).run(120_000, 500, new AbortController().signal);
}

test('an exception, cut down to the byte that causes it', async () => {
  const { findings, runs } = await run('throws');
  assert.ok(runs >= 500);
  assert.deepEqual(
    findings.map(({ defect }) => [defect.kind, defect.signature]),
    [['throw', 'Error: a bad byte in # of Fred in Object.run']],
  );
  const [byte, ...rest] = findings[0]?.bytes ?? [];
  assert.ok(rest.length === 0 && byte !== undefined && byte >= 0xc0);
});

test('a case that does not return', async () => {
  const { findings } = await run('hangs', 400);
  assert.deepEqual(
    findings.map(({ defect }) => defect.kind),
    ['hang'],
  );
  assert.ok(findings[0]?.bytes.some((byte) => byte >= 0xc0));
});

test('memory by an untrusted byte', async () => {
  const { findings } = await run('allocates');
  assert.ok(findings.length > 0);
  for (const { defect, bytes } of findings) {
    assert.equal(defect.kind, 'memory');
    assert.ok(bytes.some((byte) => byte >= 0xc0));
  }
});

test('a sound target has no finding', async () => {
  assert.deepEqual((await run('sound')).findings, []);
});

test('counters change no meaning', () => {
  const text = `
    enum Kind { A = 1, B }
    export function f(x: number | undefined, o?: { y: number }): string {
      if (x === undefined) return 'none'; else if (x > 3 && o?.y === 2) return x > 5 ? 'big' : 'more';
      for (const _ of [1, 2]) switch (x) { case Kind.A: x += 1; break; case Kind.B: return 'two'; default: x = x ?? 0; }
      return String(x) + (o ? ((p) => p.y)(o) : '');
    }`;
  const instrumenter = new Instrumenter();
  const counted = instrumenter.instrument('a.ts', text);
  assert.ok(instrumenter.count >= 10);
  assert.match(counted, /__poolLensCounters\[0\]\+\+/);
});
