// Preloaded by node.exe (`-r`): puts the double in front of ntdll's export before the monitor looks it up.
const path = require('node:path');
const koffi = require(process.env.POOLLENS_DOUBLE_KOFFI);
const double = koffi.load(path.join(__dirname, 'ntdllDouble.dll'));
const failed = double.func('__stdcall', 'PoolLensInstallDouble', 'int', [])();
// koffi unloads a library nobody holds, and ntdll's export would then point nowhere.
globalThis.poolLensDouble = double;
if (failed !== 0) throw new Error(`the ntdll double could not be installed (step ${failed})`);
