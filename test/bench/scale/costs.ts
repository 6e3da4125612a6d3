import { RUN_SIZES, type RunSize } from '../../../lambda/watch/run-sizes.ts';
import { overlapMs } from '../../../lambda/watch/watch.ts';

/**
 * AWS's list prices in us-east-1, in dollars, as known in November 2026; without free tiers. They change: check them at
 * https://aws.amazon.com/lambda/pricing/ and its siblings before anything depends on them.
 */
const PRICE = {
  gigabyteSecond: 0.0000133334, // Lambda, arm64, first tier
  invocation: 0.2e-6,
  readUnit: 0.125e-6, // DynamoDB on demand, since November 2024
  writeUnit: 0.625e-6,
  queueRequest: 0.5e-6, // SQS FIFO
  logGigabyte: 0.5,
  schedule: 1e-6, // one invocation by EventBridge Scheduler
  alarm: 0.1,
  metric: 0.3,
  secret: 0.4,
  outGigabyte: 0.09,
} as const;

const DAYS = 30.4;
const MONTH_S = 2_628_000;
const MINUTES = MONTH_S / 60;

/** What one account does in a day. */
const HOME = { plugs: 3, directives: 20, changes: 20, refreshes: 8 } as const;

/** How much memory each function has (`infra/skill-stack.yaml`), and how long one invocation takes with the device cloud 100 ms away. */
const FUNCTION = {
  skill: { gigabytes: 0.5, seconds: 0.2 },
  linking: { gigabytes: 0.5, seconds: 0.03 },
  worker: { gigabytes: 0.25, seconds: 0.15 },
  maintainAccounts: { gigabytes: 0.25, seconds: 0.2 }, // one account's daily reconcile, four at once
} as const;

/** In shards for up to 100 accounts are 74 on the average, and then three deviations more in the fullest. A run starts at some moment of a minute. */
const WATCH = { accountsInShards: 74, runS: 840, startS: 30, runsPerSchedule: 12 } as const;
/**
 * Processor time until one account is open, with room: 11 ms were measured on a quiet machine before TLS sessions were resumed. A whole
 * processor comes with 1,769 MB.
 */
const OPENING = { processorS: 0.015, megabytesPerProcessor: 1_769 } as const;
/** The daily look at Alexa's half of an account's link. The trial of its grant is one call to Login with Amazon, eight accounts at once. */
const CHECK = { reads: 5, writes: 1, seconds: 0.03 } as const;
/** The day on which Alexa used a link is written once a day. */
const USE_WRITES = 1;
/** `device-watch` notes once an hour that the device cloud answers. */
export const EVIDENCE_WRITES = 24;
/** In bytes. A row of the index holds keys, a lease a few moments. */
const SIZE = { indexRow: 120, lease: 250, logLine: 700, cloudCall: 700, report: 3_000 } as const;
const READ_UNIT_BYTES = 4_096;
const CALLS_PER_READ = 3;

/**
 * Fixed costs: alarms (one that calculates costs as much as its metrics), metrics, one secret, and five pollers that wait 20 s each for a
 * message. Four metrics are of log filters, ten of log lines when all is well; an error has one more while it happens.
 */
export const FIXED = {
  alarms: 25,
  metrics: 14,
  polls: (5 * MONTH_S) / 20,
} as const;

export interface Counted {
  readonly readsPerChange: number;
  readonly writesPerChange: number;
  /** Table calls of `device-watch` until one account is open, once a run. */
  readonly readsPerOpening: number;
}

/** As tests count them; `--scale` counts them with thousands of accounts. */
export const COUNTED: Counted = { readsPerChange: 2, writesPerChange: 1, readsPerOpening: 3 };

export interface Costs {
  readonly accounts: number;
  readonly runs: number;
  /** The parameter WatchMemory: the cheaper one. */
  readonly megabytes: number;
  /** `device-watch` alone, a part of the next. */
  readonly watch: number;
  readonly fixed: number;
  readonly lambda: number;
  /** DynamoDB, without the next two. */
  readonly table: number;
  /** Reads per minute of runs that look for accounts; with this index it grows with the square of the accounts. */
  readonly looks: number;
  /** The same with as many parts of the index, and of the leases, as there are shards. */
  readonly looksInParts: number;
  readonly rest: number;
}

