#!/usr/bin/env node
// Rebuilds test/windows/double/ntdllDouble.dll with gcc-mingw. The committed DLL is the same bytes on every machine with
// that compiler; the tests themselves need none.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePrograms } from './setup/apt.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const [compiler] = ensurePrograms(['x86_64-w64-mingw32-gcc'], ['gcc-mingw-w64-x86-64']);
const options = ['-O2', '-Wall', '-Wextra', '-Werror', '-Wno-cast-function-type', '-shared', '-s', '-static-libgcc'];
execFileSync(compiler, [...options, '-Wl,--no-insert-timestamp', '-o', 'ntdllDouble.dll', 'ntdllDouble.c'], {
  cwd: path.join(root, 'test', 'windows', 'double'),
  stdio: 'inherit',
});
