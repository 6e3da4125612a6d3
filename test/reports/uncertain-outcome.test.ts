import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Customer } from '../../desk/alexa/contract.ts';
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
