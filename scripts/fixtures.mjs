#!/usr/bin/env node
// Rebuilds every committed fixture: the demo drivers for x64, x86 and ARM64 with clang and lld, the demo's recording,
// the ntdll double, the PDB reader's drivers and those with calls of every kind. What comes out is what is committed, byte for byte.
// The result is the same on every machine: built in a copy, under the invented path D:\demo, with /Brepro.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePrograms } from './setup/apt.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const fixtures = path.join(root, 'test', 'fixtures');
const work = path.join(root, '.cache', 'fixtures');

const drivers = [
  { name: 'leaky', sources: ['leaky', 'client'] },
  { name: 'steady', sources: ['steady', 'pool'] },
];
const noVectors = ['-mno-sse', '-mno-mmx'];
const machines = [
  { name: 'x64', target: 'x86_64', dlltool: ['-m', 'i386:x86-64'], compile: noVectors, link: [] },
  { name: 'x86', target: 'i386', dlltool: ['-m', 'i386', '-k'], compile: noVectors, link: ['/safeseh:no'] },
  { name: 'arm64', target: 'aarch64', dlltool: ['-m', 'arm64'], compile: [], link: [] },
];

const programs = ['clang-19', 'lld-link-19', 'llvm-dlltool-19', 'llvm-rc-19'];

/** Runs a tool by its bare name in the work folder, so that no path of this machine reaches the PDB. */
function run(program, options) {
  execFileSync(program, options, { cwd: path.join(work, 'demo'), stdio: 'inherit' });
}

/** The .def for a machine: only x86 decorates names with the size of their arguments. */
function writeDefinition(machine) {
  const text = fs.readFileSync(path.join(fixtures, 'wdk', 'ntoskrnl.def'), 'utf8');
  const plain = text.replace(/^@?(\w+)@\d+$/gm, '$1');
  fs.writeFileSync(path.join(work, 'demo', 'ntoskrnl.def'), machine.name === 'x86' ? text : plain);
}

function buildDriver(machine, driver) {
  const output = `build/${machine.name}`;
  const objects = driver.sources.map((source) => `${output}/${source}.obj`);
  driver.sources.forEach((source, at) => {
    run('clang-19', [
      `--target=${machine.target}-pc-windows-msvc`,
      ...['-std=c11', '-O2', '-g', '-gcodeview', '-gno-codeview-command-line'],
      ...['-ffreestanding', '-fms-extensions', '-fno-stack-protector', '-mno-stack-arg-probe', ...machine.compile],
      ...['-Wall', '-Werror', '-Wno-multichar', '-fdebug-compilation-dir=D:\\demo'],
      ...['-I', '../wdk', '-c', `${driver.name}/${source}.c`, '-o', objects[at]],
    ]);
  });
  run('llvm-rc-19', ['/no-preprocess', '/fo', `${output}/${driver.name}.res`, `${driver.name}/${driver.name}.rc`]);
  run('lld-link-19', [
    ...['/driver', '/subsystem:native', '/entry:DriverEntry', '/nodefaultlib', '/Brepro', ...machine.link],
    ...['/debug', `/pdb:${output}/${driver.name}.pdb`, '/pdbaltpath:%_PDB%', '/pdbsourcepath:D:\\demo'],
    ...[`/out:${output}/${driver.name}.sys`, ...objects, `${output}/${driver.name}.res`, `${output}/ntoskrnl.lib`],
  ]);
}

ensurePrograms(programs, ['clang-19', 'lld-19', 'llvm-19']);
fs.rmSync(work, { recursive: true, force: true });
for (const folder of ['demo', 'wdk']) {
  fs.cpSync(path.join(fixtures, folder), path.join(work, folder), {
    recursive: true,
    filter: (file) => path.basename(file) !== 'build',
  });
}
for (const machine of machines) {
  fs.mkdirSync(path.join(work, 'demo', 'build', machine.name), { recursive: true });
  writeDefinition(machine);
  const library = `build/${machine.name}/ntoskrnl.lib`;
  run('llvm-dlltool-19', [...machine.dlltool, '-d', 'ntoskrnl.def', '-l', library]);
  for (const driver of drivers) buildDriver(machine, driver);
  const target = path.join(fixtures, 'demo', 'build', machine.name);
  fs.mkdirSync(target, { recursive: true });
  for (const { name } of drivers) {
    for (const kind of ['sys', 'pdb']) {
      const file = path.join(target, `${name}.${kind}`);
      fs.copyFileSync(path.join(work, 'demo', 'build', machine.name, `${name}.${kind}`), file);
      fs.chmodSync(file, 0o644);
    }
  }
}
for (const script of [
  'scripts/demoRecording.mjs',
  'scripts/ntdllDouble.mjs',
  'test/fixtures/pdb/build.mjs',
  'test/fixtures/signed/build.mjs',
  'test/fixtures/calls/build.mjs',
]) {
  execFileSync(process.execPath, [path.join(root, script)], { stdio: 'inherit' });
}
console.log(`built ${drivers.length} drivers for ${machines.map((machine) => machine.name).join(', ')}`);
