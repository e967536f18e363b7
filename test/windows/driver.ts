/**
 * Runs inside node.exe: starts the production monitor as the extension host does, asks it, and writes what it said to a
 * file (Wine can't give node.exe a Linux pipe). Arguments: monitor bundle, result file, recording file, preloads.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createMessageConnection, ResponseError, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type {
  BigAllocationsResult,
  HelloResult,
  MonitorState,
  SampleMessage,
  ScopesResult,
  SourceInfo,
} from '../../src/shared/monitorProtocol';
import { MonitorNotification, MonitorRequest, SYSTEM_SCOPE } from '../../src/shared/monitorProtocol';

/** What the test reads. */
export interface DriverResult {
  readonly node: string;
  readonly hello: HelloResult;
  readonly opened?: SourceInfo;
  readonly refused?: { readonly message: string; readonly data: unknown };
  readonly states: readonly MonitorState[];
  readonly samples: readonly SampleMessage[];
  /** Answers to what a live machine is asked beside its samples; the message where it was refused. */
  readonly scopes?: ScopesResult;
  readonly big?: BigAllocationsResult | string;
  /** The first sample of session 1. */
  readonly session?: SampleMessage;
  readonly sessionRefused?: string;
  /** Samples in the recording. */
  readonly recorded?: number;
  readonly exitCode: number | null;
  readonly stderr: string;
}

const SAMPLES = 4;
const SESSION = 'session 1';
/** `T007` */
const BIG_TAG = 0x37303054;

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
  let sessionSeen: (sample: SampleMessage) => void = () => undefined;
  const samplesOf = new Promise<SampleMessage>((resolve) => (sessionSeen = resolve));
  const enough = new Promise<void>((resolve) => {
    connection.onNotification(MonitorNotification.sample, (sample: SampleMessage) => {
      if (samples.length < SAMPLES) samples.push(sample);
      if (sample.scope === SESSION) sessionSeen(sample);
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
  let answer: Omit<DriverResult, 'node' | 'hello' | 'states' | 'samples' | 'exitCode' | 'stderr'>;
  try {
    const opened = await request<SourceInfo>(MonitorRequest.open, asked);
    await request(MonitorRequest.startRecording, { file: recordingFile });
    await enough;
    const queried = await queries(request, samplesOf);
    const { samples: recorded } = await request<{ samples: number }>(MonitorRequest.stopRecording);
    answer = { opened, recorded, ...queried };
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

type Request = <T>(method: string, params?: object | null) => Promise<T>;

/** Asks for sessions and big allocations, the system's scope again at the end. */
async function queries(
  request: Request,
  session: Promise<SampleMessage>,
): Promise<Pick<DriverResult, 'scopes' | 'big' | 'session' | 'sessionRefused'>> {
  const refused = (error: unknown): string => (error instanceof Error ? error.message : String(error));
  const scopes = await request<ScopesResult>(MonitorRequest.scopes);
  const big = await request<BigAllocationsResult>(MonitorRequest.bigAllocations, { tag: BIG_TAG }).catch(refused);
  try {
    await request(MonitorRequest.setScope, { scope: SESSION });
  } catch (error) {
    return { scopes, big, sessionRefused: refused(error) };
  }
  const seen = await session;
  await request(MonitorRequest.setScope, { scope: SYSTEM_SCOPE });
  return { scopes, big, session: seen };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  writeFileSync(process.argv[3] ?? 'error.txt', JSON.stringify({ failed: String(error) }));
  process.exitCode = 1;
});
