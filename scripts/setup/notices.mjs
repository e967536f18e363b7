// Licences of the packages that are inside the bundles, in one text beside them.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Packages that are shipped as files of their own rather than inside a bundle. */
const copiedPackages = ['tree-sitter-c', 'tree-sitter-cpp', 'tree-sitter-rust', 'web-tree-sitter'];

/** Licences of what packages have compiled in without carrying its text: package → a file beside this one. */
const compiledIn = { '@alexaltea/capstone-js': 'licences/capstone.txt' };

/** `node_modules/@scope/name` of a bundled file, nested ones included. */
function packageFolder(input) {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input.split(path.sep).join('/'))?.[1];
}

function notice(folder) {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
  const file = fs.readdirSync(path.join(root, folder)).find((name) => /^licen[sc]e/i.test(name));
  const text = file === undefined ? '' : fs.readFileSync(path.join(root, folder, file), 'utf8').trim();
  const inner = compiledIn[manifest.name];
  const more = inner === undefined ? '' : `\n${fs.readFileSync(path.join(root, 'scripts', 'setup', inner), 'utf8')}`;
  return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text}\n${more}`;
}

/**
 * Writes the notices.
 * @param {string} file
 * @param {readonly string[]} inputs Files that went into the bundles, relative to the repository.
 */
export function writeNotices(file, inputs) {
  const folders = new Set(copiedPackages.map((name) => `node_modules/${name}`));
  for (const input of inputs) {
    const folder = packageFolder(input);
    if (folder !== undefined) folders.add(folder);
  }
  const parts = [...folders].sort().map(notice);
  fs.writeFileSync(file, `PoolLens contains these packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`);
}
