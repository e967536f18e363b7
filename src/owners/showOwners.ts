/**
 * From a tag to the line that allocates it: asks the server for the owners, goes there when there is one origin, else
 * lets the user choose among modules and places with their evidence. Stays usable while the scan is still running.
 */
import * as vscode from 'vscode';
import { DisposableList } from '../dispose';
import { describeError, type Notifier } from '../notify';
import { Setting } from '../shared/ids';
import { tagSpellings } from '../shared/poolTag';
import {
  ServerRequest,
  type ListedOwner,
  type OwnersParams,
  type OwnersResult,
  type TagOwner,
} from '../shared/serverProtocol';
import { listedItems } from './listedItems';
import { OccurrenceSearch } from './occurrenceSearch';
import { instructionSite, openOccurrence } from './openOccurrence';
import { openPlace, type PlaceServices } from './openPlace';
import { ownerItems, type PlaceItem } from './ownerItems';
import { soleOrigin } from './soleOrigin';

/** An answer that comes within this time opens no picker first, so that one place is gone to without a flash. */
const PATIENCE_MS = 250;

/** Whether a row of a new list stands for a row of the one before; that of the search changes its words. */
function isSameRow(row: PlaceItem, before: PlaceItem): boolean {
  if (row.kind === vscode.QuickPickItemKind.Separator) return false;
  if (before.search !== undefined) return row.search !== undefined;
  return row.label === before.label && row.description === before.description && row.detail === before.detail;
}

/** One quick pick over the owners of one tag, from its first question to its end. */
class OwnersPicker {
  private readonly owned = new DisposableList();
  private readonly pick = this.owned.add(vscode.window.createQuickPick<PlaceItem>());
  private readonly cancel = this.owned.add(new vscode.CancellationTokenSource());
  private readonly language: PlaceServices['language'];
  private readonly search: OccurrenceSearch;
  private readonly title: string;
  private owners: readonly TagOwner[] = [];
  private inList: readonly ListedOwner[] = [];
  /** What became of the row chosen last, when that opened nothing. */
  private problem: string | undefined;
  private listed = false;

  constructor(
    private readonly services: PlaceServices,
    private readonly tag: number,
  ) {
    this.language = services.language;
    const { text, literal } = tagSpellings(tag);
    this.title = vscode.l10n.t('Pool tag {0}, in C {1}', text, literal);
    this.search = this.owned.add(
      new OccurrenceSearch(services.language, tag, {
        changed: () => {
          this.render();
        },
        // Beside the list, not in it: the row somebody is about to choose stays where it is.
        progress: ({ done, total }) => {
          this.pick.title = vscode.l10n.t('{0}: {1} of {2} images searched', this.title, done, total);
        },
      }),
    );
    this.pick.title = this.title;
    this.pick.keepScrollPosition = true;
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
    const result = await this.language.request<OwnersResult>(ServerRequest.owners, params, this.cancel.token);
    this.inList = result.listed;
    return result.owners;
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
    this.owners = owners;
    this.problem = problem;
    this.render();
    // Nobody is seen using the tag: the weak evidence is all there is, so it is not waited for until it is asked for.
    if (owners.length === 0 && !this.isScanning && !this.search.wasStarted) void this.search.start();
  }

  /** A server that has just started has not said anything yet. */
  private get isScanning(): boolean {
    return this.language.scan?.state !== 'idle';
  }

  private render(): void {
    this.pick.busy = this.isScanning || this.search.running;
    if (!this.search.running) this.pick.title = this.title;
    const active = this.pick.activeItems[0];
    this.pick.items = [
      ...(this.problem === undefined ? [] : [{ label: `$(info) ${this.problem}`, alwaysShow: true }]),
      ...(this.owners.length === 0 ? [this.nothingFound(this.isScanning)] : ownerItems(this.owners)),
      ...listedItems(this.inList),
      ...this.search.rows(this.owners.length > 0),
    ];
    const same = active && this.pick.items.find((item) => isSameRow(item, active));
    if (same !== undefined) this.pick.activeItems = [same];
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
    if (item?.search === 'start') void this.search.start();
    if (item?.search === 'stop') this.search.stop();
    const { entry, occurrence } = item ?? {};
    if (entry !== undefined) await this.go(() => openPlace(this.services, entry.site, this.cancel.token));
    if (occurrence !== undefined) await this.go(() => openOccurrence(this.services, occurrence, this.cancel.token));
  }

  /** The row's button: the code, even where its source is at hand. */
  private async disassemble({ entry, occurrence }: PlaceItem): Promise<void> {
    const { disassembly } = this.services;
    const site = entry?.site ?? (occurrence && instructionSite(occurrence));
    if (site !== undefined) await this.go(() => disassembly.open(site, this.cancel.token));
  }

  /** Goes where somebody chose to go; what keeps it from there joins the list. */
  private async go(open: () => Promise<string | undefined>): Promise<void> {
    this.pick.busy = true;
    const problem = await this.tryOpen(open);
    if (this.cancel.token.isCancellationRequested || problem === undefined) return;
    this.problem = problem;
    this.render();
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
