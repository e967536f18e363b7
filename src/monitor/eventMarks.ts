/**
 * What happened since the open source was opened, for the charts: kept while the source is, told to panels that come
 * later. Does not import vscode.
 */
import * as path from 'node:path';
import { Emitter, type Event } from 'vscode-jsonrpc/node';
import { parseMark, withMark, type EventMark } from '../shared/eventMark';
import type { RecordingState } from '../shared/monitorProtocol';

export class EventMarks {
  private readonly changed = new Emitter<readonly EventMark[]>();
  readonly onDidChange: Event<readonly EventMark[]> = this.changed.event;
  private marks: readonly EventMark[] = [];
  private recorded: string | undefined;

  get all(): readonly EventMark[] {
    return this.marks;
  }

  /** Another source follows. */
  clear(): void {
    this.recorded = undefined;
    this.set([]);
  }

  /** Takes over a mark, which may come from another machine; what is none is left out. */
  add(...marks: readonly unknown[]): void {
    this.set(
      marks.reduce<readonly EventMark[]>((list, one) => {
        const mark = parseMark(one);
        return mark === undefined ? list : withMark(list, mark);
      }, this.marks),
    );
  }

  /** Marks where a recording began and ended, once each. @param time Of the last reading. */
  recording(state: RecordingState, time: number): void {
    const file = state.recording ? state.file : undefined;
    const before = this.recorded;
    if (file === before) return;
    this.recorded = file;
    const named = (kind: 'recordingStarted' | 'recordingStopped', name: string): EventMark => ({
      kind,
      time,
      text: path.basename(name),
    });
    if (before !== undefined) this.add(named('recordingStopped', before));
    if (file !== undefined) this.add(named('recordingStarted', file));
  }

  dispose(): void {
    this.changed.dispose();
  }

  private set(marks: readonly EventMark[]): void {
    if (marks === this.marks || (marks.length === 0 && this.marks.length === 0)) return;
    this.marks = marks;
    this.changed.fire(marks);
  }
}
