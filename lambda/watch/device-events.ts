import * as v from 'valibot';
import { asError } from '../basics/as-error.ts';
import { changeRow } from '../basics/change-row.ts';
import { parseJson } from '../basics/json.ts';
import { withChange } from '../domain/lamp-history.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeviceState, DeviceStore } from '../ports/device-store.ts';
import { isSkillError } from '../ports/errors.ts';
import type { IdempotencyStore } from '../ports/idempotency-store.ts';
import type { Log } from '../ports/log.ts';
import type { ReportQueue, StateMessage } from '../ports/report-queue.ts';
import { causeOf } from './cause.ts';
import { RequestRefused, readSigned, type SigningKey } from './signed-request.ts';

export interface DeviceEventsPorts {
  readonly devices: DeviceStore;
  readonly queue: ReportQueue;
  readonly idempotency: IdempotencyStore;
  readonly clock: Clock;
  readonly log: Log;
  /** What the device cloud signs with. Without a key no event is taken. */
  readonly key: SigningKey;
  /** The accounts here that the sender's account may be; by default the one of that id. */
  readonly accountIds?: (account: string) => Promise<readonly string[]>;
}

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(256));

const Event = v.pipe(
  v.strictObject({
    /** The account at the device cloud, which is the account. */
    accountId: id,
    deviceId: id,
    power: v.exactOptional(v.picklist(['ON', 'OFF'])),
    level: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100))),
    connected: v.exactOptional(v.boolean()),
    at: v.pipe(v.string(), v.isoTimestamp()),
    origin: v.optional(v.picklist(['plug', 'our-write', 'other-write', 'unknown']), 'unknown'),
  }),
  v.check(
    ({ power, level, connected }) => (power ?? level ?? connected) !== undefined,
    'power, level or connected is needed',
  ),
);
type Event = v.InferOutput<typeof Event>;

const Body = v.strictObject({ events: v.pipe(v.array(Event), v.minLength(1), v.maxLength(100)) });

/** Why an event went nowhere. Sending it once more would not help. */
type Passed = 'unknown-device' | 'older-than-known' | 'from-the-future';

/** How far a device cloud's clock may be ahead of ours. What claims to be of later would make all that follows look old. */
const AHEAD_MS = 5 * 60_000;

/**
 * The door for device clouds that push over HTTP: `POST` a signed `{"events": [{accountId, deviceId, power?, level?, connected?, at,
 * origin?}]}`, see `readSigned`. Each event becomes a sample in the report queue. Fields that it lacks are as they were last known, so a
 * sender whose events overtake each other sends whole states.
 * @returns 200 with what was taken and what was passed over; 4xx with an `error` and a `message` for what must not be sent again;
 *   503 when it should be, as it is
 */
export async function takeDeviceEvents(request: Request, ports: DeviceEventsPorts): Promise<Response> {
  try {
    return await take(request, ports);
  } catch (error) {
    if (error instanceof RequestRefused) {
      ports.log.warn('device-events-refused', { status: error.status, code: error.code });
      return json(error.status, { error: error.code, message: error.message });
    }
    ports.log.error('device-events-failed', { error: asError(error) });
    return isSkillError(error)
      ? json(503, { error: 'unavailable', message: 'send it again' }, { 'Retry-After': '5' })
      : json(500, { error: 'internal', message: 'not your fault' });
  }
}

async function take(request: Request, ports: DeviceEventsPorts): Promise<Response> {
  const { idempotency, clock, log, queue } = ports;
  if (request.method !== 'POST') throw new RequestRefused(405, 'method', 'events are posted');
  const { body, signature, goodUntil } = await readSigned(request, ports.key, clock);
  const events = read(body);
  if (await idempotency.has(signature)) return json(200, { accepted: 0, passed: [], repeated: true });
  const samples: StateMessage[] = [];
  const passed: { index: number; reason: Passed }[] = [];
  for (const [index, event] of events.entries()) {
    const found = await toSamples(event, ports);
    if (typeof found === 'string') passed.push({ index, reason: found });
    else samples.push(...found);
  }
  if (samples.length > 0) await queue.send(samples);
  // Noted when it is queued and not before: whoever got no answer sends it again, and then nothing is lost.
  await idempotency.add(signature, goodUntil);
  const accepted = events.length - passed.length;
  log.info('device-events', { accepted, passed: passed.length });
  return json(200, { accepted, passed });
}

function read(body: string): Event[] {
  const parsed = parseJson(body);
  if (parsed === undefined) throw new RequestRefused(400, 'malformed', 'the body is no JSON');
  const result = v.safeParse(Body, parsed);
  if (result.success) return result.output.events;
  const fields = result.issues.slice(0, 10).map((issue) => v.getDotPath(issue) ?? 'the whole');
  throw new RequestRefused(400, 'malformed', `missing or wrong: ${[...new Set(fields)].join(', ')}`);
}

/** The samples of an event, one for each account here that has the device. */
async function toSamples(event: Event, ports: DeviceEventsPorts): Promise<StateMessage[] | Passed> {
  const accountIds = (await ports.accountIds?.(event.accountId)) ?? [event.accountId];
  const samples: StateMessage[] = [];
  let reason: Passed = 'unknown-device';
  for (const accountId of accountIds) {
    const sample = await toSample({ ...event, accountId }, ports);
    if (typeof sample !== 'string') samples.push(sample);
    else if (sample !== 'unknown-device') reason = sample;
  }
  return samples.length > 0 ? samples : reason;
}

/** The whole state after an event; noted as seen, so that the next event of the device builds on it. */
async function toSample(event: Event, { devices, clock }: DeviceEventsPorts): Promise<StateMessage | Passed> {
  const { accountId, deviceId, power, level, connected, origin } = event;
  const at = new Date(event.at);
  if (at.getTime() > clock.now().getTime() + AHEAD_MS) return 'from-the-future';
  let result: StateMessage | Passed = 'unknown-device';
  await changeRow({
    read: () => devices.get(accountId, deviceId),
    next: (record) => {
      result = 'unknown-device';
      if (!record || record.removedSince !== undefined) return undefined;
      const { lastState } = record;
      result = 'older-than-known';
      if (at.getTime() < Date.parse(lastState.at)) return undefined;
      const state: DeviceState = {
        power: power ?? lastState.power,
        level: level ?? lastState.level,
        connected: connected ?? lastState.connected,
        at: at.toISOString(),
      };
      result = {
        ...{ kind: 'state', accountId, deviceId, ...state, cause: causeOf(origin), by: origin },
        ...(isByOthers(event) && { forceReport: true }),
      };
      // Noted here: the worker finds the row as the event has left it.
      return { ...withChange(record, state, origin, clock.now()), lastState: state };
    },
    write: async (record, next) => record && (await devices.replace(accountId, record, next)),
  });
  return result;
}

/**
 * Whether somebody else changed the light. It is reported even if the last report had the same state: a command of Alexa may have been
 * between, whose own event is still to come, and Alexa shows the command. An event of unknown origin may be a repetition.
 */
const isByOthers = ({ power, level, origin }: Event): boolean =>
  (origin === 'plug' || origin === 'other-write') && (power ?? level) !== undefined;

const json = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
  });
