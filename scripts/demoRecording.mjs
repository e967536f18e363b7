#!/usr/bin/env node
// Writes the demo's recorded session: three minutes of an invented machine on which leaky.sys forgets its messages.
// Deterministic: the same bytes on every machine. `npm run fixtures` calls it; a test compares the committed file.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const demoRecordingFile = path.join(root, 'test', 'fixtures', 'demo', 'leak.poolrec');

const SAMPLES = 180;
const START = Date.UTC(2026, 2, 2, 9, 30, 0);
const PAGE = 4096;

// Tags with their weight on a machine that does some work: pool (N nonpaged, P paged), outstanding blocks, bytes a
// block, allocations a second. Names as they are seen in public output; the numbers are invented.
const HEAVY = `
MmSt P 41200 2640 310|EtwB N 640 69632 0|NtfF P 28400 1600 14|File N 66800 400 2300|NtxF N 61000 152 90
ConT N 2350 12288 2|Thre N 3100 2560 6|Proc N 260 3968 1|Even N 58000 128 860|MmCa N 31900 352 75
FMsl N 38600 224 210|FMfn P 24100 512 260|Ntff N 12400 400 70|CM25 P 3300 4480 0|CM16 P 1900 4352 0
IoNm P 27800 192 1900|Toke P 3900 1792 120|ObNm P 16400 112 700|Key  P 21000 144 1300|Vad  N 52000 160 420
VadS N 61000 96 610|MmPb P 140 65536 0|smNp N 900 4096 0|Pool N 11 466944 0|DxgK P 5200 1040 35
Vi12 N 480 17408 4|AleE N 31000 160 210|Irp  N 2100 976 1500|SeTd P 3400 512 60|Sema N 15200 112 90
Mdl  N 3300 272 1100|Wmip P 9600 208 12|RaEW N 64 131072 0|HdAu N 22 196608 0|Ntf0 P 4200 1024 5
`;

const OTHERS = `
AcpA AcpB AcpD AcpF AcpI AcpM AcpO AcpP AcpS AcpT AcpX AfdB AfdC AfdE AfdL AfdP AfdS AfdX AfdZ AlAn AlEv AlHa AlMs AlPo
AlRe ArFs Arpc Atom BCSP BCTY Bmfd BthA BthP Bthe CBRe CCFG CIcr CIha CM10 CM17 CM29 CM31 CM39 CM44 CM53 CMA7 CMAl CMCa
CMDc CMIn CMNb CMSb CMVI CMVa CMVn CMkb CMpa CNSM CSMc CTXt CcBc CcBr CcDw CcFn CcLz CcOb CcPf CcPv CcSc CcVa CcVl CcWk
CdpM Cdma ClfA ClfB ClfI Clfs Cngb CosX Csdk DCac DEag DEcm DEfl DEvd DEwp DMpn DSSt Dacl DbCb DbEv DcbC Desk DevR Dfb0
Dfs0 Dfsm DiCM Dire DmH1 Driv DrvK Dump DxgA DxgC DxgD DxgP DxgS ETWQ EcFS EtwA EtwC EtwD EtwF EtwG EtwL EtwP EtwR EtwS
EtwU EtwW EtwX FCrM FDrp FIcs FIPc FLfl FLln FLsh FMca FMct FMdl FMea FMfc FMfi FMfl FMib FMic FMil FMin FMis FMla FMnc
FMng FMnn FMoa FMpl FMrp FMsc FMsd FMsr FMtn FMtp FMtr FMvf FMvj FMvo FOCX FSfc FSfm FSim FSrd FSrn FSun Fat  FatB FatC
FatD FatE FatF FatI FatN FatV FatW FbCx FlSc FltM FxDr FxIr FxRg GDEV GFil GPal GTmp Gcac Gdbr Gh05 Gla1 Gla5 Gpff Gtff
HCIN HTab Hal  HalD HidC HidP HpMM HvlR I8042 IPdc IPmf IUct Ica  InMp InNc Inpf IoCo IoDn IoEr IoFu IoOp IoSD IoTi IoUs
IoWI IpAD IpFR IpNI Iprt KDNF KSah KSbs KSec KSfd KSoh KeTi Ksec LBpn LBvn LXSS LeoC LfsI LpcM Lsap MPai Mcst MmAc MmCI
MmCm MmDb MmEx MmIn MmLd MmPg MmRl MmSW MmSb MmSc MmSi MmSm MmTb MmVs Mn0  MsFC MuFn Muta NDam NDbi NDpb NDpp NLcc NLpd
NMpt NSpg NDtk NbtA Ndrv Netb Nls  NmPr NpEv NpFc NpFs NpFw NpFr NtFA NtFB NtFC NtFD NtFH NtFI NtFL NtFS NtFa NtFd NtFf
NtFs NtFv NtfC NtfE Ntfc Ntfi Ntfn Ntfo Ntfr None ObCI ObDi ObHd ObSq ObSt ObTd PDpf Pcic Pfmp PmRP PnP  PoEv PpEE PpLi
`;

/** Tags of the two demo drivers besides the leak; `steady` frees what it allocates. */
const DRIVERS = 'Demo P 3 64 0|Demo N 1 48 0|Stdy N 1 128 0|StRq N 24 32 180|SstD N 1 144 0|Wdm  P 1 112 0';

