import { Readable } from 'node:stream';
import { inParallel } from '../../lambda/basics/in-parallel.ts';
import { type Diagnosis, diagnose } from '../../lambda/domain/diagnosis/diagnose.ts';
import type { Hop } from '../../lambda/domain/diagnosis/hops.ts';
import type { compose } from '../../lambda/handlers/compose.ts';
import { maskEmail } from '../../lambda/linking/mask-email.ts';
import { RowUnreadable, StoreUnavailable } from '../../lambda/ports/errors.ts';
import { Failure } from '../deploy/failure.ts';
import { settingsAccess } from '../preflight/maker/command.ts';
import type { MakerServer } from '../preflight/maker/server.ts';
import { hasOtherServer, preflight } from '../preflight/run.ts';
import type { Target } from '../preflight/target.ts';
import { ofAccount, readCountedEvidence } from './counted.ts';
import { type Accounts, type Group, type Report, toReport } from './report.ts';
import { deliveryOf, makersFindings, setUpChecks, toSetUp } from './set-up.ts';
import { wordsOf } from './words.ts';

export interface Patient {
  readonly title: string;
  readonly ports: Pick<ReturnType<typeof compose>, 'accounts' | 'links' | 'diagnostics' | 'cloudName' | 'clock'>;
  /** Whose set-up is looked at. */
  readonly target: Target;
}

/** Accounts that a look at the whole deployment reads, and how many at once. */
const MOST_ACCOUNTS = 500;
const AT_ONCE = 8;
/** Accounts with the same finding that are named. */
const MOST_NAMED = 5;

/** One account, with all probes. @param mayReport also sends the event gateway the last state once more. @throws Failure when the table may not be read */
export async function examineAccount(
  accountId: string,
  patient: Patient,
  { mayReport = false }: { readonly mayReport?: boolean } = {},
): Promise<Report> {
  const { ports, title } = patient;
  if (!(await isKnown(accountId, ports)))
    throw new Failure(
      'There is no account with this id.',
      'Use --email, or npm run logs -- --attempt with the number at the bottom of the sign-in page, which says the id.',
    );
  const [setUp, evidence] = await Promise.all([
    lookAtSetUp(patient),
    ports.diagnostics.gather({ accountId, mayReport }),
  ]);
  const now = ports.clock.now();
  const diagnosis = diagnose({ ...evidence, ...ofAccount(setUp.evidence) }, now);
  const named = `${title}, the account …${accountId.slice(-3)}`;
  const links = evidence.links?.list;
  return toReport({ title: named, now, diagnosis, cloud: ports.cloudName, setUp: setUp.findings, links });
}

/** A link without a row of its account is a finding, and so is a row that cannot be opened. */
async function isKnown(accountId: string, { accounts, links }: Patient['ports']): Promise<boolean> {
  if ((await orUnreadable(() => accounts.get(accountId))) !== undefined) return true;
  const found = await orUnreadable(() => links.ofAccount(accountId));
  return found === 'unreadable' || found.length > 0;
}

/** @throws Failure when the table may not be read */
async function orUnreadable<T>(read: () => Promise<T>): Promise<T | 'unreadable'> {
  try {
    return await readable(read);
  } catch (error) {
    if (error instanceof RowUnreadable) return 'unreadable';
    throw error;
  }
}

/** What the whole deployment shares, and of each account what is stored. No account is read at the device cloud. */
export async function examineDeployment(patient: Patient): Promise<Report> {
  const { ports, title } = patient;
  const [setUp, evidence, ids] = await Promise.all([
    lookAtSetUp(patient),
    ports.diagnostics.gatherDeployment(),
    readable(() => ports.accounts.list()),
  ]);
  const found = await inParallel(ids.slice(0, MOST_ACCOUNTS), AT_ONCE, async (accountId) => ({
    accountId,
    diagnosis: diagnose(await ports.diagnostics.gather({ accountId, withoutProbes: true }), ports.clock.now()),
  }));
  const now = ports.clock.now();
  const diagnosis = diagnose({ ...evidence, ...setUp.evidence }, now);
  const report = toReport({ title, now, diagnosis, cloud: ports.cloudName, setUp: setUp.findings });
  const accounts = { all: ids.length, looked: found.length, found: grouped(found, ports.cloudName) };
  return { ...ofDeployment(report, evidence, accounts), accounts };
}

/** What only an account has: a link, a session, plugs, a grant. */
const OF_ACCOUNT: ReadonlySet<Hop> = new Set<Hop>([
  ...(['code-exchange', 'accept-grant', 'discovery', 'alexa-link'] as const),
  ...(['device-cloud', 'plug', 'event-token', 'gateway'] as const),
]);
const LOOK_AT_ACCOUNT = 'shows with --account or --email';

/** A deployment shows no plug and no session. */
function ofDeployment(report: Report, evidence: object, accounts: Accounts): Report {
  const lines = report.lines.map((line) =>
    line.state === 'unknown' && OF_ACCOUNT.has(line.hop) ? { ...line, says: LOOK_AT_ACCOUNT } : line,
  );
  if (report.verdict !== 'undecided') return { ...report, lines };
  const isSeen = ['address', 'tokenEndpoint', 'table'].every((name) => name in evidence);
  if (!isSeen) return { ...report, lines, blind: true };
  return { ...report, lines, verdict: 'healthy', blind: false, says: sharedWorks(accounts) };
}

