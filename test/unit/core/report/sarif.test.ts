/**
 * The SARIF log is valid by the standard's own schema, whatever the paths and tags are.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import type { Finding } from '../../../../server/core/lint/rule';
import { RULES } from '../../../../server/core/lint/rules';
import { sarifLog } from '../../../../server/core/report/sarif';
import type { Place } from '../../../../src/shared/facts';
import { FRED, imagePlace, sourcePlace } from '../../../support/facts';

const schemaFile = join(__dirname, '../../../../node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
const ajv = new Ajv({ strict: false, unicodeRegExp: false });
addFormats(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')) as object);

const finding = (place: Place, more: Partial<Finding> = {}): Finding => ({
  rule: 'duplicate-tag',
  severity: 'warning',
  tag: FRED,
  place,
  message: 'pool tag Fred',
  related: [{ place: imagePlace('/r/b.sys', 16), message: 'here' }],
  suppressed: false,
  ...more,
});

function log(...findings: readonly Finding[]): ReturnType<typeof sarifLog> {
  const value = sarifLog(findings, { version: '1.2.3', rules: RULES }, (path) => path.replace(/^\/r\//, ''));
  assert.equal(validate(value), true, JSON.stringify(validate.errors));
  return value;
}

test('no findings make a valid log with all rules', () => {
  const [run] = log().runs;
  assert.deepEqual(
    run?.tool.driver.rules?.map((rule) => rule.id),
    RULES.map((rule) => rule.id),
  );
});

test('sources have regions, images addresses, suppressed findings say so', () => {
  const source = finding(sourcePlace('/r/a.c', 25, { function: 'f' }));
  const image = finding(imagePlace('/r/b.sys', 0x2d6f), { severity: 'information', suppressed: true, related: [] });
  const [run] = log(source, image).runs;
  const [first, second] = run?.results ?? [];
  assert.deepEqual(first?.locations?.[0]?.physicalLocation?.region, {
    startLine: 26,
    startColumn: 21,
    endLine: 26,
    endColumn: 27,
  });
  assert.equal(first?.relatedLocations?.length, 1);
  assert.equal(second?.level, 'note');
  assert.equal(second.locations?.[0]?.physicalLocation?.address?.relativeAddress, 0x2d6f);
  assert.deepEqual(second.suppressions, [{ kind: 'inSource' }]);
});

test('paths become URIs: relative below SRCROOT, absolute as file, hostile ones encoded', () => {
  const uriOf = (file: string): unknown =>
    log(finding(sourcePlace(file, 0))).runs[0]?.results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation;
  assert.deepEqual(uriOf('/r/a b/c#d%.c'), { uri: 'a%20b/c%23d%25.c', uriBaseId: '%SRCROOT%' });
  assert.deepEqual(uriOf('/abs/a.c'), { uri: 'file:///abs/a.c' });
  assert.deepEqual(uriOf('c:/drv/a.c'), { uri: 'file:///c:/drv/a.c' });
});