export function costsOf(accounts: number, counted: Counted = COUNTED): Costs {
  const { readsPerChange, writesPerChange, readsPerOpening } = counted;
  const size = accounts <= RUN_SIZES.small.accountsPerRun ? RUN_SIZES.small : RUN_SIZES.large;
  const { runs, shards, cycleS, gigabyteSeconds: watched } = watching(accounts, size);
  const monthly = accounts * DAYS;
  const [directives, changes, refreshes] = [HOME.directives, HOME.changes, HOME.refreshes].map((one) => one * monthly);
  if (directives === undefined || changes === undefined || refreshes === undefined)
    throw new Error('the daily use of an account is missing');
  const starts = Math.ceil(runs / WATCH.runsPerSchedule) * MINUTES;
  const gigabyteSeconds =
    directives * FUNCTION.skill.gigabytes * FUNCTION.skill.seconds +
    refreshes * FUNCTION.linking.gigabytes * FUNCTION.linking.seconds +
    changes * FUNCTION.worker.gigabytes * FUNCTION.worker.seconds +
    monthly * FUNCTION.maintainAccounts.gigabytes * (FUNCTION.maintainAccounts.seconds + CHECK.seconds) +
    watched;
  const openings = (MONTH_S / cycleS) * accounts;
  const reconciles = monthly * (6 + HOME.plugs);
  const reads = changes * readsPerChange + openings * readsPerOpening + reconciles + refreshes + monthly * CHECK.reads;
  // A lease is renewed every 30 s.
  const daily = monthly * (HOME.plugs + CHECK.writes + USE_WRITES + EVIDENCE_WRITES);
  const writes = changes * writesPerChange + daily + shards * 2 * MINUTES;
  const cloudCalls = Math.min(accounts, runs * size.readsPerMinute) * MINUTES * CALLS_PER_READ;
  const outBytes = cloudCalls * SIZE.cloudCall + changes * SIZE.report;
  return {
    accounts,
    runs,
    megabytes: size.megabytes,
    watch: watched * PRICE.gigabyteSecond,
    fixed: FIXED.alarms * PRICE.alarm + FIXED.metrics * PRICE.metric + PRICE.secret + FIXED.polls * PRICE.queueRequest,
    lambda: gigabyteSeconds * PRICE.gigabyteSecond + (directives + refreshes + changes + starts) * PRICE.invocation,
    table: reads * PRICE.readUnit + writes * PRICE.writeUnit,
    looks: looks(shards, runs, accounts / Math.min(shards, 4), shards),
    looksInParts: looks(shards, runs, accounts / shards, shards / runs),
    rest:
      changes * 3 * PRICE.queueRequest +
      ((directives + refreshes + changes) * SIZE.logLine * PRICE.logGigabyte) / 1e9 +
      starts * PRICE.schedule +
      (outBytes * PRICE.outGigabyte) / 1e9,
  };
}

/**
 * The runs of a month. Each starts before the one before it ends, opens its channels, and then the one before ends: only while channels are
 * opened there are two.
 */
export function watching(accounts: number, { accountsPerRun, megabytes }: RunSize) {
  // Shards are halved until the largest is small enough; accounts fall into them by chance. So their number is a power of two.
  const shards = 2 ** Math.ceil(Math.log2(Math.max(1, accounts / WATCH.accountsInShards)));
  const shardsPerRun = Math.floor((accountsPerRun * shards) / accounts);
  const runs = Math.ceil(shards / shardsPerRun);
  const cycleS = WATCH.runS - overlapMs(accountsPerRun) / 1000 + WATCH.startS;
  const openingS = ((accounts / runs) * OPENING.processorS * OPENING.megabytesPerProcessor) / megabytes;
  const gigabyteSeconds = runs * MONTH_S * (1 + openingS / cycleS) * (megabytes / 1024);
  return { runs, shards, cycleS, gigabyteSeconds };
}

/** Each shard's accounts, from an index that need not be of this moment; and the leases, which must, by each run. Once a minute. */
function looks(shards: number, runs: number, rowsPerShard: number, leasesPerRun: number): number {
  const units = (bytes: number) => Math.ceil(bytes / READ_UNIT_BYTES);
  const perMinute =
    (shards * units(rowsPerShard * SIZE.indexRow)) / 2 + runs * units(Math.max(1, leasesPerRun) * SIZE.lease);
  return perMinute * MINUTES * PRICE.readUnit;
}

