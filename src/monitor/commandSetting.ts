/**
 * What the setting `poollens.monitor.commands` holds, checked at this border. Pure.
 */
import type { CommandSpec } from '../shared/monitorProtocol';

export interface CommandSetting {
  readonly commands: readonly CommandSpec[];
  /** One line each, in English, for the log: why an entry is not offered. */
  readonly problems: readonly string[];
}

const SPEAKS: readonly unknown[] = ['monitor', 'text'];

/** `{ "Name": { "run": ["ssh", "target", …], "speaks": "monitor" } }` */
export function readCommandSetting(value: unknown): CommandSetting {
  const commands: CommandSpec[] = [];
  const problems: string[] = [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { commands, problems };
  for (const [name, entry] of Object.entries(value as Readonly<Record<string, unknown>>)) {
    const { run, speaks = 'monitor' } = (typeof entry === 'object' && entry !== null ? entry : {}) as {
      readonly run?: unknown;
      readonly speaks?: unknown;
    };
    const isText = (part: unknown): part is string => typeof part === 'string' && !part.includes('\0');
    if (name.trim() === '') problems.push('a command has no name');
    else if (!Array.isArray(run) || !run.every(isText) || (run[0] ?? '') === '') {
      problems.push(`${name}: "run" must list a program and its arguments, each a text of its own`);
    } else if (!SPEAKS.includes(speaks)) problems.push(`${name}: "speaks" must be "monitor" or "text"`);
    else commands.push({ kind: 'command', name, run, speaks: speaks === 'text' ? 'text' : 'monitor' });
  }
  return { commands, problems };
}

/** The command as a person would type it, to be read and agreed to: what could be mistaken is quoted or spelled out. */
export function commandLine(run: readonly string[]): string {
  // Characters that reorder text or can't be seen would show another command than the one that runs.
  const shown = (part: string): string =>
    JSON.stringify(part).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (unseen) =>
      Array.from(
        { length: unseen.length },
        (_, at) => `\\u${unseen.charCodeAt(at).toString(16).padStart(4, '0')}`,
      ).join(''),
    );
  return run.map((part) => (/^[\w@%+=:,./\\-]+$/.test(part) ? part : shown(part))).join(' ');
}
