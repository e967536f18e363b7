/**
 * What the panel says above the grid or in its place: made from the service's phase, with the ways out that make sense.
 */
import { l10n } from 'vscode';
import type { MonitorState } from '../shared/monitorProtocol';
import type { PanelAction, PanelStatus } from '../shared/panelMessages';
import { shownSource, type MonitorPhase } from './monitorPhase';
import type { MonitorService } from './monitorService';
import { failureText, phaseText } from './monitorTexts';

function actionsFor(phase: MonitorPhase): readonly PanelAction[] {
  const live: PanelAction = { label: l10n.t('Show This Machine'), action: 'openLive' };
  const recording: PanelAction = { label: l10n.t('Open Recording...'), action: 'openRecording' };
  const capture: PanelAction = { label: l10n.t('Open PoolMon Text...'), action: 'openCapture' };
  const connect: PanelAction = { label: l10n.t('Connect...'), action: 'connect' };
  const restart: PanelAction = { label: l10n.t('Restart Monitor'), action: 'restart' };
  const log: PanelAction = { label: l10n.t('Show Log'), action: 'showLog' };
  switch (phase.kind) {
    case 'idle':
      return [live, recording, capture, connect];
    case 'opening':
      return [];
    case 'open':
      return phase.monitor.state === 'failed' ? [recording, capture, log] : [];
    case 'notLive':
      return [recording, capture, connect];
    case 'refused':
      return phase.spec.kind === 'ntdll' ? [recording, capture, log] : [recording, capture, live];
    case 'failed':
      return [restart, log];
  }
}

function stateOf(phase: MonitorPhase): MonitorState {
  switch (phase.kind) {
    case 'open':
      return phase.monitor;
    case 'idle':
    case 'opening':
      return { state: 'closed' };
    case 'notLive':
    case 'refused':
    case 'failed':
      return { state: 'failed', message: phaseText(phase) ?? '' };
  }
}

/** A recording that ended by itself, which nobody would notice otherwise. */
function recordingFailure(service: MonitorService): string | undefined {
  const message = service.recordingState?.message;
  return message === undefined ? undefined : l10n.t('The recording has ended: {0}', message);
}

/** That the process was started again: what was known of the past is gone, unless it was recorded. */
function restartText(service: MonitorService): string | undefined {
  const { restartedAfter, phase } = service;
  if (restartedAfter === undefined || phase.kind !== 'open') return undefined;
  const text = `${failureText(restartedAfter)} ${l10n.t('It was started again.')}`;
  if (!phase.source.live) return text;
  const isRecorded = service.recordsTo !== undefined;
  return isRecorded
    ? `${text} ${l10n.t('The recording goes on in the same file, which says where readings are missing.')}`
    : `${text} ${l10n.t('Growth and charts begin anew: what they looked back on was lost with it.')}`;
}

export function panelStatus(service: MonitorService): PanelStatus {
  const { phase } = service;
  const source = shownSource(phase);
  const message = phaseText(phase) ?? recordingFailure(service) ?? restartText(service);
  return {
    state: stateOf(phase),
    intervalMs: service.intervalMs,
    growthMinutes: service.growthMinutes,
    actions: actionsFor(phase),
    recording: service.recordsTo !== undefined,
    ...(source === undefined ? {} : { source }),
    ...(message === undefined ? {} : { message }),
  };
}