/** Up to so many accounts the index is as it is deployed; beyond them it has more parts. */
const AS_DEPLOYED = 10_000;
const STEPS = [1, 1_000, 100_000, 1_000_000] as const;

/** The table of README. */
export function costsTable(counted: Counted): string[] {
  const head = [
    'accounts',
    'runs of device-watch at once',
    'fixed',
    'Lambda',
    'table',
    'all else',
    'a month',
    'an account',
  ];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [head, head.map(() => '---:'), ...STEPS.map((accounts) => toCells(costsOf(accounts, counted)))].map(line);
}

/** The table, what it rests on, and what each step asks for. */
export function costsText(counted: Counted): string {
  const { looks: asItIs, looksInParts } = costsOf(100_000, counted);
  const finding = `With the four parts that are deployed, finding 100,000 accounts would cost ${dollars(asItIs)} a month instead of ${dollars(looksInParts)}.`;
  return [...costsTable(counted), '', ASSUMPTIONS, finding, '', CHANGES].join('\n');
}

function toCells({ accounts, runs, fixed, lambda, table, looks: asItIs, looksInParts, rest }: Costs): string[] {
  const allElse = rest + (accounts <= AS_DEPLOYED ? asItIs : looksInParts);
  const total = fixed + lambda + table + allElse;
  const counts = [accounts, runs].map((count) => count.toLocaleString('en-US'));
  const amounts = [fixed, lambda, table, allElse, total, total / accounts].map(dollars);
  return [...counts, ...amounts];
}

const dollars = (amount: number): string =>
  amount >= 100 ? `$${Math.round(amount).toLocaleString('en-US')}` : `$${amount.toFixed(2)}`;

const ASSUMPTIONS = `US dollars a month by AWS's list prices in us-east-1 as known in November 2026, without free tiers; check them before you rely on
them. An account has ${HOME.plugs} plugs and one Amazon account, and in a day ${HOME.directives} directives, ${HOME.changes} changes and ${HOME.refreshes} refreshes of Alexa's token; a directive takes
0.2 s of 512 MB, a report 0.15 s of 256 MB. A run of \`device-watch\` holds ${RUN_SIZES.small.accountsPerRun} accounts in ${RUN_SIZES.small.megabytes} MB, or, with
WatchMemory=160 for more accounts, ${RUN_SIZES.large.accountsPerRun} in ${RUN_SIZES.large.megabytes} MB. The next run opens the channels before a run ends, which takes ${OPENING.processorS * 1000} ms of a processor for each. Fixed: ${FIXED.alarms}
alarms, ${FIXED.metrics} metrics, one secret, the queue's pollers. From ${AS_DEPLOYED.toLocaleString('en-US')} accounts on, index and leases are in as many parts as there are shards.`;

const CHANGES = `- **1 account**: nothing. Lambda, table and queue stay within AWS's free tiers; what is left are the secret and the alarms beyond ten.
- **1,000 accounts**: nothing; the parameter \`WatchMemory=160\` costs less. One schedule keeps up to ${WATCH.runsPerSchedule} runs of ${RUN_SIZES.large.accountsPerRun} accounts going, and shards come by themselves. A new AWS account may
  start with a limit of executions at once far below the usual 1,000: two runs and a busy evening want a hundred.
- **100,000 accounts**: 11 schedules instead of one, and an account that may run 2,000 executions at once. More parts of the index of accounts
  (\`SHARDS\` in \`lambda/adapters/dynamodb/accounts.ts\`: 2,048 instead of 4): each shard reads one part a minute, so four parts cost the square
  of the accounts. The daily reconcile takes an hourly share of 4,200 accounts, about 12 of the 15 minutes that \`maintenance\` has: let more go
  at once. The device cloud answers 330 reads a second: agree on that with its maker, or read less often (\`WATCH_READ_SECONDS\`).
- **1,000,000 accounts**: a device cloud that pushes by webhook (\`device-events\`), which needs no sockets and no runs and saves nearly all of
  the Lambda column; else \`device-watch\` in containers, which hold thousands of sockets each. The leases in parts as well: all of
  them lie under one key, which gives 3,000 reads a second, and each run reads them all every minute. \`maintenance\` started once per part of
  the index, and prices and limits agreed with AWS and Amazon's event gateway.`;
