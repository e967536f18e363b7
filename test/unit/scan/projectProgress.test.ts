/** When a project counts as read: its own files and those of all it shares names with. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProjectProgress } from '../../../server/scan/projectProgress';

const LINKS: Readonly<Record<string, readonly string[]>> = {
  driver: ['library'],
  library: ['driver', 'other'],
  other: ['library'],
};

test('a project is read when those it is linked with are, too', () => {
  const progress = new ProjectProgress((project) => LINKS[project] ?? []);
  for (const project of ['driver', 'driver', 'library', 'other', 'alone']) progress.expect(project);
  assert.deepEqual(progress.done('alone'), ['alone']);
  assert.deepEqual(progress.done('driver'), []);
  assert.deepEqual(progress.done('library'), []);
  assert.deepEqual(progress.done('driver'), ['driver']);
  assert.deepEqual(progress.done('other'), ['other', 'library']);
});

test('a project with no files of this scan holds up nobody', () => {
  const progress = new ProjectProgress(() => ['elsewhere']);
  progress.expect('driver');
  assert.deepEqual(progress.done('driver'), ['driver', 'elsewhere']);
});
