/**
 * Whose pools are shown: the system's, those of all sessions, or one session's.
 */
import * as vscode from 'vscode';
import {
  ALL_SESSIONS_SCOPE,
  MonitorRequest,
  sessionOfScope,
  SYSTEM_SCOPE,
  type ScopesResult,
} from '../shared/monitorProtocol';
import type { MonitorService } from './monitorService';

interface ScopeItem extends vscode.QuickPickItem {
  readonly scope?: string;
}

function scopeLabel(scope: string): string {
  if (scope === SYSTEM_SCOPE) return vscode.l10n.t('System');
  if (scope === ALL_SESSIONS_SCOPE) return vscode.l10n.t('All sessions');
  const session = sessionOfScope(scope);
  return session === undefined ? scope : vscode.l10n.t('Session {0}', session);
}

/** Rejects with the monitor's one clear line. */
export async function chooseSession(service: MonitorService): Promise<void> {
  const { scopes, reason } = await service.query<ScopesResult>(MonitorRequest.scopes);
  const items: ScopeItem[] = scopes.map((scope) => ({ label: scopeLabel(scope), scope }));
  const why = reason ?? (scopes.length === 1 ? vscode.l10n.t('No session has pools of its own here.') : undefined);
  if (why !== undefined) items.push({ label: `$(info) ${why}` });
  const choice = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Pools of') });
  if (choice?.scope !== undefined) await service.setScope(choice.scope);
}
