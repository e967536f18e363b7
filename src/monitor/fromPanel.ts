/**
 * Messages of the webview, checked as they come in: the page shows hostile text, so what it says is not trusted.
 */
import { ALL_SESSIONS_SCOPE, sessionOfScope, SYSTEM_SCOPE } from '../shared/monitorProtocol';
import { EXPORT_FORMATS, MOST_TAGS_ASKED, type FromPanel, type PanelCommand } from '../shared/panelMessages';
import { MOST_TRACED } from '../shared/trace';

const COMMANDS: Readonly<Record<PanelCommand, true>> = {
  openLive: true,
  openRecording: true,
  openCapture: true,
  connect: true,
  chooseSession: true,
  setBaseline: true,
  markMoment: true,
  chooseBaseline: true,
  pause: true,
  resume: true,
  refresh: true,
  restart: true,
  record: true,
  export: true,
  showLog: true,
};

function isCommand(value: unknown): value is PanelCommand {
  return typeof value === 'string' && Object.hasOwn(COMMANDS, value);
}

function isTag(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0xffff_ffff;
}

function isTagList(value: unknown, most = MOST_TAGS_ASKED): value is readonly number[] {
  return Array.isArray(value) && value.length <= most && value.every(isTag);
}

/** A hundred thousand rows with all columns are some fifty million characters. */
const LONGEST_TEXT = 100_000_000;
function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT;
}

/** The layout is kept as it comes, but not whatever its size: all columns take some three thousand characters. */
const LONGEST_LAYOUT = 20_000;
function isShort(value: object): boolean {
  return JSON.stringify(value).length <= LONGEST_LAYOUT;
}

function isScope(scope: string): boolean {
  return scope === SYSTEM_SCOPE || scope === ALL_SESSIONS_SCOPE || sessionOfScope(scope) !== undefined;
}

/** Characters of base64: 24 MiB. */
const LONGEST_PICTURE = 32 << 20;

function isSpan(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}

/** Undefined when it is none of ours. */
export function fromPanel(data: unknown): FromPanel | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const message = data as Readonly<Record<string, unknown>>;
  const {
    type,
    tag,
    tags,
    layout,
    text,
    format,
    paged,
    spanMs,
    data: picture,
    command,
    intervalMs,
    minutes,
    index,
    scope,
  } = message;
  switch (type) {
    case 'ready':
      return { type };
    case 'openTag':
      return Number.isInteger(tag) ? { type, tag: Number(tag) >>> 0 } : undefined;
    case 'describe':
      return isTagList(tags) ? { type, tags } : undefined;
    case 'copy':
      return isText(text) ? { type, text } : undefined;
    case 'exported': {
      const known = EXPORT_FORMATS.find((name) => name === format);
      return known !== undefined && isText(text) ? { type, format: known, text } : undefined;
    }
    case 'keepLayout':
      return typeof layout === 'object' && layout !== null && isShort(layout) ? { type, layout } : undefined;
    case 'command':
      return isCommand(command) ? { type, command } : undefined;
    case 'setScope':
      return typeof scope === 'string' && isScope(scope) ? { type, scope } : undefined;
    case 'setInterval':
      return typeof intervalMs === 'number' && Number.isFinite(intervalMs) ? { type, intervalMs } : undefined;
    case 'setGrowthWindow':
      return typeof minutes === 'number' && Number.isFinite(minutes) ? { type, minutes } : undefined;
    case 'traces':
      return isTagList(tags, MOST_TRACED) && isSpan(spanMs) ? { type, tags, spanMs } : undefined;
    case 'companions':
      return isTag(tag) && isSpan(spanMs) ? { type, tag, paged: paged === true, spanMs } : undefined;
    case 'picture':
      return typeof picture === 'string' && picture.length < LONGEST_PICTURE ? { type, data: picture } : undefined;
    case 'seek':
      return Number.isSafeInteger(index) && Number(index) >= 0 ? { type, index: Number(index) } : undefined;
    default:
      return undefined;
  }
}
