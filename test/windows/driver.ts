/**
 * Runs inside node.exe: starts the production monitor as the extension host does, asks it, and writes what it said to a
 * file (Wine can't give node.exe a Linux pipe). Arguments: monitor bundle, result file, recording file, preloads.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createMessageConnection, ResponseError, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { HelloResult, MonitorState, SampleMessage, SourceInfo } from '../../src/shared/monitorProtocol';
import { MonitorNotification, MonitorRequest } from '../../src/shared/monitorProtocol';

/** What the test reads. */
export interface DriverResult {
  readonly node: string;
  readonly hello: HelloResult;
  readonly opened?: SourceInfo;
  readonly refused?: { readonly message: string; readonly data: unknown };
  readonly states: readonly MonitorState[];
  readonly samples: readonly SampleMessage[];
  /** Samples in the recording. */
  readonly recorded?: number;
  readonly exitCode: number | null;
  readonly stderr: string;
}

const SAMPLES = 4;

async function main([
  monitor = '',
  resultFile = '',
  recordingFile = '',
  ...preloads
]: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [...preloads.flatMap((file) => ['-r', file]), monitor, '--stdio']);
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let finished = false;
  void exited.then((code) => {
    if (!finished) writeFileSync(resultFile, JSON.stringify({ failed: `the monitor ended with ${code}: ${stderr}` }));
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const states: MonitorState[] = [];
  const samples: SampleMessage[] = [];
  const enough = new Promise<void>((resolve) => {
    connection.onNotification(MonitorNotification.sample, (sample: SampleMessage) => {
      if (samples.length < SAMPLES) samples.push(sample);
      if (samples.length === SAMPLES) resolve();
    });
  });
  connection.onNotification(MonitorNotification.state, (state: MonitorState) => {
    states.push(state);
  });
  connection.listen();
  const request = async <T>(method: string, params: object | null = null): Promise<T> =>
    connection.sendRequest<T>(method, params);

  const hello = await request<HelloResult>(MonitorRequest.hello);
  const asked = { source: { kind: 'ntdll' }, intervalMs: 50 };
  let answer: Pick<DriverResult, 'opened' | 'refused' | 'recorded'>;
  try {
    const opened = await request<SourceInfo>(MonitorRequest.open, asked);
    await request(MonitorRequest.startRecording, { file: recordingFile });
    await enough;
    const { samples: recorded } = await request<{ samples: number }>(MonitorRequest.stopRecording);
    answer = { opened, recorded };
  } catch (error) {
    if (!(error instanceof ResponseError)) throw error;
    answer = { refused: { message: error.message, data: error.data } };
  }
  finished = true;
  child.stdin.end();
  const result: DriverResult = {
    node: `${process.platform}-${process.arch} ${process.version}`,
    hello,
    ...answer,
    states,
    samples,
    exitCode: await exited,
    stderr,
  };
  writeFileSync(resultFile, JSON.stringify(result));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  writeFileSync(process.argv[3] ?? 'error.txt', JSON.stringify({ failed: String(error) }));
  process.exitCode = 1;
});
