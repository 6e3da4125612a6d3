import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Customer } from '../../desk/alexa/contract.ts';
import { createAlexaGateway } from '../../lambda/adapters/event-gateway/gateway.ts';
import { StoreUnavailable } from '../../lambda/ports/errors.ts';
import type { GrantStore } from '../../lambda/ports/grant-store.ts';
import type { ReportMessage } from '../../lambda/ports/report-queue.ts';
import { processGroup } from '../../lambda/reports/work.ts';
import { withFastClock } from '../support/clock.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, PASSWORD, type TestSetup, until } from '../support/setup.ts';
import { linesOf, openReportedSetup, sampleOf, tileOf } from './support.ts';

// A report reaches Alexa, and the device's row does not say so: the lamp is off, as reported; then on; then off, as the row says.

let setup: TestSetup;
beforeEach(async () => {
  setup = await openReportedSetup();
});
afterEach(() => setup.system.close());

async function send(power: 'ON' | 'OFF'): Promise<void> {
  setup.clock.advance(1);
  await setup.system.queue.send([sampleOf(setup, { power })]);
}
const idle = () => withFastClock(setup.clock, () => setup.system.queue.idle());

async function addSecond(): Promise<Customer> {
  const second = await seedLink(setup.system, { email: EMAIL, password: PASSWORD, keep: true }, { region: 'FE' });
  await second.customer.acceptGrant();
  await second.customer.discover();
  await setup.system.queue.idle();
  return second.customer;
}

test('accepted and not stored, and a later state comes in the same batch: that one is reported, although it equals the row', async () => {
  const end = setup.system.table.fail('read-only');
  await send('ON');
  await until(() => linesOf(setup, 'report-not-delivered').length > 0);
  expect(tileOf(setup.customer)).toMatchObject({ power: 'ON' });
  end();
  await send('OFF');
  await idle();
  expect(tileOf(setup.customer)).toMatchObject({ power: 'OFF' });
});

test('the only gateway accepts and answers 503, and a later state comes in the same batch: that one is reported', async () => {
  const end = setup.system.alexa.inject({ at: 'NA', kind: 'accept', status: 503 });
  await send('ON');
  await withFastClock(setup.clock, () => until(() => linesOf(setup, 'report-not-delivered').length > 0));
  end();
  await send('OFF');
  await idle();
  expect(tileOf(setup.customer)).toMatchObject({ power: 'OFF' });
});

test('a catch-up message is accepted and not stored: the state after it is reported to its grant', async () => {
  const far = await addSecond();
  const end = setup.system.alexa.inject({ at: 'FE', kind: 'status', status: 503 });
  await send('ON');
  await until(() => linesOf(setup, 'report').some((line) => line.includes('"outcome":"catch-up-queued"')));
  const write = setup.system.table.fail('read-only');
  end();
  await withFastClock(setup.clock, () => until(() => tileOf(far).power === 'ON', 'the catch-up'));
  write();
  await send('OFF');
  await idle();
  for (const customer of [setup.customer, far]) expect(tileOf(customer)).toMatchObject({ power: 'OFF' });
});

test('one of two gateways accepts and answers 503: the state after it is reported to that grant, too', async () => {
  const far = await addSecond();
  setup.system.alexa.inject({ at: 'FE', kind: 'accept', status: 503, times: 1 });
  await send('ON');
  await until(() => tileOf(far).power === 'ON', 'the report');
  await send('OFF');
  await idle();
  for (const customer of [setup.customer, far]) expect(tileOf(customer)).toMatchObject({ power: 'OFF' });
});

/** The worker, and a queue that keeps what it sends. */
function workerOf({ system }: TestSetup) {
  const queued: ReportMessage[] = [];
  const send = async (messages: readonly ReportMessage[]) => void queued.push(...messages);
  const gateway = createAlexaGateway({ urls: system.alexa.gatewayUrls });
  const ports = { ...system.ports, queue: { send }, gateway, debounceMs: 0 };
  const deliver = (message: ReportMessage | undefined, receives = 1, grants: GrantStore = ports.grants) => {
    if (!message) throw new Error('nothing was queued');
    return processGroup([{ id: 'one', receipt: '', receives, read: () => message }], { ...ports, grants });
  };
  return { queued, deliver, grants: ports.grants };
}

const stateOf = (level: number): ReportMessage => {
  setup.clock.advance(1);
  return sampleOf(setup, { level });
};

test('a catch-up message that is left in the queue does not overtake a report whose outcome was not stored', async () => {
  const far = await addSecond();
  const { queued, deliver } = workerOf(setup);
  const end = setup.system.alexa.inject({ at: 'FE', kind: 'status', status: 503 });
  await deliver(stateOf(10));
  await deliver(stateOf(20));
  end();
  const [first, second] = queued.splice(0);
  await deliver(first);
  await deliver(stateOf(20));
  const stored = setup.system.table.fail('read-only');
  const last = stateOf(30);
  await deliver(last);
  stored();
  await deliver(second, 2);
  await deliver(last, 2);
  for (const message of queued) await deliver(message);
  for (const customer of [setup.customer, far]) expect(tileOf(customer)).toMatchObject({ brightness: 30 });
  expect(setup.system.alexa.problems).toEqual([]);
});

test('a catch-up message is refused, and its back-off cannot be stored: it is delivered again, and later states wait for it', async () => {
  const far = await addSecond();
  const { queued, deliver, grants } = workerOf(setup);
  setup.system.alexa.inject({ at: 'FE', kind: 'status', status: 503, times: 1 });
  await deliver(stateOf(10));
  const [catchUp] = queued.splice(0);
  setup.system.alexa.inject({ at: 'FE', kind: 'status', status: 400, times: 1 });
  const down: GrantStore = {
    get: (...row) => grants.get(...row),
    list: (...row) => grants.list(...row),
    put: (...row) => grants.put(...row),
    remove: (...row) => grants.remove(...row),
    drop: (...row) => grants.drop(...row),
    amend: () => Promise.reject(new StoreUnavailable('down')),
    replace: (...row) => grants.replace(...row),
    noteUnreachable: (...row) => grants.noteUnreachable(...row),
  };
  expect((await deliver(catchUp, 1, down)).failed).toHaveLength(1);
  await deliver(stateOf(20));
  expect(tileOf(far)).toMatchObject({ power: 'OFF' });
  expect(queued).toMatchObject([{ level: 20, grantId: expect.any(String) }]);
  await deliver(catchUp, 2);
  expect(tileOf(far)).toMatchObject({ brightness: 20 });
  await deliver(queued[0]);
  await deliver(stateOf(30));
  expect(tileOf(far)).toMatchObject({ brightness: 30 });
});

test('a catch-up message that comes once more after it was done does nothing', async () => {
  const far = await addSecond();
  const { queued, deliver } = workerOf(setup);
  setup.system.alexa.inject({ at: 'FE', kind: 'status', status: 503, times: 1 });
  await deliver(stateOf(10));
  const [catchUp] = queued.splice(0);
  await deliver(catchUp);
  const stored = setup.system.table.fail('read-only');
  await deliver(stateOf(30));
  await deliver(catchUp, 2);
  stored();
  expect(tileOf(far)).toMatchObject({ brightness: 30 });
  expect(setup.system.alexa.problems).toEqual([]);
});
