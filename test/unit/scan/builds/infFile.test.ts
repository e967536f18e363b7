/** Services an INF installs, in the spellings real ones have; and whose default tag they make. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { driverDefaultTag } from '../../../../server/core/tags/driverDefaultTag';
import { infServices } from '../../../../server/scan/builds/infFile';
import { loadProjects, ProjectMap } from '../../../../server/scan/builds/projects';
import { tagToText } from '../../../../src/shared/poolTag';
import { temporaryFolder } from '../../../support/temporaryFolder';

const INF = String.raw`
; a comment with [NotASection] and AddService = no, 2, no
[Version]
Signature="$WINDOWS NT$"
[Toaster.NT.Services]
AddService = %Service% , 0x2, Toaster_Install ; the function driver
AddService = Filter, \
    0, filter_install
AddService = "Quoted;Name", , Elsewhere
[Null.Services]
AddService=,2
[Toaster_Install]
DisplayName = "a; b"
ServiceBinary = %12%\%Binary%
[filter_install]
ServiceBinary=%13%\$(TARGET).sys
[STRINGS]
Service = "WdfToaster"
Binary = toaster.SYS
[Strings.0407]
Service = "Anders"
`;

test('AddService with strings, continued lines, quotes; a null service is none', () => {
  assert.deepEqual(infServices(INF), [
    { name: 'WdfToaster', binary: 'toaster.SYS' },
    { name: 'Filter' },
    { name: 'Quoted;Name' },
  ]);
  assert.deepEqual(infServices(INF.replaceAll('\n', '\r\n')), infServices(INF));
  assert.deepEqual(infServices('[a]\nAddService=%Unknown%,2,b'), []);
  assert.deepEqual(infServices('\u0000[=%[AddService'), []);
});

test('the default tag is made of the name, without a leading WDF', () => {
  const text = (service: string): string => tagToText(driverDefaultTag(service));
  assert.equal(text('toaster'), 'toas');
  assert.equal(text('WdfToaster'), 'Toas');
  assert.equal(text('WDFabcd'), 'abcd');
  assert.equal(text('wdfabc'), 'FxDr');
  assert.equal(text('usb'), 'FxDr');
  assert.equal(text('Tést'), 'FxDr');
});

test('a file belongs to the services that load its driver: by the binary, nearest first, in any encoding', async (t) => {
  const root = temporaryFolder(t);
  const write = async (name: string, content: string | Buffer): Promise<string> => {
    const path = join(root, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, content);
    return path;
  };
  const driver = (name: string): string =>
    `<Project><ConfigurationType>Driver</ConfigurationType><TargetName>${name}</TargetName></Project>`;
  const inf = (service: string, binary: string): string =>
    `[i]\r\nAddService=${service},2,s\r\n[s]\r\nServiceBinary=%12%\\${binary}\r\n`;
  const files = [
    await write('pkg/one.inf', Buffer.from(`\ufeff${inf('OneSvc', 'one.sys')}`, 'utf16le')),
    await write('one/one.vcxproj', driver('one')),
    await write('two/two.vcxproj', driver('two')),
    await write('two/two.inx', inf('TwoSvc', '%Unknown%')),
    await write('three/a.vcxproj', driver('three')),
    await write('three/three.inf', inf('Three', 'three.sys')),
    await write('three/old/three.inf', inf('Old', 'three.sys')),
  ];
  const map = new ProjectMap(await loadProjects(files));
  const services = (name: string): readonly string[] => map.servicesOf(join(root, name))?.names ?? [];
  assert.deepEqual(services('one/a.c'), ['OneSvc']);
  assert.deepEqual(services('two/sub/a.c'), ['TwoSvc']);
  assert.deepEqual(services('three/a.c'), ['Three']);
  assert.deepEqual(services('pkg/a.c'), ['OneSvc']);
  assert.deepEqual(services('elsewhere/a.c'), []);
  assert.equal(map.moduleOf(join(root, 'two/a.c')), 'two.sys');
});
