/**
 * `poollens owners`: for each tag, the modules that use it, best evidence first; the images are searched for the bare
 * value where there is none.
 */
import type { FileFacts } from '../../src/shared/facts';
import { tagFromText, tagToHex, withoutProtection, type PoolTag } from '../../src/shared/poolTag';
import type { TagOwner } from '../../src/shared/serverProtocol';
import type { TagOccurrence } from '../../src/shared/tagOccurrence';
import { isTelling } from '../core/binary/occurrence/tagNeedle';
import { groupBy } from '../core/index/groupBy';
import { occurrenceModules } from '../core/index/occurrenceModules';
import { ownersOf } from '../core/index/owners';
import { TagIndex } from '../core/index/tagIndex';
import { catalogueLine, occurrenceLine, ownerLine } from '../core/report/contractLines';
import { catalogueOwners } from '../core/tags/catalogue';
import { pathShower } from '../scan/files/paths';
import { searchOccurrences } from '../scan/occurrence/occurrenceSearch';
import { ExitStatus, UsageError, type Command, type Io } from './command';
import { loadPoolTagFile } from './poolTagOption';
import {
  occurrenceOptions,
  parseCommandLine,
  runScan,
  SCAN_OPTIONS,
  SCAN_OPTIONS_HELP,
  type ScanValues,
} from './scanArguments';
import { TerminalProgress } from './terminalProgress';

const OPTIONS = {
  ...SCAN_OPTIONS,
  in: { type: 'string', multiple: true },
  bytes: { type: 'boolean' },
  'no-bytes': { type: 'boolean' },
  'pooltag-file': { type: 'string' },
} as const;

interface ByteValues {
  readonly bytes?: boolean | undefined;
  readonly 'no-bytes'?: boolean | undefined;
}

export const ownersCommand: Command = {
  help: `poollens owners <TAG…> --in <path…>

One JSON line for each module that uses a tag, best evidence first. TAG is the text as PoolMon shows it (Fred), or
0x64657246. Where nobody is seen using a tag, the images are searched for its value: "constant" is an instruction
that makes it, "bytes" are the four bytes somewhere. Both may be chance.

  --in PATH…             files and folders to look in
  --bytes                search the images for the value of every tag, whoever else uses it
  --no-bytes             never search for the value
  --pooltag-file FILE    pooltag.txt of the Debugging Tools or the WDK: what it lists is evidence "catalogue"
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
  if (values.bytes === true && values['no-bytes'] === true) {
    throw new UsageError('owners: --bytes and --no-bytes exclude each other');
  }
  const tags = positionals.map(parseTag);
  const listed = values['pooltag-file'];
  const catalogue = listed === undefined ? undefined : await loadPoolTagFile(listed, io);
  const index = new TagIndex();
  const outcome = await runScan(paths, values, io, {
    facts: (facts) => {
      index.replace(facts);
    },
    issue: () => undefined,
  });
  const owners = new Map(tags.map((tag) => [tag, ownersOf(index, tag)]));
  const searched = tags.filter((tag) => isSearched(values, owners.get(tag) ?? []));
  const images = index.files().filter((facts) => facts.kind === 'image');
  const occurrences = await findOccurrences(images, searched, values, io);
  const showPath = pathShower(paths, io.cwd);
  for (const [tag, known] of owners) {
    const modules = occurrenceModules(occurrences.get(withoutProtection(tag)) ?? [], {
      known: known.map((owner) => owner.module),
      imageOf: (file) => index.facts(file)?.image,
    });
    const lines = [
      ...known.map((owner) => ownerLine(owner, showPath)),
      ...(catalogue === undefined ? [] : catalogueOwners(catalogue, tag).map(catalogueLine)),
      ...modules.map((module) => occurrenceLine(module, showPath)),
    ];
    for (const line of lines) io.stdout.line(JSON.stringify(line));
  }
  return outcome.unreadableRoots.length > 0 ? ExitStatus.usage : ExitStatus.done;
}

/** Weak evidence is looked for when asked for, or when there is no other. */
function isSearched(values: ByteValues, known: readonly TagOwner[]): boolean {
  return values.bytes === true || (values['no-bytes'] !== true && known.length === 0);
}

/** Occurrences of the tags in the images, by tag. */
async function findOccurrences(
  images: readonly FileFacts[],
  tags: readonly PoolTag[],
  values: ScanValues,
  io: Io,
): Promise<ReadonlyMap<PoolTag, readonly TagOccurrence[]>> {
  const telling = tags.filter(isTelling);
  for (const tag of tags) {
    if (!telling.includes(tag))
      io.warn(`poollens: four bytes like those of ${tagToHex(tag)} are everywhere: not searched`);
  }
  const found: TagOccurrence[] = [];
  if (telling.length > 0) {
    const progress = new TerminalProgress(io.terminal.stderr, 'searched');
    const files = images.map(({ file, size }) => ({ path: file, size }));
    try {
      await searchOccurrences(
        files,
        { ...occurrenceOptions(values, io), tags: telling },
        {
          found: (occurrences) => {
            for (const occurrence of occurrences) found.push(occurrence);
          },
          progress: (done, total) => {
            progress.show({ done, total });
          },
        },
        io.signal,
      );
    } finally {
      progress.clear();
    }
  }
  return groupBy(found, (occurrence) => occurrence.tag);
}

function parseTag(text: string): PoolTag {
  const tag = tagFromText(text);
  if (tag === undefined)
    throw new UsageError(`'${text}' is no pool tag: one to four characters, or 0x and eight digits`);
  return tag;
}
