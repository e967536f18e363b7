/**
 * Every id that package.json and the code share: commands, settings, views, context keys.
 * A test compares them with the manifest, its translations and the README.
 */
export const Command = {
  openPanel: 'poollens.openPanel',
  openLive: 'poollens.openLive',
  openRecording: 'poollens.openRecording',
  openCapture: 'poollens.openCapture',
  openClipboard: 'poollens.openClipboard',
  openSelection: 'poollens.openSelection',
  connect: 'poollens.connect',
  chooseSession: 'poollens.chooseSession',
  showBigAllocations: 'poollens.showBigAllocations',
  startMonitor: 'poollens.startMonitor',
  stopMonitor: 'poollens.stopMonitor',
  setInterval: 'poollens.setInterval',
  pause: 'poollens.pause',
  resume: 'poollens.resume',
  refresh: 'poollens.refresh',
  startRecording: 'poollens.startRecording',
  stopRecording: 'poollens.stopRecording',
  exportReading: 'poollens.exportReading',
  findTag: 'poollens.findTag',
  copyDebuggerCommands: 'poollens.copyDebuggerCommands',
  chartTag: 'poollens.chartTag',
  leakHunt: 'poollens.leakHunt',
  markMoment: 'poollens.markMoment',
  setBaseline: 'poollens.setBaseline',
  chooseBaseline: 'poollens.chooseBaseline',
  clearBaseline: 'poollens.clearBaseline',
  openDisassembledSource: 'poollens.openDisassembledSource',
  copyRows: 'poollens.copyRows',
  exportView: 'poollens.exportView',
  chooseColumns: 'poollens.chooseColumns',
  resetColumns: 'poollens.resetColumns',
  showKeys: 'poollens.showKeys',
  rescan: 'poollens.rescan',
  restartServer: 'poollens.restartServer',
  restartMonitor: 'poollens.restartMonitor',
  showLog: 'poollens.showLog',
} as const;
export type CommandId = (typeof Command)[keyof typeof Command];

export const Setting = {
  monitorInterval: 'poollens.monitor.interval',
  monitorGrowthWindow: 'poollens.monitor.growthWindow',
  monitorStatusBar: 'poollens.monitor.statusBar',
  monitorAutoStart: 'poollens.monitor.autoStart',
  monitorRecording: 'poollens.monitor.recording',
  monitorCommands: 'poollens.monitor.commands',
  lintEnable: 'poollens.lint.enable',
  lintRules: 'poollens.lint.rules',
  scanEnable: 'poollens.scan.enable',
  scanExclude: 'poollens.scan.exclude',
  scanFolders: 'poollens.scan.folders',
  sourceConfiguration: 'poollens.source.configuration',
  sourcePlatform: 'poollens.source.platform',
  allocators: 'poollens.allocators',
  symbolsPath: 'poollens.symbols.path',
  symbolsSourceMap: 'poollens.symbols.sourceMap',
  pooltagFile: 'poollens.pooltag.file',
} as const;
export type SettingId = (typeof Setting)[keyof typeof Setting];

/** Scheme of read-only documents with code of an image. */
export const IMAGE_SCHEME = 'poollens-image';

/** Scheme of read-only documents that say what a lint rule is about. */
export const RULE_SCHEME = 'poollens-rule';

/** Scheme of read-only documents with big allocations of a tag. */
export const BIG_ALLOCATIONS_SCHEME = 'poollens-big-allocations';

export const View = {
  container: 'poollens',
  monitor: 'poollens.monitor',
} as const;

export const ContextKey = {
  /** A source is open and sampling. */
  running: 'poollens.running',
  /** A source is open and paused. */
  paused: 'poollens.paused',
  recording: 'poollens.recording',
  /** The source is a live machine, which can be asked for sessions and big allocations. */
  live: 'poollens.live',
} as const;
