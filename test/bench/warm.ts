import { mustAll } from './answers.ts';
import { type CheckContext, FAR, NEAR } from './check-context.ts';
import type { Held, Run } from './child.ts';
import type { Distance, Traffic } from './distance.ts';
import {
  atMost,
  budget,
  figures,
  judgeTurns,
  median,
  PARTIES,
  type Party,
  percentile,
  type Row,
  rowOf,
} from './measure.ts';
import type { Instance } from './processes.ts';
import { sharesOf, sourcesByMap } from './profile.ts';

const BLOCK = 20;
const WARM_UP_BLOCKS = 2;
/** Directives under the profiler, at the end, with the cloud near by. */
const PROFILED = 600;
const MOST_ADDED_MS = 8;
/** V8 goes on compiling by leaps, now and then; a leak is in every part. */
const SOAK_PARTS = 4;
/** A leak of even 100 bytes a directive would be as much. */
const MOST_GROWN_KB = 200;

type Block = Run & Traffic;
type Blocks = Readonly<Record<Party, readonly Block[]>>;

/** Warm instances, one of each: the time of a directive, and what memory and descriptors grow by. */
export async function measureWarm(context: CheckContext): Promise<Row[]> {
  const { effort, functions } = context;
  const instances = {
    ours: context.start(functions.ours),
    bare: context.start(functions.bare),
    nothing: context.start(functions.nothing),
  };
  try {
    const warmUp = await takeTurns(context, instances, FAR, WARM_UP_BLOCKS);
    const far = await takeTurns(context, instances, FAR, effort.warm / BLOCK);
    const near = await takeTurns(context, instances, NEAR, effort.cpu / BLOCK);
    const moments = [await held(instances)];
    const soaked: Blocks[] = [];
    for (let part = 0; part < SOAK_PARTS; part++) {
      soaked.push(await takeTurns(context, instances, NEAR, effort.soak / SOAK_PARTS / BLOCK));
      moments.push(await held(instances));
    }
    const perDirective = figures(far, cpuPerDirective);
    return [
      ...latencyRows(far),
      {
        ...rowOf('CPU per directive, cloud 30 + 20 ms', 'ms', perDirective, atMost(1.5), atMost(1.1)),
        shares: sharesOf([await instances.ours.profile(switching(context, PROFILED))], sourcesByMap()),
      },
      rowOf('CPU per directive, cloud at once', 'ms', figures(near, cpuPerDirective)),
      handshakeRow([warmUp, far, near, ...soaked]),
      ...memoryRows(moments, effort.soak),
    ];
  } finally {
    for (const party of PARTIES) instances[party].close();
  }
}

const switching = ({ directive }: CheckContext, count: number): object[] =>
  Array.from({ length: count }, (_, index) => directive('Alexa.PowerController', index % 2 ? 'TurnOff' : 'TurnOn'));

const cpuPerDirective = ({ cpuMs, ms }: Run): number => cpuMs / ms.length;

/** Blocks of directives, one of each instance in turn; two of them are never busy at once. */
async function takeTurns(
  context: CheckContext,
  instances: Readonly<Record<Party, Instance>>,
  distance: Distance,
  turns: number,
): Promise<Blocks> {
  const { far } = context;
  await far.move(distance);
  const blocks: Record<Party, Block[]> = { ours: [], bare: [], nothing: [] };
  for (let turn = 0; turn < turns; turn++) {
    for (const party of PARTIES) {
      const events = switching(context, BLOCK);
      await far.traffic();
      const run = await instances[party].run(events);
      mustAll('Response', run.answers);
      blocks[party].push({ ...run, answers: [], ...(await far.traffic()) });
    }
  }
  return blocks;
}

function latencyRows(blocks: Blocks): Row[] {
  const added = { ours: blocks.ours.flatMap(addedMs), bare: blocks.bare.flatMap(addedMs) };
  const whole = { ours: blocks.ours.flatMap(({ ms }) => ms), bare: blocks.bare.flatMap(({ ms }) => ms) };
  const row = (what: string, share: number, { ours, bare } = added): Row => {
    const figures = { ours: percentile(ours, share), bare: percentile(bare, share) };
    return { what, unit: 'ms', ...figures, ratio: figures.ours / figures.bare };
  };
  const withinAdded = (ms: number) => budget(`at most ${MOST_ADDED_MS} ms`, ms <= MOST_ADDED_MS);
  const perBlock = blocks.ours.map((block) => median(addedMs(block)));
  const p50 = row("warm answer p50, above the cloud's own time", 0.5);
  return [
    { ...p50, budget: judgeTurns(perBlock, withinAdded, p50.ours) },
    row("warm answer p99, above the cloud's own time", 0.99),
    row('warm answer p50, whole', 0.5, whole),
    row('warm answer p99, whole', 0.99, whole),
  ];
}

/** What a directive took beyond the time for which the cloud, and the way there and back, had its request. */
function addedMs({ ms, exchangesMs }: Block): number[] {
  if (ms.length !== exchangesMs.length) throw new Error('not one exchange with the device cloud for each directive');
  return ms.map((whole, index) => whole - (exchangesMs[index] ?? 0));
}

function handshakeRow(all: readonly Blocks[]): Row {
  const handshakes = (party: Party) =>
    all.flatMap((blocks) => blocks[party]).reduce((sum, block) => sum + block.handshakes, 0);
  const directives = all.flatMap(({ ours }) => ours).length * BLOCK;
  const [ours, bare] = [handshakes('ours'), handshakes('bare')];
  const what = `TLS handshakes in ${directives} warm directives`;
  return { what, unit: '', ours, bare, ratio: ours / bare, budget: budget('1', ours === 1) };
}

const held = async (instances: Readonly<Record<Party, Instance>>): Promise<Record<Party, Held>> => ({
  ours: await instances.ours.held(),
  bare: await instances.bare.held(),
  nothing: await instances.nothing.held(),
});

function memoryRows(moments: readonly Record<Party, Held>[], directives: number): Row[] {
  const row = (what: string, unit: string, figure: (held: readonly Held[]) => number): Row => {
    const of = (party: Party) => figure(moments.map((moment) => moment[party]));
    return { what, unit, ours: of('ours'), bare: of('bare'), nothing: of('nothing') };
  };
  const last = (held: readonly Held[]) => held.at(-1) ?? { rssBytes: 0, heapBytes: 0, descriptors: 0 };
  const rss = row('memory (RSS), warm', 'MB', (held) => last(held).rssBytes / 2 ** 20);
  const heap = row(`heap grown by ${directives} directives`, 'KB', (held) => {
    const grown = held.slice(1).map(({ heapBytes }, part) => heapBytes - (held[part]?.heapBytes ?? 0));
    return (SOAK_PARTS * median(grown)) / 1024;
  });
  const descriptors = row(`descriptors grown by ${directives} directives`, '', (held) => {
    return last(held).descriptors - (held[0]?.descriptors ?? 0);
  });
  return [
    { ...rss, ratio: rss.ours / (rss.bare ?? Number.NaN) },
    { ...heap, budget: budget(`none (${MOST_GROWN_KB} KB)`, heap.ours <= MOST_GROWN_KB) },
    { ...descriptors, budget: budget('none', descriptors.ours <= 0) },
  ];
}
