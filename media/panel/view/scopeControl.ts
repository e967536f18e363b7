/**
 * Whose pools are shown: the system's, those of all sessions, or one session's. A button where that can be chosen (a
 * live machine), else a text; PoolMon's digits choose a session by its number. Asks; which sessions there are it doesn't know.
 */
import { sessionOfScope, sessionScope, SYSTEM_SCOPE } from '../../../src/shared/monitorProtocol';
import { element, icon, setText } from './dom';

const TEXTS = {
  system: 'System',
  choose: (scope: string): string => `Pools of: ${scope}. Choose a session`,
  notLive: 'Sessions are told apart on a live machine only',
} as const;

export interface ScopeEvents {
  /** A list of the sessions is wanted. */
  choose(): void;
  set(scope: string): void;
  announce(text: string): void;
}

export class ScopeControl {
  readonly node = element('span', { className: 'source-scope' });
  private readonly button: HTMLButtonElement;
  private readonly label = element('span');
  private readonly text = element('span');
  private live = false;
  private scope = SYSTEM_SCOPE;

  constructor(private readonly events: ScopeEvents) {
    this.button = element('button', { className: 'scope-button', attributes: { type: 'button' } });
    this.button.append(this.label, icon('chevron-down'));
    this.button.addEventListener('click', () => events.choose());
    this.node.append(this.button, this.text);
    this.show();
  }

  setLive(live: boolean): void {
    this.live = live;
    this.show();
  }

  setScope(scope: string): void {
    if (scope === this.scope) return;
    this.scope = scope;
    this.show();
  }

  choose(): void {
    if (this.live) this.events.choose();
    else this.events.announce(TEXTS.notLive);
  }

  /** PoolMon's digit: that session's pools; those of the system again where they are shown already. */
  toggleSession(session: number): void {
    if (!this.live) this.events.announce(TEXTS.notLive);
    else this.events.set(sessionOfScope(this.scope) === session ? SYSTEM_SCOPE : sessionScope(session));
  }

  private show(): void {
    const name = this.scope.charAt(0).toUpperCase() + this.scope.slice(1);
    this.button.hidden = !this.live;
    this.text.hidden = this.live;
    setText(this.label, name);
    this.button.title = TEXTS.choose(name);
    this.button.setAttribute('aria-label', this.button.title);
    // A file shows the system's pools unless it says otherwise.
    setText(this.text, this.scope === SYSTEM_SCOPE ? '' : name);
    this.node.hidden = !this.live && this.scope === SYSTEM_SCOPE;
  }
}
