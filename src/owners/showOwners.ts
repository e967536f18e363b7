/**
 * From a tag to the line that allocates it: asks the server for the owners, goes there when there is one origin, else
 * lets the user choose among modules and places with their evidence. Stays usable while the scan is still running.
 */
import * as vscode from 'vscode';
import { DisposableList } from '../dispose';
import { describeError, type Notifier } from '../notify';
import { Setting } from '../shared/ids';
import { tagSpellings } from '../shared/poolTag';
import { ServerRequest, type OwnersParams, type OwnersResult, type TagOwner } from '../shared/serverProtocol';
import { openPlace, type PlaceServices } from './openPlace';
import { ownerItems, type PlaceItem } from './ownerItems';
import { soleOrigin } from './soleOrigin';

/** An answer that comes within this time opens no picker first, so that one place is gone to without a flash. */
const PATIENCE_MS = 250;

/** One quick pick over the owners of one tag, from its first question to its end. */
class OwnersPicker {
  private readonly owned = new DisposableList();
  private readonly pick = this.owned.add(vscode.window.createQuickPick<PlaceItem>());
  private readonly cancel = this.owned.add(new vscode.CancellationTokenSource());
  private readonly language: PlaceServices['language'];
  private listed = false;

  constructor(
    private readonly services: PlaceServices,
    private readonly tag: number,
  ) {
    this.language = services.language;
    const { text, literal } = tagSpellings(tag);
    this.pick.title = vscode.l10n.t('Pool tag {0}, in C {1}', text, literal);
    this.pick.placeholder = vscode.l10n.t('Where the tag is used: choose a place to open');
    this.pick.matchOnDescription = true;
    this.pick.matchOnDetail = true;
    this.owned.add(this.pick.onDidAccept(() => void this.accept()));
    this.owned.add(this.pick.onDidTriggerItemButton(({ item }) => void this.disassemble(item)));
    this.owned.add(
      this.pick.onDidHide(() => {
        this.dispose();
      }),
    );
    // The first scan may still be running: what it finds joins the list while that is open.
    this.owned.add(this.language.onDidChangeIndex(() => void this.refill()));
  }

  /** Asks, and then goes to the place or shows the list. Rejects when the server can't be had. */
  async run(): Promise<void> {
    const timer = setTimeout(() => {
      this.pick.busy = true;
      this.pick.show();
    }, PATIENCE_MS);
    try {
      await this.answer(await this.ask());
    } catch (error) {
      const cancelled = this.cancel.token.isCancellationRequested;
      this.dispose();
      if (!cancelled) throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private dispose(): void {
    this.cancel.cancel();
    this.owned.dispose();
  }

  private async ask(): Promise<readonly TagOwner[]> {
    const params: OwnersParams = { tag: this.tag };
    const { owners } = await this.language.request<OwnersResult>(ServerRequest.owners, params, this.cancel.token);
    return owners;
  }

  /** Goes to the one origin, or lists what there is. Once places are listed the choice is the user's: nothing jumps. */
  private async answer(owners: readonly TagOwner[]): Promise<void> {
    const origin = this.listed ? undefined : soleOrigin(owners);
    const problem =
      origin === undefined
        ? undefined
        : await this.tryOpen(() => openPlace(this.services, origin.site, this.cancel.token));
    if (this.cancel.token.isCancellationRequested) return;
    this.listed ||= owners.length > 0;
    this.fill(owners, problem);
    this.pick.show();
  }

  private async refill(): Promise<void> {
    try {
      await this.answer(await this.ask());
    } catch {
      // The list that is shown stays; the next change asks again.
    }
  }

  private fill(owners: readonly TagOwner[], problem?: string): void {
    // A server that has just started has not said anything yet.
    const scanning = this.language.scan?.state !== 'idle';
    this.pick.busy = scanning;
    const rows = owners.length === 0 ? [this.nothingFound(scanning)] : ownerItems(owners);
    this.pick.items = problem === undefined ? rows : [{ label: `$(info) ${problem}`, alwaysShow: true }, ...rows];
  }

  private nothingFound(scanning: boolean): PlaceItem {
    const files = this.language.scan?.files ?? 0;
    return scanning
      ? { label: `$(info) ${vscode.l10n.t('Still scanning: {0} files so far', files)}`, alwaysShow: true }
      : {
          label: `$(info) ${vscode.l10n.t('No driver or source here uses this tag')}`,
          detail: vscode.l10n.t('{0} files were scanned. Press Enter to name other folders in the settings', files),
          alwaysShow: true,
          setting: Setting.scanFolders,
        };
  }

  private async accept(): Promise<void> {
    const [item] = this.pick.selectedItems;
    if (item?.setting !== undefined) {
      this.dispose();
      await vscode.commands.executeCommand('workbench.action.openSettings', item.setting);
    }
    const entry = item?.entry;
    if (entry !== undefined) await this.go(() => openPlace(this.services, entry.site, this.cancel.token));
  }

  /** The row's button: the code, even where its source is at hand. */
  private async disassemble({ entry }: PlaceItem): Promise<void> {
    const { disassembly } = this.services;
    if (entry !== undefined) await this.go(() => disassembly.open(entry.site, this.cancel.token));
  }

  /** Goes where somebody chose to go; what keeps it from there joins the list. */
  private async go(open: () => Promise<string | undefined>): Promise<void> {
    this.pick.busy = true;
    const problem = await this.tryOpen(open);
    if (this.cancel.token.isCancellationRequested || problem === undefined) return;
    this.pick.busy = false;
    const rows = this.pick.items.filter((item) => item.entry !== undefined || item.kind !== undefined);
    this.pick.items = [{ label: `$(info) ${problem}`, alwaysShow: true }, ...rows];
  }

  /** Opens a place and ends the picker; else says in one line why not. */
  private async tryOpen(open: () => Promise<string | undefined>): Promise<string | undefined> {
    try {
      const problem = await open();
      if (problem === undefined) this.dispose();
      return problem;
    } catch (error) {
      return describeError(error);
    }
  }
}

/** Shows who owns a tag. Never rejects; a failure is said in one line. */
export async function showOwners(services: PlaceServices, notifier: Notifier, tag: number): Promise<void> {
  try {
    await new OwnersPicker(services, tag).run();
  } catch (error) {
    notifier.failed(vscode.l10n.t('Owners of {0}', tagSpellings(tag).text), error);
  }
}
