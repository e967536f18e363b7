/**
 * The monitor's settings, read where they are needed and checked at this border.
 */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { checkedGrowthMinutes } from '../shared/growth';
import { Setting, type SettingId } from '../shared/ids';
import type { SourceSpec } from '../shared/monitorProtocol';
import { recordingPath } from './recordingSetting';

const LEAST_INTERVAL = 250;
const MOST_INTERVAL = 60_000;
const USUAL_INTERVAL = 1000;

function read(id: SettingId): unknown {
  return vscode.workspace.getConfiguration().get(id);
}

export function checkedInterval(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return USUAL_INTERVAL;
  return Math.round(Math.min(MOST_INTERVAL, Math.max(LEAST_INTERVAL, value)));
}

/** Milliseconds between two samples. */
export function readInterval(): number {
  return checkedInterval(read(Setting.monitorInterval));
}

/** Minutes that growth looks back. */
export function readGrowthMinutes(): number {
  return checkedGrowthMinutes(read(Setting.monitorGrowthWindow));
}

/** Keeps an interval chosen in the panel. */
export async function writeInterval(intervalMs: number): Promise<void> {
  await write(Setting.monitorInterval, checkedInterval(intervalMs));
}

/** Keeps a window chosen in the panel. */
export async function writeGrowthMinutes(minutes: number): Promise<void> {
  await write(Setting.monitorGrowthWindow, checkedGrowthMinutes(minutes));
}

/** Where it is set already, else for the user. */
async function write(id: SettingId, value: number): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  const inWorkspace = configuration.inspect(id)?.workspaceValue !== undefined;
  const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await configuration.update(id, value, target);
}

/** Whether the status bar shows both pools while the monitor runs. */
export function readStatusBar(): boolean {
  return read(Setting.monitorStatusBar) !== false;
}

export function readAutoStart(): boolean {
  return read(Setting.monitorAutoStart) !== false;
}

/**
 * The recording named in the settings, shown where this machine's pools can't be read.
 * `warn` is told, in one line, why a recording that is named is not to be opened.
 */
export function namedRecording(warn: (line: string) => void): SourceSpec | undefined {
  const setting = read(Setting.monitorRecording);
  if (typeof setting !== 'string' || setting === '') return undefined;
  const ignored = (why: string): void => {
    warn(`${Setting.monitorRecording} is ignored: ${why}`);
  };
  if (!vscode.workspace.isTrusted) {
    ignored('the workspace is not trusted');
    return undefined;
  }
  const folder = vscode.workspace.workspaceFolders?.find((f) => f.uri.scheme === 'file');
  const found = recordingPath(setting, folder?.uri.fsPath, path);
  switch (found.kind) {
    case 'file':
      return { kind: 'recording', file: found.file };
    case 'none':
      break;
    case 'outside':
      ignored(`${setting} leads out of the workspace folder`);
      break;
    case 'noFolder':
      ignored(`${setting} is relative and no folder is open`);
      break;
    case 'remote':
      ignored(`${setting} is on another machine`);
      break;
  }
  return undefined;
}
