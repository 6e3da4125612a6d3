import type { AlexaFault } from '../../desk/alexa/contract.ts';
import type { Fault } from '../../desk/my-leviton/contract.ts';
import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import type { Street } from './accounts.ts';
import type { Random } from './random.ts';

/** Takes a failure away. */
export type End = () => void;

/** One way in which a hop fails. What only a person or Amazon can end is not among them: those links are meant to be lost. */
interface SoakFault {
  readonly hop: string;
  readonly weight: number;
  start(street: Street, random: Random): End | Promise<End>;
}

const endsByItself: End = () => undefined;
const REGIONS: readonly AlexaRegion[] = ['NA', 'EU', 'FE'];

/** Failures of the device cloud's REST; what is without `times` lasts until it is taken away. */
const restFaults = (random: Random): readonly Fault[] => [
  { kind: 'html', status: random.pick([200, 502, 503, 504]) },
  { kind: 'server-error' },
  { kind: 'empty' },
  { kind: 'garbage', body: '{"error":null}' },
  { kind: 'status', status: 429 },
  { kind: 'reset', takesEffect: random.chance(0.5) },
  { kind: 'hang', takesEffect: random.chance(0.5), times: 1 },
  { kind: 'latency', ms: random.between(100, 2_500) },
  { kind: 'session-expired', times: random.between(1, 2) },
  { kind: 'unauthorized', times: random.between(1, 2) },
];

const socketFaults = (random: Random): readonly Fault[] => [
  { kind: 'socket-upgrade-502' },
  { kind: 'socket-never-ready', times: random.between(1, 3) },
  { kind: 'socket-auth-close', code: random.pick([1008, 4401]), times: random.between(1, 3) },
  { kind: 'socket-auth-error', times: random.between(1, 3) },
  { kind: 'socket-duplicate-ready' },
  { kind: 'socket-trailing-nul' },
  { kind: 'socket-half-open' },
  { kind: 'socket-deaf' },
  { kind: 'socket-lose' },
  { kind: 'socket-duplicate' },
  { kind: 'socket-reorder' },
  { kind: 'socket-burst', frames: random.between(1, 40) },
  { kind: 'socket-lifetime', ms: random.between(500, 60_000) },
];

const lwaFaults = (random: Random): readonly AlexaFault[] => [
  { at: 'lwa', kind: 'status', status: random.pick([429, 500, 503]) },
  { at: 'lwa', kind: 'html' },
  { at: 'lwa', kind: 'hang', times: 1 },
  { at: 'lwa', kind: 'reset' },
  { at: 'lwa', kind: 'invalid-client' },
];

const gatewayAnswers = [
  [400, 'INVALID_REQUEST_EXCEPTION'],
  [401, 'INVALID_ACCESS_TOKEN_EXCEPTION'],
  [403, 'SKILL_NEVER_ENABLED_EXCEPTION'],
  [403, 'SKILL_DISABLED_EXCEPTION'],
  [403, 'INSUFFICIENT_PERMISSION_EXCEPTION'],
  [403, 'ACCOUNT_NOT_FOUND_EXCEPTION'],
  [404, 'SKILL_NOT_FOUND_EXCEPTION'],
  [413, 'REQUEST_ENTITY_TOO_LARGE_EXCEPTION'],
  [429, 'THROTTLING_EXCEPTION'],
  [500, 'INTERNAL_SERVICE_EXCEPTION'],
  [503, 'SERVICE_UNAVAILABLE_EXCEPTION'],
] as const;

export const FAULTS: readonly SoakFault[] = [
  {
    hop: 'device cloud',
    weight: 10,
    start: ({ system, accounts }, random) => {
      const scope = random.chance(0.7) ? { email: random.pick(accounts).email } : {};
      return system.myLeviton.inject({ ...random.pick(restFaults(random)), ...scope });
    },
  },
  {
    hop: 'device cloud refuses connections',
    weight: 1,
    start: ({ system }) => system.myLeviton.inject({ kind: 'refused' }),
  },
  {
    hop: 'session revoked',
    weight: 2,
    start: ({ system, accounts }, random) => {
      system.myLeviton.revokeSessions(random.pick(accounts).email);
      return endsByItself;
    },
  },
  {
    hop: 'push channel',
    weight: 12,
    start: ({ system }, random) => system.myLeviton.inject(random.pick(socketFaults(random))),
  },
  {
    hop: 'push channel cut',
    weight: 3,
    start: ({ system }, random) => {
      system.myLeviton.cutSockets(random.pick([1000, 1006, 1008]));
      return endsByItself;
    },
  },
  {
    hop: 'table',
    weight: 6,
    start: ({ system: { table } }, random) => {
      const how = random.pick(['refused', 'error', 'read-only', 'lost-answer', 'slow'] as const);
      return how === 'slow' || random.chance(0.5) ? table.fail(how, random.between(1, 4)) : table.fail(how);
    },
  },
  { hop: 'login with amazon', weight: 5, start: ({ system }, random) => loginFails(system.alexa, random) },
  {
    hop: 'event gateway',
    weight: 10,
    start: ({ system }, random) => {
      const at = random.pick(REGIONS);
      const [status, code] = random.pick(gatewayAnswers);
      // One at a time, so that never all three say at once that the skill is disabled: that would be true then.
      if (code === 'SKILL_DISABLED_EXCEPTION') return system.alexa.inject({ at: 'EU', kind: 'status', status, code });
      const kind = random.pick(['status', 'status', 'status', 'html', 'hang', 'reset'] as const);
      if (kind === 'status') return system.alexa.inject({ at, kind, status, code });
      return system.alexa.inject({ at, kind, ...(kind === 'hang' && { times: random.between(1, 2) }) });
    },
  },
  {
    hop: 'access tokens ended',
    weight: 2,
    start: ({ system }) => {
      system.alexa.endAccessTokens();
      return endsByItself;
    },
  },
  { hop: 'wrong region', weight: 2, start: moveAGrant },
  {
    hop: 'queue paused',
    weight: 3,
    start: ({ system: { queue } }) => {
      queue.pause();
      return () => queue.resume();
    },
  },
  {
    hop: 'queue repeats',
    weight: 5,
    start: ({ system: { queue } }) => {
      queue.repeatNext();
      return endsByItself;
    },
  },
  {
    hop: 'token answer lost',
    weight: 2,
    start: ({ accounts }, random) => {
      random.pick(random.pick(accounts).amazonCustomers).account.loseNextAnswer();
      return endsByItself;
    },
  },
];

const WHEEL = FAULTS.flatMap((fault) => Array.from({ length: fault.weight }, () => fault));

export const anyFault = (random: Random): SoakFault => random.pick(WHEEL);

function loginFails(alexa: Street['system']['alexa'], random: Random): End {
  // Else an hour passes before anybody asks for a token.
  if (random.chance(0.5)) alexa.endAccessTokens();
  return alexa.inject(random.pick(lwaFaults(random)));
}

/** As if AcceptGrant had come from another region than the person's events must go to. */
async function moveAGrant({ system: { ports }, accounts }: Street, random: Random): Promise<End> {
  const { id } = random.pick(accounts);
  try {
    const grant = random.pick(await ports.grants.list(id));
    const { backoff } = grant;
    await ports.grants.amend(grant, { region: random.pick(REGIONS), ...(backoff && { backoff }) });
  } catch {
    // The table has a failure of its own just now.
  }
  return endsByItself;
}
