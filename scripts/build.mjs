#!/usr/bin/env node
// Builds dist/: eight Node bundles, the webview's bundle, the WebAssembly modules and koffi for one platform.
// `--watch` rebuilds on change; `--production` leaves source maps out; `--koffi=<platform>|none` chooses the native part.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyKoffi, hostPlatform } from './setup/koffi.mjs';
import { writeNotices } from './setup/notices.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Output name → entry point, for programs that run in Node. */
const nodeEntries = {
  extension: 'src/extension.ts',
  server: 'server/lsp/main.ts',
  cli: 'server/cli/main.ts',
  monitor: 'server/monitor/main.ts',
  scanWorker: 'server/scan/threads/scanWorker.ts',
  occurrenceWorker: 'server/scan/occurrence/occurrenceWorker.ts',
  disassemblyWorker: 'server/scan/oneImage/disassemblyWorker.ts',
  retagWorker: 'server/scan/oneImage/retagWorker.ts',
};
const panelEntry = 'media/panel/main.ts';
const chartsEntry = 'media/charts/main.ts';
const panelStyle = 'media/panel/panel.css';

/** Files that are read at run time beside the bundles. */
const copiedModules = [
  ...['web-tree-sitter', 'tree-sitter-c', 'tree-sitter-cpp', 'tree-sitter-rust'].map((name) => `${name}/${name}.wasm`),
  '@alexaltea/capstone-js/dist/capstone.wasm',
];

/** koffi is native: its loader must find the binary beside itself, so it is required from ./native, never bundled. */
const koffiBesideBundle = {
  name: 'koffi-beside-bundle',
  setup(build) {
    build.onResolve({ filter: /^koffi$/ }, () => ({ path: './native/koffi/index.cjs', external: true }));
  },
};

function existingEntries(entries) {
  const found = Object.entries(entries).filter(([name, file]) => {
    if (fs.existsSync(path.join(root, file))) return true;
    console.log(`skipped ${name}: ${file} does not exist yet`);
    return false;
  });
  return Object.fromEntries(found.map(([name, file]) => [name, path.join(root, file)]));
}

function nodeOptions(dist, production) {
  return {
    entryPoints: existingEntries(nodeEntries),
    outdir: dist,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // The `main` of several LSP packages is UMD, whose inner require calls no bundler can follow.
    mainFields: ['module', 'main'],
    external: ['vscode', './native/*'],
    // Its ES module asks for import.meta.url, which a CommonJS bundle has not.
    alias: { 'web-tree-sitter': path.join(root, 'node_modules/web-tree-sitter/web-tree-sitter.cjs') },
    plugins: [koffiBesideBundle],
    sourcemap: production ? false : 'linked',
    // Names stay readable: stack traces in logs are worth more than the bytes, and minified code alarms scanners.
    minifySyntax: production,
    minifyWhitespace: production,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  };
}

/** The webview's scripts (that of the charts is loaded when they are asked for), and its style whether the script imports it or it stands beside it. */
function panelOptions(dist, production) {
  const entry = path.join(root, panelEntry);
  const style = path.join(root, panelStyle);
  const imported = fs.existsSync(entry) && /import\s+['"][^'"]+\.css['"]/.test(fs.readFileSync(entry, 'utf8'));
  return {
    entryPoints: {
      ...existingEntries({ panel: panelEntry, charts: chartsEntry }),
      ...(!imported && fs.existsSync(style) ? { 'panel-style': style } : {}),
    },
    outdir: path.join(dist, 'media'),
    bundle: true,
    platform: 'browser',
    target: ['chrome122'],
    format: 'iife',
    loader: { '.ttf': 'file', '.svg': 'text' },
    assetNames: '[name]',
    sourcemap: production ? false : 'linked',
    minify: production,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  };
}

function finish(dist) {
  const style = path.join(dist, 'media', 'panel-style.css');
  if (fs.existsSync(style)) fs.renameSync(style, path.join(dist, 'media', 'panel.css'));
  const cli = path.join(dist, 'cli.js');
  if (fs.existsSync(cli)) {
    // Only the command line is started by name; a banner for all bundles would show in each of them.
    const text = fs.readFileSync(cli, 'utf8');
    if (!text.startsWith('#!')) fs.writeFileSync(cli, `#!/usr/bin/env node\n${text}`);
    fs.chmodSync(cli, 0o755);
  }
}

/**
 * Builds everything once.
 * @param {{ production?: boolean, koffi?: string, dist?: string }} options `koffi`: a platform such as `win32-x64`, or `none`.
 */
export async function build({ production = false, koffi = hostPlatform(), dist = path.join(root, 'dist') } = {}) {
  const started = Date.now();
  const esbuild = await import('esbuild');
  fs.mkdirSync(path.join(dist, 'media'), { recursive: true });
  for (const file of copiedModules) {
    fs.copyFileSync(path.join(root, 'node_modules', file), path.join(dist, path.basename(file)));
  }
  if (koffi !== 'none') copyKoffi(koffi, path.join(dist, 'native'));
  const results = await Promise.all(
    [nodeOptions(dist, production), panelOptions(dist, production)].map((options) => esbuild.build(options)),
  );
  finish(dist);
  writeNotices(
    path.join(dist, 'NOTICES.txt'),
    results.flatMap(({ metafile }) => Object.keys(metafile.inputs)),
  );
  console.log(`built ${path.relative(root, dist)} in ${Date.now() - started} ms`);
}

async function watch() {
  const esbuild = await import('esbuild');
  const dist = path.join(root, 'dist');
  await build();
  const finishPlugin = { name: 'finish', setup: (build) => build.onEnd(() => finish(dist)) };
  for (const options of [nodeOptions(dist, false), panelOptions(dist, false)]) {
    const context = await esbuild.context({ ...options, plugins: [...(options.plugins ?? []), finishPlugin] });
    await context.watch();
  }
  console.log('watching');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const flags = process.argv.slice(2);
  const koffi = flags.find((flag) => flag.startsWith('--koffi='))?.slice('--koffi='.length);
  if (flags.includes('--watch')) await watch();
  else await build({ production: flags.includes('--production'), ...(koffi === undefined ? {} : { koffi }) });
}
