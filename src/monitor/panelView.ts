/**
 * The view in VS Code's panel area. A hidden webview holds nothing and is told nothing; shown again, it asks, and gets
 * the last readings at once. Translates between the service and the webview; decides nothing.
 */
import * as vscode from 'vscode';
import { DisposableList } from '../dispose';
import type { OwnerLabels, TagNotes } from '../services';
import type { FromPanel, ToPanel } from '../shared/panelMessages';
import { fromPanel } from './fromPanel';
import type { MonitorService } from './monitorService';
import { panelHtml } from './panelHtml';
import { panelStatus } from './panelStatus';

/** Messages on their way to a webview that is slow to take them, past which it gets one full reading later instead. */
const MOST_ON_THE_WAY = 3;

export interface PanelViewServices {
  readonly extension: vscode.Uri;
  readonly service: MonitorService;
  readonly ownerLabels: OwnerLabels;
  readonly tagNotes: TagNotes;
  /** How the columns were left; undefined before anybody changed them. */
  layout(): unknown;
  readonly log: vscode.LogOutputChannel;
  /** The page has loaded: whatever else it is to know may be told. */
  loaded(): void;
  /** The view is shown for the first time. */
  shown(): void;
  received(message: Exclude<FromPanel, { readonly type: 'ready' | 'describe' }>): void;
}

export class PanelView implements vscode.WebviewViewProvider {
  private webview: vscode.Webview | undefined;
  private onTheWay = 0;
  private behind = false;
  private waiting: ToPanel[] = [];
  private readonly listeners = new DisposableList();

  constructor(private readonly services: PanelViewServices) {
    const { service, ownerLabels, tagNotes } = services;
    this.listeners.add(service.readings.onSample((sample) => this.postReading({ type: 'sample', sample })));
    this.listeners.add(service.readings.onGrowth((growth) => this.postReading({ type: 'growth', growth })));
    this.listeners.add(service.marks.onDidChange((marks) => this.post({ type: 'marks', marks })));
    this.listeners.add(service.readings.onClear(() => this.postReading({ type: 'clear' })));
    this.listeners.add(service.onDidChange(() => this.post({ type: 'status', status: panelStatus(service) })));
    this.listeners.add(tagNotes.onDidChange(() => this.post({ type: 'descriptions', descriptions: [], reset: true })));
    this.listeners.add(ownerLabels.onDidChange(() => void this.postOwners()));
  }

  dispose(): void {
    this.webview = undefined;
    this.listeners.dispose();
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { extension, service } = this.services;
    const { webview } = view;
    const media = vscode.Uri.joinPath(extension, 'dist', 'media');
    const address = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(media, name)).toString();
    const listeners = new DisposableList();
    webview.options = { enableScripts: true, localResourceRoots: [media] };
    listeners.add(
      webview.onDidReceiveMessage((data: unknown) => {
        const message = fromPanel(data);
        if (message === undefined) this.services.log.warn('the panel sent a message nobody knows');
        else if (message.type === 'ready') this.ready(webview);
        else if (message.type === 'describe') void this.postNotes(message.tags);
        else this.services.received(message);
      }),
    );
    listeners.add(
      view.onDidChangeVisibility(() => {
        if (!view.visible && this.webview === webview) this.webview = undefined;
      }),
    );
    view.onDidDispose(() => {
      if (this.webview === webview) this.webview = undefined;
      listeners.dispose();
    });
    webview.html = panelHtml({
      cspSource: webview.cspSource,
      script: address('panel.js'),
      style: address('panel.css'),
      language: vscode.env.language,
    });
    if (service.phase.kind === 'idle') this.services.shown();
  }

  /** The page has loaded and knows nothing. */
  private ready(webview: vscode.Webview): void {
    this.webview = webview;
    this.onTheWay = 0;
    const layout = this.services.layout();
    if (layout !== undefined) this.post({ type: 'layout', layout });
    this.post({ type: 'status', status: panelStatus(this.services.service) });
    this.post({ type: 'marks', marks: this.services.service.marks.all });
    this.replay();
    for (const message of this.waiting.splice(0)) this.post(message);
    this.services.loaded();
    void this.postOwners();
  }

  private replay(): void {
    this.behind = false;
    this.post({ type: 'clear' });
    const { service } = this.services;
    for (const sample of service.readings.replay()) this.post({ type: 'sample', sample });
    const growth = service.readings.replayGrowth();
    if (growth !== undefined) this.post({ type: 'growth', growth });
  }

  /** A reading, or its end. A page that cannot keep up misses some and is then told all at once. */
  private postReading(message: ToPanel): void {
    if (this.onTheWay >= MOST_ON_THE_WAY) this.behind = true;
    else if (!this.behind) this.post(message);
  }

  private post(message: ToPanel): void {
    const { webview } = this;
    if (webview === undefined) return;
    this.onTheWay += 1;
    const arrived = (): void => {
      if (this.webview !== webview) return;
      this.onTheWay = Math.max(0, this.onTheWay - 1);
      if (this.behind && this.onTheWay === 0) this.replay();
    };
    webview.postMessage(message).then(arrived, arrived);
  }

  /** An answer to what the page asked, or a wish for it; a hidden page gets none. */
  tell(message: ToPanel): void {
    this.post(message);
  }

  /** The same to a page that may still have to load: it is told then. */
  tellWhenReady(message: ToPanel): void {
    if (this.webview === undefined) this.waiting.push(message);
    else this.post(message);
  }

  private async postOwners(): Promise<void> {
    const { webview } = this;
    if (webview === undefined) return;
    const owners = await this.services.ownerLabels.request();
    if (this.webview === webview) this.post({ type: 'owners', owners, reset: true });
  }

  private async postNotes(tags: readonly number[]): Promise<void> {
    const { webview } = this;
    if (webview === undefined) return;
    const descriptions = await this.services.tagNotes.request(tags);
    if (this.webview === webview && descriptions.length > 0) {
      this.post({ type: 'descriptions', descriptions, reset: false });
    }
  }
}
