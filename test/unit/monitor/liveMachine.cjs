// The production monitor over a kernel of the tests, as a script that plain node runs. SIGUSR2: it prints garbage.
'use strict';
require('tsx/cjs');
process.on('SIGUSR2', () => process.stdout.write('Kernel panic\r\n\r\nnot a message\r\n'));
require('./remoteMachine.ts');
