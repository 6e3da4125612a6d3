import { type ChildProcess, fork } from 'node:child_process';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'esbuild';
import { RUN_SIZES, type RunSize } from '../../../lambda/watch/run-sizes.ts';
import { type Bundles, repository } from '../bundles.ts';
import { type CheckContext, NEAR } from '../check-context.ts';
import { budget, type Row } from '../measure.ts';
import { ask } from '../messages.ts';
import { startFar } from '../processes.ts';
import { costsOf } from './costs.ts';
import { openQueueDoor } from './queue-door.ts';
import { openTown, patiently, type Town } from './town.ts';
import type { Held } from './watch-process.ts';

const MEGABYTE = 2 ** 20;
/** Lambda's quota for one function instance; it cannot be raised. */
const MOST_DESCRIPTORS = 1_024;
const RUN_SECONDS = 840;
/** How long its memory is watched once all are open: reads go on, and garbage comes and goes. */
const LOOK_ON_S = 30;

/** Numbers of accounts in the order in which the town grows, each in a function as it is deployed for so many. */
const RUNS: readonly (readonly [accounts: number, size: RunSize])[] = [
  [1, RUN_SIZES.small],
  [100, RUN_SIZES.small],
  [300, RUN_SIZES.small],
  [800, RUN_SIZES.large],
];

/** What the watchers of README's table cost a month with the count of accounts, before a run held 800. */
const COST_BEFORE = { accounts: 100_000, dollars: 1_707 } as const;

/** The part `watchers` of the bench: one run of `device-watch` with more and more accounts, and what that makes of its cost. */
export async function measureWatchers({ bundles, folder, effort }: CheckContext): Promise<Row[]> {
  const town = await openTown();
  try {
    return [...(await measureSockets(town, bundles, folder, effort.sockets)), costRow()];
  } finally {
    await town.close();
  }
}

function costRow(): Row {
  const { watch } = costsOf(COST_BEFORE.accounts);
  return {
    what: `device-watch with 100,000 accounts, a month (before: $${COST_BEFORE.dollars.toLocaleString('en-US')})`,
    unit: '$',
    ours: watch,
    budget: budget('at most half', watch <= COST_BEFORE.dollars / 2),
  };
}

/**
 * What the built `device-watch` takes in a process of its own, with TLS to the device cloud; emulators and table are in others. All of
 * its memory is counted, at its highest, which includes the opening of the channels.
 * @param most accounts; with fewer it is over sooner
 */
export async function measureSockets(
  town: Town,
  bundles: Bundles,
  folder: string,
  most = Number.POSITIVE_INFINITY,
): Promise<Row[]> {
  const child = join(folder, 'watch-process.js');
  const watchBundle = join(dirname(bundles.skill), 'device-watch.js');
  const shared = { bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'warning' } as const;
  await build({ ...shared, entryPoints: [join(repository, 'test/bench/scale/watch-process.ts')], outfile: child });
  const certificate = join(repository, 'test/bench/certificate/certificate.pem');
  const { url, socketUrl } = town.system.myLeviton;
  const key = join(repository, 'test/bench/certificate/key.pem');
  const far = await startFar(bundles.distance, [key, certificate, new URL(url).port]);
  try {
    await far.move(NEAR);
    const over = (address: string, protocol: string) =>
      `${protocol}://127.0.0.1:${far.ports[0]}${new URL(address).pathname}`;
    const environment = {
      MY_LEVITON_URL: over(url, 'https'),
      MY_LEVITON_SOCKET_URL: over(socketUrl, 'wss'),
      NODE_EXTRA_CA_CERTS: certificate,
    };
    const watched: Watched[] = [];
    for (const [accounts, size] of RUNS.filter(([count]) => count <= most)) {
      await town.grow(accounts);
      watched.push(await watch(town, { child, watchBundle, environment, accounts, size }));
    }
    return toRows(watched);
  } finally {
    far.close();
  }
}

