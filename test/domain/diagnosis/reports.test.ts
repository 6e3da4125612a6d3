import { afterEach, expect, test } from '@jest/globals';
import { withFastClock } from '../../support/clock.ts';
import { type TestSetup, until } from '../../support/setup.ts';
import { look, openWatched } from './gather-support.ts';

// What Alexa was told of a lamp, compared with how it is now.

let setup: TestSetup;
afterEach(() => setup.system.close());

test('a change that is not reported is found after a quarter of an hour; once it is reported nothing is', async () => {
  setup = await openWatched();
  const { system, clock, lamp, endpointId, reports } = setup;
  const state = async (level: number) => {
    const at = clock.now().toISOString();
    const common = { deviceId: endpointId, power: 'ON', connected: true, cause: 'PHYSICAL_INTERACTION' } as const;
    const before = reports.length;
    const accountId = String(setup.account.userId);
    await system.queue.send([{ kind: 'state', accountId, ...common, level, at }]);
    await until(() => reports.length > before, 'a report');
    await system.queue.idle();
  };
  system.myLeviton.paddle(lamp, 40);
  await state(40);
  const { evidence } = await look(setup);
  expect(evidence.reports).toMatchObject({ equal: 1, waiting: 0 });

  system.myLeviton.paddle(lamp, 80);
  expect((await look(setup)).broken).toEqual([]);
  clock.advance(16 * 60_000);
  const late = await look(setup);
  expect(late.broken).toEqual(['comparison: reports-stuck']);
  expect(late.evidence.reports).toMatchObject({ equal: 0, waiting: 1 });

  await state(80);
  expect((await look(setup)).broken).toEqual([]);
});

test.each([429, 503])(
  'while the gateway answers %i a report waits: the gateway is named, and nobody is once it takes it',
  async (status) => {
    setup = await openWatched();
    const { system, clock, lamp, endpointId, reports } = setup;
    const accountId = String(setup.account.userId);
    const recover = system.alexa.inject({ at: 'NA', kind: 'status', status });
    system.myLeviton.paddle(lamp, 80);
    const began = clock.now().toISOString();
    const state = { kind: 'state', accountId, deviceId: endpointId, at: began } as const;
    await system.queue.send([{ ...state, power: 'ON', level: 80, connected: true, cause: 'PHYSICAL_INTERACTION' }]);
    await withFastClock(clock, async () => {
      const isNoted = async () => (await system.ports.grants.list(accountId))[0]?.unreachableSince !== undefined;
      await until(isNoted, 'what the worker notes');
      const { diagnosis, broken } = await look(setup);
      expect(broken).toEqual(['gateway: gateway-not-answering']);
      expect(diagnosis).toMatchObject({
        hop: 'gateway',
        who: 'nobody',
        since: expect.stringMatching(/^2026-03-01T12:0/),
      });
      recover();
      await until(() => reports.length > 0, 'the report');
      await system.queue.idle();
      expect((await look(setup)).broken).toEqual([]);
    });
  },
);
