/**
 * The border to the webview: messages are checked as they come in, and the page's HTML lets nothing but our files run.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromPanel } from '../../../../src/monitor/fromPanel';
import { panelHtml } from '../../../../src/monitor/panelHtml';
import { RestartPolicy } from '../../../../src/monitor/restartPolicy';

test('messages of ours pass, stripped to what they may hold', () => {
  assert.deepEqual(fromPanel({ type: 'ready', more: 1 }), { type: 'ready' });
  assert.deepEqual(fromPanel({ type: 'openTag', tag: 0x6b61654c }), { type: 'openTag', tag: 0x6b61654c });
  assert.deepEqual(fromPanel({ type: 'command', command: 'pause' }), { type: 'command', command: 'pause' });
  assert.deepEqual(fromPanel({ type: 'setInterval', intervalMs: 500 }), { type: 'setInterval', intervalMs: 500 });
  assert.deepEqual(fromPanel({ type: 'setScope', scope: 'session 7' }), { type: 'setScope', scope: 'session 7' });
  const asked = { type: 'companions', tag: 1, paged: true, spanMs: 60_000 };
  assert.deepEqual(fromPanel({ ...asked, more: 1 }), asked);
  assert.deepEqual(fromPanel({ type: 'seek', index: 0 }), { type: 'seek', index: 0 });
});

test('anything else does not', () => {
  const bad: readonly unknown[] = [
    null,
    'ready',
    [],
    {},
    { type: 'openTag', tag: 'Leak' },
    { type: 'openTag', tag: 1.5 },
    { type: 'command', command: 'toString' },
    { type: 'command', command: 'workbench.action.quit' },
    { type: 'setScope', scope: 'session x' },
    { type: 'setScope', scope: 3 },
    { type: 'setInterval', intervalMs: Number.NaN },
    { type: 'traces', tags: [1, 'x'], spanMs: 1 },
    { type: 'traces', tags: Array.from({ length: 9 }, () => 1), spanMs: 1 },
    { type: 'companions', tag: -1, spanMs: 1 },
    { type: 'companions', tag: 1, spanMs: Number.POSITIVE_INFINITY },
    { type: 'picture', data: 7 },
    { type: 'seek', index: -1 },
    { type: 'seek', index: 2 ** 60 },
  ];
  for (const data of bad) assert.equal(fromPanel(data), undefined, JSON.stringify(data));
});

test('the page runs one script, by a nonce that is never the same', () => {
  const page = {
    cspSource: 'https://media.test',
    script: 'https://media.test/panel.js',
    style: 's.css',
    language: 'de',
  };
  const html = panelHtml(page);
  const nonce = /script-src 'nonce-([\w-]{22})'/.exec(html)?.[1];
  assert.ok(nonce !== undefined);
  assert.match(html, /default-src 'none'/);
  assert.doesNotMatch(html, /unsafe-inline|unsafe-eval|script-src [^;]*https:/);
  assert.ok(html.includes(`<script nonce="${nonce}" src="https://media.test/panel.js">`));
  assert.notEqual(/nonce-([\w-]+)/.exec(panelHtml(page))?.[1], nonce);
  assert.match(panelHtml({ ...page, language: '"><script>' }), /<html lang="en">/);
});

test('a process that dies often is tried later each time, then no more; old deaths are forgotten', () => {
  const policy = new RestartPolicy();
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((now) => policy.crashed(now)),
    [500, 1000, 2000, 4000, undefined],
  );
  assert.equal(policy.crashed(60 * 60_000), 500);
  policy.reset();
  assert.equal(policy.crashed(60 * 60_000 + 1), 500);
});
