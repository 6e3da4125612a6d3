import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type RunningDesk, startDesk } from '../../desk/desk.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { systemClock } from '../../lambda/adapters/system/clock.ts';
import { until } from '../support/setup.ts';

let desk: RunningDesk;
beforeEach(async () => {
  desk = await startDesk({ log: createLog('silent', systemClock), reportDelayMs: 20, maker: 'bridge' });
});
afterEach(() => desk.close());

test.each(['61-days', '9-days-by-hand', '400-days'])(
  '%s at a maker’s own cloud: the lamp obeys, and nobody is asked for anything',
  async (id) => {
    await desk.control({ id });
    await until(() => desk.state().travel === undefined);
    await desk.say({ sentence: 'set bedroom lamp to 30 percent' });
    expect(desk.state().turns.at(-1)).toMatchObject({ outcome: 'done' });
    await until(() => {
      const [lamp] = desk.state().lamps;
      return lamp?.plug.level === 30 && lamp.agree;
    });
    expect(desk.state().link).toMatchObject({ linked: true, mayReport: true, session: { state: 'healthy' } });
    expect(desk.state().problems).toEqual([]);
    expect(desk.state().notices.filter(({ text }) => text.includes('Acme Home'))).toEqual([]);
  },
  900_000, // more than a thousand runs of each function
);
