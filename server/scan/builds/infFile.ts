/**
 * The services an INF installs: what AddService names, with the driver each one loads. Read as text; nothing is installed
 * and no file it names is opened.
 */
import { baseName } from '../../../src/shared/baseName';

export interface InfService {
  readonly name: string;
  /** File name of the service's binary; absent where its section does not say it in plain words. */
  readonly binary?: string;
}

const MOST_LINES = 100_000;
const MOST_SERVICES = 64;

interface Section {
  readonly name: string;
  readonly lines: readonly string[];
}

/** Services of an INF or INX in the order of the file, each once. Never throws on text. */
export function infServices(text: string): InfService[] {
  const sections = readSections(text);
  const strings = readStrings(sections);
  const services = new Map<string, InfService>();
  for (const { lines } of sections) {
    for (const line of lines) {
      const [, value] = /^AddService\s*=(.*)$/i.exec(line) ?? [];
      if (value === undefined || services.size >= MOST_SERVICES) continue;
      const [name = '', , install = ''] = splitValues(value).map((part) => substitute(part, strings));
      // `AddService = ,2` says that the device needs none.
      if (name === '' || /[%$\\/]/.test(name)) continue;
      const binary = binaryOf(sections, install, strings);
      const key = name.toLowerCase();
      if (services.get(key)?.binary === undefined) services.set(key, { name, ...(binary && { binary }) });
    }
  }
  return [...services.values()];
}

function readSections(text: string): Section[] {
  const sections: { name: string; lines: string[] }[] = [];
  const lines = text.replace(/\\[ \t]*\r?\n/g, '').split(/\r?\n/, MOST_LINES);
  for (const raw of lines) {
    const line = withoutComment(raw).trim();
    const [, name] = /^\[([^\]]*)\]/.exec(line) ?? [];
    if (name !== undefined) sections.push({ name: name.trim().toLowerCase(), lines: [] });
    else if (line !== '') sections.at(-1)?.lines.push(line);
  }
  return sections;
}

/** A semicolon begins a comment unless it stands in quotes. */
function withoutComment(line: string): string {
  const [kept = ''] = /^(?:[^;"]|"[^"]*"|")*?(?=;|$)/.exec(line) ?? [];
  return kept;
}

/** `name = "value"` of [Strings]; those of a language count where the plain ones lack a name. */
function readStrings(sections: readonly Section[]): ReadonlyMap<string, string> {
  const strings = new Map<string, string>();
  const ofStrings = sections.filter(({ name }) => /^strings(?:\.|$)/.test(name));
  for (const { lines } of ofStrings.sort((a, b) => a.name.length - b.name.length)) {
    for (const line of lines) {
      const [, key, value] = /^([^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
      const name = unquoted(key ?? '').toLowerCase();
      if (value !== undefined && !strings.has(name)) strings.set(name, unquoted(value));
    }
  }
  return strings;
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  return /^".*"$/.test(trimmed) ? trimmed.slice(1, -1).replaceAll('""', '"') : trimmed;
}

/** Values between commas outside quotes. */
function splitValues(text: string): string[] {
  return [...text.matchAll(/(?:"[^"]*"|[^,"])+|(?<=,)(?=,|$)|^(?=,)/g)].map(([part]) => unquoted(part));
}

/** `%token%` as [Strings] has it, `%%` as a percent sign; an unknown token stays. */
function substitute(text: string, strings: ReadonlyMap<string, string>): string {
  return text.replace(/%([^%]*)%/g, (whole, token: string) =>
    token === '' ? '%' : (strings.get(token.trim().toLowerCase()) ?? whole),
  );
}

/** File name in ServiceBinary of a service's section: `%12%\toaster.sys`. */
function binaryOf(
  sections: readonly Section[],
  install: string,
  strings: ReadonlyMap<string, string>,
): string | undefined {
  const wanted = install.toLowerCase();
  for (const { name, lines } of sections) {
    if (name !== wanted) continue;
    for (const line of lines) {
      const [, value] = /^ServiceBinary\s*=(.*)$/i.exec(line) ?? [];
      const file = value === undefined ? '' : baseName(substitute(unquoted(value), strings).replace(/^%\d+%/, ''));
      if (/^[^%$"]+\.sys$/i.test(file)) return file;
    }
  }
  return undefined;
}
