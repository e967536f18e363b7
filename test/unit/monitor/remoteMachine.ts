/**
 * A machine elsewhere, for tests: the production monitor on standard input and output, over a kernel of the tests.
 */
import { runMonitor } from '../../../server/monitor/monitorServer';
import { fakeKernel } from './fakeKernel';

const sessions = (process.env['POOLLENS_TEST_SESSIONS'] ?? '1,4').split(',').map(Number);
const kernel = fakeKernel({ tags: 500, grow: 1, sessions, big: [[0x64657246, 0xffff8a0b00001001n, 8192]] });
void runMonitor(process.stdin, process.stdout, { version: '1.2.3', ntdll: { query: kernel.query } }).then(() =>
  process.exit(0),
);
