import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'esbuild';
import { type Bundles, repository } from '../bundles.ts';
import { NEAR } from '../check-context.ts';
import { budget, type Row } from '../measure.ts';
import { ask } from '../messages.ts';
import { startFar } from '../processes.ts';
import { openQueueDoor } from './queue-door.ts';
import type { Town } from './town.ts';
import type { Held } from './watch-process.ts';

const BUDGET_HOMES = 300;
const MEGABYTE = 2 ** 20;
const MEMORY_MB = 128;
/** Of the memory, what Lambda's runtime lets Node's heap have. */
const HEAP = [
  `--max-old-space-size=${Math.floor(MEMORY_MB * 0.9)}`,
  `--max-semi-space-size=${Math.floor(MEMORY_MB * 0.05)}`,
];
const RUN_SECONDS = 840;
/** How long its memory is watched once all are open: reads go on, and garbage comes and goes. */
const LOOK_ON_S = 30;

/**
 * What the built `device-watch` takes in a process of its own, with TLS to the device cloud; emulators and table are in others. All of
 * its memory is counted, at its highest, which includes the opening of the channels.
 */
export async function measureSockets(
  town: Town,
  { distance }: Pick<Bundles, 'distance'>,
  watchBundle: string,
  folder: string,
): Promise<Row[]> {
  const child = join(folder, 'watch-process.js');
  const shared = { bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'warning' } as const;
  await build({ ...shared, entryPoints: [join(repository, 'test/bench/scale/watch-process.ts')], outfile: child });
  await town.grow(BUDGET_HOMES);
  const certificate = join(repository, 'test/bench/certificate/certificate.pem');
  const { url, socketUrl } = town.system.myLeviton;
  const key = join(repository, 'test/bench/certificate/key.pem');
  const far = await startFar(distance, [key, certificate, new URL(url).port]);
  await far.move(NEAR);
  const over = (address: string, protocol: string) =>
    `${protocol}://127.0.0.1:${far.ports[0]}${new URL(address).pathname}`;
  const environment = {
    MY_LEVITON_URL: over(url, 'https'),
    MY_LEVITON_SOCKET_URL: over(socketUrl, 'wss'),
    NODE_EXTRA_CA_CERTS: certificate,
  };
  const one = await watch(town, { child, watchBundle, environment, accounts: 1 });
  const many = await watch(town, { child, watchBundle, environment, accounts: BUDGET_HOMES });
  far.close();
  const perAccount = (many.mostBytes - one.mostBytes) / (BUDGET_HOMES - 1);
  const fits = many.mostBytes <= MEMORY_MB * MEGABYTE;
  const row = (what: string, unit: string, ours: number): Row => ({ what, unit, ours });
  return [
    {
      what: `memory of device-watch, ${BUDGET_HOMES} sockets, most`,
      unit: 'MB',
      ours: many.mostBytes / MEGABYTE,
      budget: budget(`at most ${MEMORY_MB}`, fits),
    },
    row('memory of device-watch, 1 socket, most', 'MB', one.mostBytes / MEGABYTE),
    row('memory per watched account', 'KB', perAccount / 1024),
    row(`until all ${BUDGET_HOMES} listen`, 's', many.openMs / 1000),
    row('processor time to open one', 'ms', (many.openCpuMs - one.openCpuMs) / (BUDGET_HOMES - 1)),
    row('processor share while it watches', '%', many.share * 100),
    // The run with one account reads the others' rows as well: they need a sign-in.
    row('table calls to open one account', '', many.openTableCalls / BUDGET_HOMES),
    row('table calls a minute while it watches', '', many.tableCallsPerMinute),
    row('device-cloud calls a minute while it watches', '', many.cloudCallsPerMinute),
  ];
}

interface Watching {
  readonly child: string;
  readonly watchBundle: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly accounts: number;
}

interface Watched {
  readonly mostBytes: number;
  readonly openMs: number;
  readonly openCpuMs: number;
  readonly openTableCalls: number;
  readonly share: number;
  readonly tableCallsPerMinute: number;
  readonly cloudCallsPerMinute: number;
}

/** One run that watches this number of accounts; the others need a sign-in, so nobody watches them. */
async function watch(
  { system, accounts }: Town,
  { child, watchBundle, environment, accounts: wanted }: Watching,
): Promise<Watched> {
  const { accounts: rows } = system.ports;
  for (const [index, { id }] of accounts.entries()) {
    const row = await rows.get(id);
    const status =
      index < wanted
        ? ({ state: 'healthy' } as const)
        : ({ state: 'needs-reauth', reason: 'locked', since: '2026-01-01T00:00:00.000Z' } as const);
    if (row) await rows.replace(row, { ...row, ...status });
  }
  const door = await openQueueDoor(system.queue);
  system.myLeviton.resetCounts();
  system.table.resetCounts();
  const began = performance.now();
  const process = startWatch(child, watchBundle, {
    ...system.environment,
    ...environment,
    REPORT_QUEUE_URL: door.queueUrl,
  });
  try {
    // A channel is opened with reads before and after; it listens once they stop.
    await until(() => system.myLeviton.counts.sockets >= wanted, process);
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
      mostBytes: last.mostBytes,
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
    await freeShards(system);
  }
}

function startWatch(child: string, bundle: string, environment: Readonly<Record<string, string>>): ChildProcess {
  return fork(child, [bundle], {
    env: {
      ...environment,
      ACCOUNTS_PER_RUN: '1000',
      ACCOUNTS_PER_SHARD: '1000',
      WATCH_RUN_SECONDS: String(RUN_SECONDS),
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
    },
    execArgv: ['--no-warnings', ...HEAP],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** What was killed cannot give its lease back. */
async function freeShards({ ports, clock }: Town['system']): Promise<void> {
  const { leases } = await ports.stores();
  const expiresAt = clock.now().toISOString();
  for (const lease of (await leases.read()).leases) await leases.put({ ...lease, expiresAt }, lease);
}

async function until(holds: () => boolean, process: ChildProcess): Promise<void> {
  for (const end = performance.now() + 120_000; !holds(); await pause(20)) {
    if (process.exitCode !== null) throw new Error(`device-watch ended by itself (${process.exitCode})`);
    if (performance.now() > end) throw new Error('the channels were not opened within two minutes');
  }
}
