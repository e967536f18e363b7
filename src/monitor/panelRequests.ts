/**
 * What the panel asks for, given to whom it concerns; answers go back to the page.
 */
import * as vscode from 'vscode';
import type { Notifier } from '../notify';
import type { FromPanel, ToPanel } from '../shared/panelMessages';
import type { MonitorCommands } from './monitorCommands';
import type { MonitorService } from './monitorService';
import { writeGrowthMinutes, writeInterval } from './monitorSettings';
import { savePicture } from './savePicture';
import { saveExport } from './takeAway';

export interface PanelRequestServices {
  readonly service: MonitorService;
  readonly commands: MonitorCommands;
  readonly notifier: Notifier;
  openTag(tag: number): void;
  keepLayout(layout: unknown): void;
  /** Sends an answer, if the page is still there. */
  readonly tell: (message: ToPanel) => void;
}

export async function answerPanel(
  message: Exclude<FromPanel, { readonly type: 'ready' | 'describe' }>,
  services: PanelRequestServices,
): Promise<void> {
  const { service, commands, tell } = services;
  switch (message.type) {
    case 'openTag':
      services.openTag(message.tag);
      return;
    case 'command':
      return await commands.fromPanel(message.command);
    case 'seek':
      return await service.seek(message.index);
    case 'setScope':
      return await commands.setScope(message.scope);
    case 'setGrowthWindow':
      return await writeGrowthMinutes(message.minutes);
    case 'setInterval':
      return await writeInterval(message.intervalMs);
    case 'traces': {
      const traces = await service.past.traces(message);
      if (traces !== undefined) tell({ type: 'traces', traces });
      return;
    }
    case 'companions': {
      const companions = await service.past.companions(message);
      if (companions !== undefined) tell({ type: 'companions', companions });
      return;
    }
    case 'keepLayout':
      services.keepLayout(message.layout);
      return;
    case 'copy':
      await vscode.env.clipboard.writeText(message.text);
      return;
    case 'exported':
      return await saveExport(message.format, message.text, services.notifier);
    case 'picture':
      return await savePicture(message.data);
  }
}
