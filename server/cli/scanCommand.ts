/**
 * `poollens scan`: every tag site in the given files and folders, a line each.
 */
import { resolve } from 'node:path';
import { pathShower } from '../scan/files/paths';
import { COLOUR_CHOICES, painter, wantsColour } from './colours';
import { ExitStatus, UsageError, type Command, type Io } from './command';
import { fileOutput, type Output } from './output';
import { choice, parseCommandLine, runScan, SCAN_OPTIONS, SCAN_OPTIONS_HELP } from './scanArguments';
import { NdjsonReport, TableReport, type ScanReport } from './scanReports';

const OPTIONS = {
  ...SCAN_OPTIONS,
  format: { type: 'string' },
  out: { type: 'string' },
  color: { type: 'string' },
} as const;

export const scanCommand: Command = {
  help: `poollens scan <path…>

Finds where pool tags are used, in C and C++ sources and PE images below the given files and folders.

  --format ndjson|table  one JSON object a line, or a table (default: table on a terminal, else ndjson)
  --out FILE             write to FILE instead of standard output
  --color auto|always|never
                         colours of the table (default: auto, on a terminal; NO_COLOR and FORCE_COLOR are heeded)
${SCAN_OPTIONS_HELP}

Exit status: 0 done; 2 wrong usage, or a given path can't be read.`,
  run,
};

async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals: paths } = parseCommandLine(args, OPTIONS);
  if (paths.length === 0) throw new UsageError('scan: name at least one file or folder');
  const fallback = io.terminal.stdout && values.out === undefined ? 'table' : 'ndjson';
  const format = choice('format', values.format ?? fallback, ['ndjson', 'table']);
  const output: Output = values.out === undefined ? io.stdout : fileOutput(resolve(io.cwd, values.out));
  const colour = choice('color', values.color ?? 'auto', COLOUR_CHOICES);
  const toTerminal = io.terminal.stdout && values.out === undefined;
  const showPath = pathShower(paths, io.cwd);
  const report: ScanReport =
    format === 'ndjson'
      ? new NdjsonReport(output, showPath)
      : new TableReport({
          output,
          showPath,
          paint: painter(wantsColour(colour, io.env, toTerminal)),
          width: toTerminal ? io.terminal.columns : undefined,
        });
  const outcome = await runScan(paths, values, io, report);
  report.finish(outcome);
  if (output !== io.stdout) output.end();
  return outcome.unreadableRoots.length > 0 ? ExitStatus.usage : ExitStatus.done;
}
