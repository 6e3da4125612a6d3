import { afterEach, expect, test } from '@jest/globals';
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
