/**
 * What the monitor's phase and failures are called in the reader's language. Texts only.
 */
import { l10n } from 'vscode';
import type { MonitorFailure } from './monitorFailure';
import type { MonitorPhase } from './monitorPhase';

export function failureText(failure: MonitorFailure): string {
  switch (failure.kind) {
    case 'start':
      return l10n.t('The monitor process could not be started: {0}', failure.reason);
    case 'silent':
      return l10n.t('The monitor process did not answer within {0} seconds.', failure.milliseconds / 1000);
    case 'hung':
      return l10n.t('The monitor process has not answered for {0} seconds.', failure.milliseconds / 1000);
    case 'version':
      return l10n.t(
        'The monitor process speaks version {0} of the protocol, which this version does not know.',
        failure.version,
      );
    case 'garbled':
      return l10n.t('The monitor process wrote something that is no message: {0}', failure.reason);
    case 'ended': {
      const how =
        failure.signal === undefined
          ? l10n.t('The monitor process ended with exit code {0}.', failure.code ?? '?')
          : l10n.t('The monitor process was ended by {0}.', failure.signal);
      return failure.lastWords === undefined ? how : `${how} ${failure.lastWords}`;
    }
  }
}

/** Why there is nothing to see, or nothing new; undefined when all is as it should be. */
export function phaseText(phase: MonitorPhase): string | undefined {
  switch (phase.kind) {
    case 'idle':
      return l10n.t('The pool monitor is not running.');
    case 'opening':
    case 'open':
      return undefined;
    case 'notLive':
      return phase.live.reason ?? l10n.t('The pools of this machine cannot be read.');
    case 'refused':
      return phase.message;
    case 'failed': {
      const text = failureText(phase.failure);
      if (phase.retryInMs === undefined) return text;
      return `${text} ${l10n.t('It is started again.')}`;
    }
  }
}
