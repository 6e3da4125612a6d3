import { afterEach, expect, test } from '@jest/globals';
import { convictions, diagnose } from '../../lambda/domain/diagnosis/diagnose.ts';
import { withFastClock } from '../support/clock.ts';
import { openSetup, set, type TestSetup, turnOn, until } from '../support/setup.ts';

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

/** What the doctor finds broken with what is stored, and what is noted of a late answer. */
async function lookAtLate() {
  const { diagnostics } = setup.system.ports;
  const found = await diagnostics.gather({ accountId: String(setup.account.userId), withoutProbes: true });
  const causes = convictions(diagnose(found, setup.clock.now())).map(({ cause }) => cause);
  return causes.filter(({ code }) => code === 'answer-late');
}

test('an answer that had to wait for the device cloud until the time was up is noted with both times, in one write', async () => {
  setup = await openSetup({ granted: true });
  const { system, customer, endpointId, clock } = setup;
  const recover = system.myLeviton.inject({ kind: 'hang' });
  system.table.resetCounts();
  await withFastClock(clock, () => customer.send(turnOn(endpointId)));
  recover();
  expect(system.table.counts.byOperation.UpdateItem).toBe(1);
  const { lateAnswer } = (await evidence()) ?? {};
  expect(lateAnswer?.ms).toBeGreaterThanOrEqual(7_000);
  expect(lateAnswer?.ms).toBeLessThan(8_000);
  expect(lateAnswer?.cloudMs).toBeGreaterThan(6_000);
  expect(lateAnswer?.cloudMs).toBeLessThanOrEqual(Number(lateAnswer?.ms));
  expect(await lookAtLate()).toEqual([{ code: 'answer-late', ms: lateAnswer?.ms, cloudMs: lateAnswer?.cloudMs }]);
  clock.advance(3_600_000);
  expect(await lookAtLate()).toEqual([]);
});

test('a command that the device cloud took late is answered well, and noted once an hour', async () => {
  setup = await openSetup();
  const { system, customer, endpointId, clock } = setup;
  const end = system.myLeviton.onExchange(() => clock.advance(8_600));
  system.table.resetCounts();
  const answers = [];
  for (let time = 0; time < 3; time++) answers.push((await customer.send(turnOn(endpointId))).errorType);
  end();
  expect([answers, system.table.counts.requests]).toEqual([[undefined, undefined, undefined], 1]);
  expect((await evidence())?.lateAnswer).toMatchObject({ at: expect.stringMatching(/T12:00:/) });
});

test('where a slow table keeps the note of a malformed answer, Alexa does not wait for it', async () => {
  setup = await openSetup();
  const { system, customer, endpointId, clock } = setup;
  const ends = [system.misreadLevels(), system.table.fail('slow')];
  const began = clock.now().getTime();
  const { errorType } = await withFastClock(clock, () => customer.send(set(endpointId, 61)));
  for (const end of ends) end();
  expect(errorType).toBe('INTERNAL_ERROR');
  expect(clock.now().getTime() - began).toBeLessThan(2_000);
});

test('an answer that Alexa would refuse is logged and noted, and she gets an error in its place; the lamp obeys', async () => {
  setup = await openSetup();
  const { system, customer, endpointId, lamp, clock, lines } = setup;
  const end = system.misreadLevels();
  system.table.resetCounts();
  const answers = [];
  for (let time = 0; time < 3; time++) answers.push((await customer.send(set(endpointId, 61))).errorType);
  expect(answers).toEqual(['INTERNAL_ERROR', 'INTERNAL_ERROR', 'INTERNAL_ERROR']);
  expect(system.table.counts.requests).toBe(1);
  expect(lines.filter((line) => line.includes('"answer-malformed"'))).toHaveLength(3);
  expect(lines.find((line) => line.includes('"answer-malformed"'))).toMatch(/"field":"brightness.value"/);
  await until(() => system.myLeviton.device(lamp).brightness === 61);
  expect(await evidence()).toEqual({ malformedAnswer: { at: expect.stringMatching(/T12:00:/) } });
  clock.advance(61_000);
  await customer.reportState(endpointId);
  expect(await evidence()).toEqual({ malformedAnswer: { at: expect.stringMatching(/T12:01:/) } });
  end();
  expect((await customer.send(set(endpointId, 62))).errorType).toBeUndefined();
});

test('of more devices than Alexa takes the first 300 are described, and it is noted', async () => {
  setup = await openSetup();
  const { system, customer, residence, lines } = setup;
  for (let count = 1; count <= 300; count++) system.myLeviton.addSwitch(residence, { name: `Lamp ${count}` });
  const endpoints = await customer.discover();
  expect(endpoints).toHaveLength(300);
  expect(lines.filter((line) => line.includes('"answer-malformed"'))).toEqual([
    expect.stringMatching(/"answer":"Discover.Response","field":"endpoints"/),
  ]);
  expect(await evidence()).toMatchObject({ malformedAnswer: { at: expect.stringMatching(/T12:00:/) } });
});
