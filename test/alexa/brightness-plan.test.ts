import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { DirectiveInput } from '../../desk/alexa/contract.ts';
import { adjust, openSetup, propertiesIn, set, type TestSetup, turnOff, turnOn, until } from '../support/setup.ts';

// Amazon's BrightnessController capability test plan (github.com/alexa/alexa-smarthome, capability_evaluations), row by row over the
// wire: directive -> skill -> device cloud -> plug, and back in a StateReport. Each step is a directive or a state to begin with.
let setup: TestSetup;
beforeAll(async () => {
  setup = await openSetup({ reportDelayMs: 5 });
});
afterAll(() => setup.system.close());
beforeEach(async () => {
  await begin('TurnOn', 'Set 100');
});

const toDirective = (step: string): DirectiveInput => {
  const [verb, number] = step.split(' ');
  if (verb === 'TurnOn') return turnOn(setup.endpointId);
  if (verb === 'TurnOff') return turnOff(setup.endpointId);
  return verb === 'Set' ? set(setup.endpointId, Number(number)) : adjust(setup.endpointId, Number(number));
};

async function begin(...steps: string[]): Promise<void> {
  for (const step of steps) await take(step);
}

/** Sends one directive and waits until the plug has followed it. */
async function take(step: string): Promise<Record<string, unknown>> {
  let followed = false;
  const stop = setup.system.myLeviton.onDevice(() => {
    followed = true;
  });
  const answer = await setup.customer.send(toDirective(step));
  expect(answer).toMatchObject({ name: 'Response' });
  await until(() => followed);
  stop();
  return propertiesIn(answer.message);
}

test.each([
  { start: ['TurnOff'], step: 'TurnOn', powerState: 'ON', brightness: 100 },
  { start: ['TurnOn'], step: 'TurnOff', powerState: 'OFF', brightness: 0 },
  { start: ['TurnOff'], step: 'TurnOff', powerState: 'OFF', brightness: 0 },
  { start: ['Set 50'], step: 'Adjust -25', powerState: 'ON', brightness: 25 },
  { start: ['Set 25'], step: 'Adjust 25', powerState: 'ON', brightness: 50 },
  { start: ['TurnOn'], step: 'Set 25', powerState: 'ON', brightness: 25 },
  { start: ['Set 100'], step: 'Adjust 10', powerState: 'ON', brightness: 100 },
  { start: ['Set 100'], step: 'Adjust -25', powerState: 'ON', brightness: 75 },
  { start: ['TurnOff'], step: 'Adjust 25', powerState: 'ON', brightness: 25 },
  { start: ['Set 100', 'TurnOff'], step: 'Adjust -25', powerState: 'OFF', brightness: 0 },
  { start: ['Set 0'], step: 'Adjust -25', powerState: 'OFF', brightness: 0 },
  { start: ['Set 25'], step: 'Adjust -25', powerState: 'OFF', brightness: 0 },
  { start: ['Set 100'], step: 'Set 0', powerState: 'OFF', brightness: 0 },
  { start: ['Set 100', 'Set 0'], step: 'TurnOn', powerState: 'ON', brightness: 100 },
  { start: ['Set 50', 'TurnOff'], step: 'TurnOn', powerState: 'ON', brightness: 50 },
  { start: ['Set 80', 'TurnOff'], step: 'Set 30', powerState: 'ON', brightness: 30 },
])('$start, then $step: $powerState at $brightness', async ({ start, step, powerState, brightness }) => {
  await begin(...start);
  const expected = { powerState, brightness, connectivity: { value: 'OK' } };
  expect(await take(step)).toEqual(expected);
  const report = await setup.customer.reportState(setup.endpointId);
  expect(report.name).toBe('StateReport');
  expect(propertiesIn(report.message)).toEqual(expected);
  expect(setup.system.alexa.problems).toEqual([]);
});

test('each level from 1 to 100 comes back as it was set', async () => {
  for (let level = 1; level <= 100; level++) {
    expect(await take(`Set ${level}`)).toMatchObject({ brightness: level });
    expect(setup.system.myLeviton.device(setup.lamp)).toMatchObject({ power: 'ON', brightness: level });
  }
});
