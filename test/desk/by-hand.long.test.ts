import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RunningDesk, startDesk } from '../../desk/desk.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { systemClock } from '../../lambda/adapters/system/clock.ts';

let desk: RunningDesk;
beforeAll(async () => {
  desk = await startDesk({ log: createLog('silent', systemClock), reportDelayMs: 20 });
});
afterAll(() => desk.close());

const subjects = () => desk.state().notices.map(({ subject }) => subject);

test('Alexa lets go without a sign, and a hand is at the plug every day: one question with a link, once', async () => {
  await desk.control({ id: 'alexa-lets-go' });
  await desk.control({ id: '9-days-by-hand' });
  expect(subjects()).toEqual(['Lamps and Alexa: does Alexa still hear you?']);
  expect(desk.state().notices[0]?.link).toContain('/alexa?t=');
  await desk.control({ id: '1-day' });
  expect(subjects()).toHaveLength(1);
}, 600_000); // hundreds of hours pass
