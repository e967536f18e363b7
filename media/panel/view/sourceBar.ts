/**
 * Says what is shown: this machine now, or a file from elsewhere, and then so plainly that nobody takes it for live.
 * With a finite source also the position in it, to be moved.
 */
import { SYSTEM_SCOPE, type SampleMessage, type SourceInfo } from '../../../src/shared/monitorProtocol';
import type { PanelStatus } from '../../../src/shared/panelMessages';
import type { Formats } from '../model/format';
import { element, icon, setAttribute, setText } from './dom';
import { ScopeControl, type ScopeEvents } from './scopeControl';
import type { PanelStrings } from './strings';

export class SourceBar {
  readonly node = element('div', { className: 'source' });
  readonly scope: ScopeControl;
  private readonly icon = element('span', { className: 'source-icon' });
  private readonly label = element('span', { className: 'source-label' });
  private readonly state = element('span', { className: 'source-state' });
  private readonly time = element('span', { className: 'source-time' });
  private readonly position = element('span', { className: 'source-position' });
  private readonly issues = element('span', { className: 'source-issues' });
  private readonly slider: HTMLInputElement;
  private source: SourceInfo | undefined;
  private dragging = false;

  constructor(
    private readonly formats: Formats,
    private readonly strings: PanelStrings,
    onSeek: (index: number) => void,
    scopeEvents: ScopeEvents,
  ) {
    this.scope = new ScopeControl(scopeEvents);
    this.slider = element('input', {
      className: 'seek',
      attributes: { type: 'range', min: '0', step: '1', 'aria-label': strings.seekLabel },
    });
    this.slider.addEventListener('pointerdown', () => (this.dragging = true));
    this.slider.addEventListener('pointerup', () => (this.dragging = false));
    this.slider.addEventListener('input', () => onSeek(Number(this.slider.value)));
    this.node.append(
      element('span', { className: 'source-name' }, [this.icon, this.label]),
      this.state,
      this.scope.node,
      this.time,
      this.slider,
      this.position,
      this.issues,
    );
    this.node.hidden = true;
  }

  showStatus(status: PanelStatus): void {
    const { source } = status;
    this.source = source;
    this.node.hidden = source === undefined;
    if (source === undefined) return;
    this.node.classList.toggle('elsewhere', !source.live);
    this.icon.replaceChildren(icon(source.live ? 'pulse' : source.kind === 'recording' ? 'history' : 'file'));
    this.scope.setLive(source.live);
    setText(this.label, this.describe(source));
    setText(this.state, this.stateText(status));
    const { issues = [] } = source;
    this.issues.hidden = issues.length === 0;
    setText(this.issues, this.strings.issues(this.formats.count(issues.length)));
    this.issues.title = issues.join('\n');
    const count = source.sampleCount ?? 0;
    this.slider.hidden = count < 2;
    setAttribute(this.slider, 'max', String(Math.max(0, count - 1)));
    if (count === 0) setText(this.position, '');
  }

  showSample(sample: SampleMessage, now: number): void {
    setText(this.time, this.formats.time(sample.time, now));
    this.scope.setScope(sample.scope);
    const count = this.source?.sampleCount;
    if (sample.index === undefined || count === undefined || count < 2) {
      setText(this.position, '');
      return;
    }
    const text = this.strings.sampleOf(this.formats.count(sample.index + 1), this.formats.count(count));
    setText(this.position, text);
    setAttribute(this.slider, 'aria-valuetext', text);
    if (!this.dragging) this.slider.value = String(sample.index);
  }

  clear(): void {
    setText(this.time, '');
    this.scope.setScope(SYSTEM_SCOPE);
    setText(this.position, '');
  }

  private describe(source: SourceInfo): string {
    if (source.live) return source.label;
    return source.kind === 'recording'
      ? this.strings.recordingFile(source.label)
      : this.strings.captureFile(source.label);
  }

  private stateText(status: PanelStatus): string {
    switch (status.state.state) {
      case 'running':
        return '';
      case 'paused':
        return this.strings.paused;
      case 'ended':
        return status.source?.sampleCount === 1 ? '' : this.strings.ended;
      case 'waiting':
        return this.strings.sourceWaiting;
      case 'failed':
        return this.strings.failed;
      case 'closed':
        return this.strings.closed;
    }
  }
}
