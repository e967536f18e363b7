/**
 * The extension host's service over real monitor processes, for tests that wait for what it says.
 */
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { openRecording } from '../../../../server/core/capture/recordingReader';
import type { MonitorLaunch } from '../../../../src/monitor/monitorProcess';
import { MonitorService } from '../../../../src/monitor/monitorService';
import type { Sample } from '../../../../src/shared/sample';
import { bundle } from '../../../support/processes';
import { temporaryFolder } from '../../../support/temporaryFolder';

export interface Watched {
  readonly service: MonitorService;
  readonly folder: string;
  readonly log: readonly string[];
  /** Of the last reading. */
  readonly scope: () => string | undefined;
  /** Process of the monitor that was started last. */
  readonly pid: () => number;
  /** Resolves when the condition holds after a message or a change. */
  readonly until: (condition: () => boolean) => Promise<void>;
}

export function watched(t: TestContext, launch: Partial<MonitorLaunch> = {}): Watched {
  const lines: string[] = [];
  const log = { info: (line: string) => void lines.push(line), error: (line: string) => void lines.push(line) };
  const usual = { executable: process.execPath, script: bundle('monitor'), helloTimeout: 60_000 };
  const service = new MonitorService({ ...usual, ...launch }, log, 50, 10);
  t.after(() => service.dispose());
  let check = (): void => undefined;
  service.onDidChange(() => check());
  let scope: string | undefined;
  service.readings.onSample((message) => {
    scope = message.scope;
    check();
  });
  return {
    service,
    folder: temporaryFolder(t),
    log: lines,
    scope: () => scope,
    pid: () => Number(/process (\d+)/.exec(lines.findLast((line) => line.includes(' runs as process ')) ?? '')?.[1]),
    until: (condition) =>
      new Promise((done) => {
        check = () => {
          if (condition()) done();
        };
        check();
      }),
  };
}

export interface Recorded {
  readonly samples: readonly Sample[];
  readonly issues: readonly string[];
  /** `12: the clock was set back`: index of the sample behind each gap, and why. */
  readonly gaps: readonly string[];
}

/** What is in a recording, which may still be written to. */
export function recorded(file: string): Recorded {
  const { value, issues } = openRecording(readFileSync(file));
  const samples: Sample[] = [];
  for (let sample = value?.read(); sample !== undefined; sample = value?.read()) samples.push(sample);
  const gaps = (value?.gaps ?? []).map(({ before, text }) => `${before}: ${text}`);
  return { samples, issues: issues.map(({ message }) => message), gaps };
}
