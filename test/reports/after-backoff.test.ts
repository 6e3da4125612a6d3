import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createAlexaGateway } from '../../lambda/adapters/event-gateway/gateway.ts';
import { StoreUnavailable } from '../../lambda/ports/errors.ts';
import type { Grant } from '../../lambda/ports/grant-store.ts';
import type { ReportMessage } from '../../lambda/ports/report-queue.ts';
import { applyOutcome } from '../../lambda/reports/grant-backoff.ts';
import { processGroup } from '../../lambda/reports/work.ts';
import { withFastClock } from '../support/clock.ts';
import type { TestSetup } from '../support/setup.ts';
import { accountIdOf, backoffOf, grantsOf, openReportedSetup, sampleOf } from './support.ts';

// A name was changed in a long back-off, and its message was dropped: what follows the back-off sends it.

const HOUR_MS = 3_600_000;

let setup: TestSetup;
let queued: ReportMessage[];
let isQueueDown: boolean;
beforeEach(async () => {
  setup = await openReportedSetup();
  queued = [];
  isQueueDown = false;
  const [record] = await setup.system.ports.devices.list(accountIdOf(setup));
  if (!record) throw new Error('no device');
  const device = { ...record.device, name: 'Night light' };
  await setup.system.ports.devices.replace(accountIdOf(setup), record, { ...record, device });
});
afterEach(() => setup.system.close());

async function grantInBackoff(): Promise<Grant> {
  const [grant] = await grantsOf(setup);
  if (!grant) throw new Error('no grant');
  const since = setup.clock.now().toISOString();
  const until = new Date(setup.clock.now().getTime() + HOUR_MS).toISOString();
  const backoff = { cause: 'never-enabled', since, until, attempts: 11 } as const;
  return (await setup.system.ports.grants.amend(grant, { region: 'NA', backoff })) ?? grant;
}

function ports() {
  const send = async (messages: readonly ReportMessage[]) => {
    if (isQueueDown) throw new StoreUnavailable('the queue is down');
    queued.push(...messages);
  };
  const gateway = createAlexaGateway({ urls: setup.system.alexa.gatewayUrls });
  return { ...setup.system.ports, queue: { send }, gateway, debounceMs: 0 };
}
const deliver = (message: ReportMessage, receives = 1) =>
  processGroup([{ id: 'one', receipt: '', receives, read: () => message }], ports());
const kinds = () => queued.map(({ kind }) => kind);

test('the event that ends it asks for the list of devices, also where the queue is down at that moment', async () => {
  await grantInBackoff();
  setup.clock.advance(HOUR_MS);
  const state = sampleOf(setup, { level: 35 });
  isQueueDown = true;
  expect((await deliver(state)).failed).toHaveLength(1);
  isQueueDown = false;
  expect((await deliver(state, 2)).failed).toEqual([]);
  expect(kinds()).toEqual(['devices']);
});

test('an event that says nothing new after its end asks for the list, and one of before does not', async () => {
  await deliver(sampleOf(setup, { level: 35 }));
  await grantInBackoff();
  setup.clock.advance(HOUR_MS / 2);
  await deliver(sampleOf(setup, { level: 35 }));
  expect(kinds()).toEqual([]);
  setup.clock.advance(HOUR_MS / 2);
  await deliver(sampleOf(setup, { level: 35 }));
  expect(kinds()).toEqual(['devices']);
});

test('the grant is written meanwhile, for another reason: it ends all the same', async () => {
  const grant = await grantInBackoff();
  await setup.system.ports.grants.replace(grant, grant.tokens);
  await applyOutcome({ kind: 'accepted', grant }, setup.endpointId, false, ports());
  expect(await backoffOf(setup)).toBe('none');
  expect(kinds()).toEqual(['devices']);
});

test('another event starts the next one meanwhile: that one stays', async () => {
  const grant = await grantInBackoff();
  const until = new Date(setup.clock.now().getTime() + 2 * HOUR_MS).toISOString();
  const backoff = { cause: 'never-enabled', since: until, until, attempts: 12 } as const;
  await setup.system.ports.grants.amend(grant, { region: 'NA', backoff });
  await applyOutcome({ kind: 'accepted', grant }, setup.endpointId, false, ports());
  expect((await grantsOf(setup))[0]?.backoff).toEqual(backoff);
});

test('AcceptGrant renews the grant: its Alexa gets the list', async () => {
  await grantInBackoff();
  await setup.customer.acceptGrant();
  await withFastClock(setup.clock, () => setup.system.queue.idle());
  expect(setup.customer.endpoints).toMatchObject([{ name: 'Night light' }]);
});
