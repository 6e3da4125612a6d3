import { afterEach, expect, test } from '@jest/globals';
import { openSetup, type TestSetup, turnOn } from '../support/setup.ts';

let setup: TestSetup;
afterEach(() => setup.system.close());

const evidence = () => setup.system.ports.evidence.get(String(setup.account.userId));

test('a command that fails is noted with its error, and a good one before it; healthy ones use no table', async () => {
  setup = await openSetup();
  const { system, customer, endpointId, clock } = setup;
  system.table.resetCounts();
  for (let minute = 0; minute < 30; minute++) {
    await customer.send(turnOn(endpointId));
    clock.advance(60_000);
  }
  expect([system.table.counts.requests, await evidence()]).toEqual([0, undefined]);
  const recover = system.myLeviton.inject({ kind: 'html', status: 503 });
  await customer.send(turnOn(endpointId));
  recover();
  expect(await evidence()).toEqual({
    goodDirectiveAt: expect.stringMatching(/T12:29:/),
    failedDirective: { at: expect.stringMatching(/T12:30:/), error: 'CloudUnreachable' },
  });
});

test('an offline plug is noted, and what cannot be noted does not change the answer', async () => {
  setup = await openSetup();
  const { system, customer, endpointId, lamp, clock } = setup;
  system.myLeviton.unplug(lamp);
  const recover = system.table.fail('error');
  const answer = await customer.send(turnOn(endpointId));
  recover();
  expect(answer.errorType).toBe('ENDPOINT_UNREACHABLE');
  clock.advance(61_000);
  await customer.send(turnOn(endpointId));
  expect(await evidence()).toMatchObject({ failedDirective: { error: 'DeviceUnreachable' } });
});