function toRows(watched: readonly Watched[]): Row[] {
  const [least, most] = [watched[0], watched.at(-1)];
  if (!least || !most) throw new Error('nothing was measured');
  const row = (what: string, unit: string, ours: number): Row => ({ what, unit, ours });
  const between = most.accounts - least.accounts;
  return [
    ...watched.map(({ accounts, size: { megabytes }, mostBytes }) => ({
      ...row(`memory of device-watch, ${accounts} sockets, most`, 'MB', mostBytes / MEGABYTE),
      budget: budget(`at most ${megabytes}`, mostBytes <= megabytes * MEGABYTE),
    })),
    row('memory per watched account', 'KB', (most.mostBytes - least.mostBytes) / between / 1024),
    {
      ...row(`file descriptors, ${most.accounts} sockets`, '', most.descriptors),
      budget: budget(`at most ${MOST_DESCRIPTORS}`, most.descriptors <= MOST_DESCRIPTORS),
    },
    row(`until all ${most.accounts} listen`, 's', most.openMs / 1000),
    row('processor time to open one', 'ms', (most.openCpuMs - least.openCpuMs) / between),
    row('processor share while it watches', '%', most.share * 100),
    row('table calls to open one account', '', most.openTableCalls / most.accounts),
    row('table calls a minute while it watches', '', most.tableCallsPerMinute),
    row('device-cloud calls a minute while it watches', '', most.cloudCallsPerMinute),
  ];
}

interface Watching {
  readonly child: string;
  readonly watchBundle: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly accounts: number;
  readonly size: RunSize;
}

interface Watched {
  readonly accounts: number;
  readonly size: RunSize;
  readonly mostBytes: number;
  readonly descriptors: number;
  readonly openMs: number;
  readonly openCpuMs: number;
  readonly openTableCalls: number;
  readonly share: number;
  readonly tableCallsPerMinute: number;
  readonly cloudCallsPerMinute: number;
}

/** One run that watches all accounts of the town. */
async function watch({ system }: Town, watching: Watching): Promise<Watched> {
  const { environment, accounts, size } = watching;
  const door = await openQueueDoor(system.queue);
  system.myLeviton.resetCounts();
  system.table.resetCounts();
  const began = performance.now();
  const process = startWatch(watching, {
    ...system.environment,
    ...environment,
    REPORT_QUEUE_URL: door.queueUrl,
  });
  try {
    // A channel is opened with reads before and after; it listens once they stop.
    await until(() => system.myLeviton.counts.sockets >= accounts, process);
    const openMs = performance.now() - began;
    await pause(2_000);
    const opened = await ask<Held>(process, {});
    const openTableCalls = system.table.counts.requests;
    system.table.resetCounts();
    system.myLeviton.resetCounts();
    await pause(LOOK_ON_S * 1000);
    const last = await ask<Held>(process, {});
    const perMinute = 60 / LOOK_ON_S;
    return {
      accounts,
      size,
      mostBytes: last.mostBytes,
      descriptors: Math.max(opened.descriptors, last.descriptors),
      openMs,
      openCpuMs: opened.cpuMs,
      openTableCalls,
      share: (last.cpuMs - opened.cpuMs) / (LOOK_ON_S * 1000),
      tableCallsPerMinute: system.table.counts.requests * perMinute,
      cloudCallsPerMinute: system.myLeviton.counts.requests * perMinute,
    };
  } finally {
    process.kill();
    await door.close();
    await patiently(() => freeShards(system));
  }
}

function startWatch(
  { child, watchBundle, size: { megabytes } }: Watching,
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  return fork(child, [watchBundle], {
    env: {
      ...environment,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(megabytes),
      ACCOUNTS_PER_SHARD: '1000',
      WATCH_RUN_SECONDS: String(RUN_SECONDS),
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
    },
    // As Lambda starts Node: nine tenths of the memory for old objects, and a twentieth for each half of the young ones.
    execArgv: [
      '--no-warnings',
      `--max-old-space-size=${Math.floor(megabytes * 0.9)}`,
      `--max-semi-space-size=${Math.floor(megabytes * 0.05)}`,
    ],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** What was killed cannot give its lease back. */
async function freeShards({ ports, clock }: Town['system']): Promise<void> {
  const { leases } = await ports.stores();
  const expiresAt = clock.now().toISOString();
  for (const lease of (await leases.read()).leases) await leases.put({ ...lease, expiresAt }, lease);
}

/** As long as the run lasts: how fast channels are opened is measured, not judged. */
async function until(holds: () => boolean, process: ChildProcess): Promise<void> {
  for (const end = performance.now() + RUN_SECONDS * 1000; !holds(); await pause(20)) {
    if (process.exitCode !== null) throw new Error(`device-watch ended by itself (${process.exitCode})`);
    if (performance.now() > end) throw new Error('the channels were not opened within a run');
  }
}
