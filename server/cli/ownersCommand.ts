/**
 * `poollens owners`: for each tag, the modules that use it, best evidence first.
 */
import { tagFromText, type PoolTag } from '../../src/shared/poolTag';
import { ownersOf } from '../core/index/owners';
import { TagIndex } from '../core/index/tagIndex';
import { ownerLine } from '../core/report/contractLines';
import { pathShower } from '../scan/paths';
import { ExitStatus, UsageError, type Command, type Io } from './command';
import { parseCommandLine, runScan, SCAN_OPTIONS, SCAN_OPTIONS_HELP } from './scanArguments';

const OPTIONS = { ...SCAN_OPTIONS, in: { type: 'string', multiple: true } } as const;

export const ownersCommand: Command = {
  name: 'owners',
  summary: 'say which modules use a tag, best evidence first',
  help: `poollens owners <TAG…> --in <path…>

One JSON line for each module that uses a tag. TAG is the text as PoolMon shows it (Fred), or 0x64657246.

  --in PATH…             files and folders to look in
${SCAN_OPTIONS_HELP}

Exit status: 0 done; 2 wrong usage, or a given path can't be read.`,
  run,
};

/** `--in a b c` takes all that follows up to the next option, which parseArgs can't do: repeats the option for it. */
function repeatIn(args: readonly string[]): string[] {
  const repeated: string[] = [];
  let inside = false;
  for (const arg of args) {
    if (arg === '--in') inside = true;
    else if (arg.startsWith('-')) {
      inside = false;
      repeated.push(arg);
    } else if (inside) repeated.push(`--in=${arg}`);
    else repeated.push(arg);
  }
  return repeated;
}

async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseCommandLine(repeatIn(args), OPTIONS);
  const paths = values.in ?? [];
  if (positionals.length === 0) throw new UsageError('owners: name at least one tag');
  if (paths.length === 0) throw new UsageError('owners: name files or folders with --in');
  const tags = positionals.map(parseTag);
  const index = new TagIndex();
  const outcome = await runScan(paths, values, io, {
    facts: (facts) => {
      index.replace(facts);
    },
    issue: () => undefined,
  });
  const showPath = pathShower(paths, io.cwd);
  for (const tag of tags) {
    for (const owner of ownersOf(index, tag)) io.stdout.line(JSON.stringify(ownerLine(owner, showPath)));
  }
  return outcome.unreadableRoots.length > 0 ? ExitStatus.usage : ExitStatus.done;
}

function parseTag(text: string): PoolTag {
  const tag = tagFromText(text);
  if (tag === undefined)
    throw new UsageError(`'${text}' is no pool tag: one to four characters, or 0x and eight digits`);
  return tag;
}