/** A small generator with one 32-bit state (mulberry32): numbers from 0 to 1. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** About normal, from -3 to 3: no function whose last bit differs between machines. */
function bell(random) {
  return random() + random() + random() + random() + random() + random() - 3;
}

function parseTags(text) {
  return text
    .split(/[|\n]/)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [pool, blocks, size, rate] = line.slice(5).split(' ');
      return { name: line.slice(0, 4), pool, blocks: Number(blocks), size: Number(size), rate: Number(rate) };
    });
}

/** Weights for the many small tags: most hold little and half of them never move. */
function inventTags(random) {
  const names = OTHERS.split('\n').flatMap((line) => line.match(/\S+ */g) ?? []);
  return [...new Set(names.map((name) => name.slice(0, 4).trimEnd().padEnd(4)))].flatMap((name) => {
    const pools = random() < 0.12 ? ['N', 'P'] : random() < 0.55 ? ['N'] : ['P'];
    return pools.map((pool) => {
      const depth = random() * random();
      const blocks = 1 + Math.floor(3000 * depth * depth * random());
      const size = 16 * (2 + Math.floor(60 * random() * random()));
      const rate = random() < 0.5 ? 0 : Math.floor(220 * random() * random() * random());
      return { name, pool, blocks, size, rate };
    });
  });
}

/** Blocks of one tag in one pool over time: they swing around their start; `allocs - frees` is always what stands. */
function counter(tag, random) {
  const past = tag.rate === 0 ? Math.floor(tag.blocks * random()) : Math.floor(tag.rate * (40_000 + 60_000 * random()));
  return { ...tag, home: tag.blocks, allocs: past + tag.blocks, frees: past };
}

function step(tag, random) {
  if (tag.rate === 0) return;
  const wanted = Math.round(tag.home + 0.02 * tag.home * bell(random));
  const move = Math.round((wanted - tag.blocks) * 0.2);
  const allocs = Math.max(0, move, Math.round(tag.rate * (1 + 0.4 * bell(random))));
  tag.blocks += move;
  tag.allocs += allocs;
  tag.frees += allocs - move;
}

/** LeakyStore: a message of 1,000 bytes takes 1,040; from the time the queue is full, nearly every one is lost. */
function leak(random) {
  const tag = counter({ name: 'Leak', pool: 'N', blocks: 38_400, size: 1040, rate: 0 }, random);
  return {
    tag,
    step: () => {
      const written = 760 + Math.round(60 * bell(random));
      const read = 40 + Math.round(8 * bell(random));
      tag.allocs += written;
      tag.frees += read;
      tag.blocks += written - read;
    },
  };
}

function toRows(tags, tagFromText) {
  const byName = new Map();
  for (const tag of tags) {
    const row = byName.get(tag.name) ?? [tagFromText(tag.name), 0, 0, 0, 0, 0, 0];
    row.splice(tag.pool === 'P' ? 1 : 4, 3, tag.allocs, tag.frees, tag.blocks * tag.size);
    byName.set(tag.name, row);
  }
  return Float64Array.from([...byName.values()].flat());
}

/** Totals that fit the tags: what stands in a pool, in whole pages and with what fragments cost. */
function toMemory(tags, random) {
  const pool = (name) => {
    const bytes = tags.filter((tag) => tag.pool === name).reduce((sum, tag) => sum + tag.blocks * tag.size, 0);
    return Math.ceil((bytes * 1.06) / PAGE) * PAGE;
  };
  const [nonPaged, paged] = [pool('N'), pool('P')];
  const other = (9_100_000 + Math.round(1500 * bell(random))) * 1024;
  const commit = other + nonPaged + paged;
  return {
    totalBytes: 16_654_808 * 1024,
    availableBytes: 16_654_808 * 1024 - Math.floor((commit * 0.78) / PAGE) * PAGE,
    pageFaults: 2400 + Math.round(700 * bell(random)),
    residentKernelBytes: 16_384 * 1024,
    residentPagedPoolBytes: Math.floor((paged * 0.93) / PAGE) * PAGE,
    commitBytes: commit,
    commitLimitBytes: 19_669_464 * 1024,
    commitPeakBytes: 12_884_901 * 1024,
    nonPagedPoolBytes: nonPaged,
    pagedPoolBytes: paged,
  };
}

/** The recording's bytes. */
export async function makeDemoRecording() {
  const { encodeRecording } = await tsImport('../server/core/capture/recordingEncoder.ts', import.meta.url);
  const { tagFromText } = await tsImport('../src/shared/poolTag.ts', import.meta.url);
  const random = generator(20260302);
  const tags = [...parseTags(HEAVY), ...parseTags(DRIVERS), ...inventTags(random)].map((tag) => counter(tag, random));
  const leaking = leak(random);
  const all = [...tags.slice(0, 40), leaking.tag, ...tags.slice(40)];
  const samples = [];
  for (let index = 0; index < SAMPLES; index++) {
    samples.push({
      time: START + index * 1000,
      scope: 'system',
      memory: toMemory(all, random),
      rows: toRows(all, tagFromText),
    });
    for (const tag of tags) step(tag, random);
    leaking.step();
  }
  return encodeRecording(samples, { source: 'PoolLens demo: leaky.sys and steady.sys', keyInterval: 60 });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  fs.writeFileSync(demoRecordingFile, await makeDemoRecording());
  console.log(path.relative(root, demoRecordingFile));
}