/** That what is shared works is no comfort to an account with a fault of its own. */
function sharedWorks({ looked, found }: Accounts): string {
  const faulty = found.reduce((sum, { count }) => sum + count, 0);
  if (faulty === 0) return 'What all accounts share works. Look at one account with --account or --email.';
  return `What all accounts share works. ${faulty} of ${looked} ${looked === 1 ? 'account' : 'accounts'} ${faulty === 1 ? 'has a fault of its' : 'have faults of their'} own: see Accounts.`;
}

interface Found {
  readonly accountId: string;
  readonly diagnosis: Diagnosis;
}

/** The findings about accounts, the most frequent first. What is wrong for all of them is no finding about one. */
function grouped(found: readonly Found[], cloud: string): Group[] {
  const groups = new Map<string, Omit<Group, 'count' | 'accounts'> & { accounts: string[] }>();
  for (const { accountId, diagnosis } of found) {
    if (diagnosis.hop === 'healthy' || diagnosis.hop === 'undecided' || diagnosis.hop === 'watch') continue;
    const { hop, cause } = diagnosis;
    const group = groups.get(cause.code) ?? {
      hop,
      cause: cause.code,
      example: wordsOf(cause, cloud).says,
      accounts: [],
    };
    group.accounts.push(accountId);
    groups.set(cause.code, group);
  }
  return [...groups.values()]
    .map(({ accounts, ...group }) => ({ ...group, count: accounts.length, accounts: accounts.slice(0, MOST_NAMED) }))
    .sort((one, other) => other.count - one.count);
}

/** Nobody is asked: without a credential in the environment the settings are not read. */
const settingsInEnvironment = ({ kind, issuer }: MakerServer) =>
  settingsAccess({ kind, issuer }, { environment: process.env, input: Readable.from([]) }, undefined);

async function lookAtSetUp({ target, ports }: Patient) {
  const [findings, counted] = await Promise.all([
    preflight(target, () => {}, setUpChecks),
    readCountedEvidence(target, () => ports.clock.now()),
  ]);
  const [home] = await target.stacks().catch(() => []);
  const ofMaker = (await hasOtherServer(target)) ? await makersFindings(target, settingsInEnvironment) : [];
  // The audit says the same of the maker's server as this check, practice by practice.
  const others = findings.filter(({ check }) => ofMaker.length === 0 || check !== 'makers-server');
  const delivery = deliveryOf(findings, home?.awsRegion ?? 'the home region', ports.clock.now());
  return { findings: [...toSetUp(others), ...ofMaker], evidence: { ...counted, ...delivery } };
}

/** The ids of accounts, by how an e-mail address fits. */
export interface Fitting {
  /** It is the one that is kept with the password. */
  readonly kept: readonly string[];
  /** No address is kept, and its masked form fits: it may be another address of the same form. */
  readonly masked: readonly string[];
  /** Accounts whose row cannot be opened. */
  readonly unreadable: number;
}

/**
 * The accounts with an e-mail address. An address is kept only with the password; of the others its masked form is compared.
 * @throws Failure when the table may not be read
 */
export async function accountsOf(email: string, { ports: { accounts } }: Patient): Promise<Fitting> {
  const ids = await readable(() => accounts.list());
  const wanted = email.toLowerCase();
  const fits = await inParallel(ids, AT_ONCE, async (id) => {
    const account = await orUnreadable(() => accounts.get(id));
    if (account === 'unreadable') return { id, by: account };
    const kept = account?.credentials?.email.toLowerCase();
    if (kept !== undefined) return { id, by: kept === wanted ? ('kept' as const) : undefined };
    return { id, by: account?.maskedEmail.toLowerCase() === maskEmail(wanted) ? ('masked' as const) : undefined };
  });
  const by = (how: string) => fits.filter((one) => one.by === how).map(({ id }) => id);
  return { kept: by('kept'), masked: by('masked'), unreadable: by('unreadable').length };
}

/** A machine far from the region, or with much to do, gets some answers late. */
const MOST_ATTEMPTS = 3;
/** AWS refuses the developer, not the skill. */
const OF_DEVELOPER = /AccessDenied|Credentials|UnrecognizedClient|ExpiredToken|InvalidSignature|NotAuthorized/;

/** @throws Failure when AWS does not let this machine read the table, which says nothing about the skill; RowUnreadable */
async function readable<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      // The table has answered.
      if (error instanceof RowUnreadable) throw error;
      if (attempt === MOST_ATTEMPTS || !(error instanceof StoreUnavailable) || refusalIn(error)) throw failureOf(error);
    }
  }
}

function failureOf(error: unknown): unknown {
  const refusal = refusalIn(error);
  if (refusal !== undefined)
    return new Failure(
      `AWS does not let this profile read the table (${refusal}).`,
      'Use a profile that may read and write the table: --profile, or the keys in the environment.',
      { cause: error },
    );
  if (error instanceof StoreUnavailable)
    return new Failure(
      'The table does not answer this machine.',
      'If commands work, look at the connection of this machine. If they do not, look at DynamoDB in the AWS console.',
      { cause: error },
    );
  return error;
}

const refusalIn = (error: unknown): string | undefined =>
  [error, error instanceof Error ? error.cause : undefined]
    .map((one) => (one instanceof Error ? one.name : ''))
    .find((name) => OF_DEVELOPER.test(name));
