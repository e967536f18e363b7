/**
 * `poollens monitor --stdio`: the monitor process itself, as the extension or a remote command starts it.
 */
import { runMonitor } from '../monitor/monitorServer';
import { ExitStatus, UsageError, type Command } from './command';
import { parseCommandLine } from './scanArguments';
import { productVersion } from './version';

export const monitorCommand: Command = {
  help: `poollens monitor --stdio

Serves samples to the PoolLens extension over standard input and output; also through a remote command, such as
ssh target poollens monitor --stdio. Ends when its standard input closes.`,
  async run(args) {
    const { values } = parseCommandLine(args, { stdio: { type: 'boolean' } } as const);
    if (values.stdio !== true) throw new UsageError('monitor: --stdio is the only way to speak with it');
    // Standard output is the protocol's: a stray console.log would break it.
    console.log = console.info = console.debug = console.error;
    await runMonitor(process.stdin, process.stdout, { version: productVersion() });
    return ExitStatus.done;
  },
};
