import type { LocalSystem } from '../../desk/local-system.ts';
import type { StateMessage } from '../../lambda/ports/report-queue.ts';
import { toEvent } from '../support/sqs-event.ts';
import { type CheckContext, FAR, NEAR } from './check-context.ts';
import type { Run } from './child.ts';
import { atLeast, budget, median, type Row, rowOf } from './measure.ts';
import type { Instance } from './processes.ts';
import { type Share, sharesOf, sourcesByMap } from './profile.ts';

/** A function that has been warm for a while: most of them with the gateway near by, so that they do not take minutes. */
const NEAR_WARM_UP_TURNS = 60;
const WARM_UP_TURNS = 4;
/** Batches of the queue, one after the other, as the function gets them. */
const BATCHES_A_TURN = 5;
const PROFILED_BATCHES = 40;

/** Reports of changes: the worker with its table, beside ready-made posts of the same reports, as many at once. */
export async function measureReports(context: CheckContext): Promise<Row[]> {
  const { effort, far, start, reporters, grant } = context;
  await grant();
  const instances = { ours: start(reporters.ours), bare: start(reporters.bare) };
  try {
    const turns: Turn[] = [];
    const takeTurns = async (count: number) => {
      for (let turn = 0; turn < count; turn++) {
        turns.push(await takeTurn(context, instances, turns.length * BATCHES_A_TURN));
      }
    };
    await far.move(NEAR);
    await takeTurns(NEAR_WARM_UP_TURNS);
    await far.move(FAR);
    await takeTurns(WARM_UP_TURNS + effort.batches / BATCHES_A_TURN);
    const counted = turns.slice(NEAR_WARM_UP_TURNS + WARM_UP_TURNS);
    const figure = (of: (run: Run) => number) => ({
      ours: counted.map(({ ours }) => of(ours)),
      bare: counted.map(({ bare }) => of(bare)),
    });
    const reportsATurn = BATCHES_A_TURN * context.deviceIds.length;
    const perSecond = figure(({ ms }) => (1000 * reportsATurn) / ms.reduce((sum, one) => sum + one, 0));
    const perReport = (of: (turn: Turn) => number) => counted.map((turn) => of(turn) / reportsATurn);
    const shares = await profiled(context, instances.ours, turns.length * BATCHES_A_TURN);
    return [
      { ...rowOf('reports, gateway 30 + 20 ms', '/s', perSecond, atLeast(0.8), atLeast(0.9)), shares },
      rowOf(
        'CPU per report',
        'ms',
        figure(({ cpuMs }) => cpuMs / reportsATurn),
      ),
      { what: 'DynamoDB calls per report', unit: '', ours: median(perReport(({ tableCalls }) => tableCalls)) },
      {
        what: 'CPU of the emulated table per report',
        unit: 'ms',
        ours: median(perReport(({ tableCpuMs }) => tableCpuMs)),
      },
      await countCalls(context, instances.ours),
    ];
  } finally {
    instances.ours.close();
    instances.bare.close();
  }
}

interface Turn {
  readonly ours: Run;
  readonly bare: Run;
  /** Of this process, beyond what the same posts take without a table. */
  readonly tableCpuMs: number;
  readonly tableCalls: number;
}

/** Ours first: the reports that the gateway accepted from it are what the other one posts. */
async function takeTurn(
  { system, deviceIds, accountId }: CheckContext,
  instances: Readonly<Record<'ours' | 'bare', Instance>>,
  firstBatch: number,
): Promise<Turn> {
  const batches = batchesFrom(firstBatch, BATCHES_A_TURN, { deviceIds, accountId });
  system.table.resetCounts();
  const began = process.cpuUsage();
  const [ours, reports] = await watchGateway(system, () => instances.ours.run(batches));
  const withTableMs = msOf(process.cpuUsage(began));
  const tableCalls = system.table.counts.requests;
  mustSucceed(ours);
  if (reports.length !== batches.length * deviceIds.length)
    throw new Error(`${reports.length} reports of ${batches.length * deviceIds.length} changes`);
  const bareBegan = process.cpuUsage();
  const bare = await instances.bare.run(
    batches.map((_, index) => reports.slice(index * deviceIds.length, (index + 1) * deviceIds.length)),
  );
  const withoutMs = msOf(process.cpuUsage(bareBegan));
  mustSucceed(bare);
  return { ours, bare, tableCpuMs: withTableMs - withoutMs, tableCalls };
}

const msOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;

const batchesFrom = (
  first: number,
  count: number,
  { deviceIds, accountId }: Pick<CheckContext, 'deviceIds' | 'accountId'>,
) =>
  Array.from({ length: count }, (_, index) =>
    toEvent(deviceIds.map((deviceId) => sampleOf(accountId, deviceId, first + index))),
  );

const profiled = async (context: CheckContext, worker: Instance, firstBatch: number): Promise<Share[]> =>
  sharesOf([await worker.profile(batchesFrom(firstBatch, PROFILED_BATCHES, context))], sourcesByMap());

/** With two grants; half of the samples say what Alexa already has. */
async function countCalls({ system, accountId, deviceIds, grant }: CheckContext, worker: Instance): Promise<Row> {
  await grant();
  const grants = (await system.ports.grants.list(accountId)).length;
  const same = (deviceId: string) => sampleOf(accountId, deviceId, 0);
  mustSucceed(await worker.run([toEvent(deviceIds.map(same))]));
  const changes = deviceIds.map((deviceId, index) => (index % 2 ? same(deviceId) : sampleOf(accountId, deviceId, 1)));
  const [run, reports] = await watchGateway(system, () => worker.run([toEvent(changes)]));
  mustSucceed(run);
  const calls = reports.length / (grants * Math.ceil(deviceIds.length / 2));
  return {
    what: 'gateway calls per changed device and grant',
    unit: '',
    ours: calls,
    budget: budget('1', calls === 1),
  };
}

/** The result of `work`, and every ChangeReport that reached a gateway meanwhile. */
async function watchGateway<T>(system: LocalSystem, work: () => Promise<T>): Promise<[T, unknown[]]> {
  const reports: unknown[] = [];
  const stop = system.alexa.onExchange(({ channel, sent }) => {
    const { event } = sent as { event?: { header?: { name?: string } } };
    if (channel === 'gateway' && event?.header?.name === 'ChangeReport') reports.push(sent);
  });
  try {
    return [await work(), reports];
  } finally {
    stop();
  }
}

function mustSucceed({ answers }: Run): void {
  const failed = answers.find((answer) => {
    const { batchItemFailures, statuses } = answer as { batchItemFailures?: unknown[]; statuses?: number[] };
    return batchItemFailures
      ? batchItemFailures.length > 0
      : !statuses?.every((status) => status >= 200 && status < 300);
  });
  if (failed !== undefined) throw new Error(`reports were not delivered: ${JSON.stringify(failed).slice(0, 300)}`);
}

/** A lamp that is on at a level of its own for each batch. */
const sampleOf = (accountId: string, deviceId: string, batch: number): StateMessage => ({
  accountId,
  deviceId,
  power: 'ON',
  level: 1 + (batch % 100),
  connected: true,
  at: new Date().toISOString(),
  cause: 'PHYSICAL_INTERACTION',
  kind: 'state',
});
