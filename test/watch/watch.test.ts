import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../desk/my-leviton/contract.ts';
import { causeOf, openWatchDesk, short, type WatchDesk, type WatchedAccount } from './watch-support.ts';

let desk: WatchDesk;
let account: WatchedAccount;
beforeEach(async () => {
  desk = await openWatchDesk();
  account = await desk.addAccount();
});
afterEach(() => desk.close());

const said = () => desk.samples.map((sample) => [short(sample), causeOf(sample)].filter(Boolean).join(' '));
const paddle = (press: 'on' | 'off' | number, lamp = account.lamp) => desk.myLeviton.paddle(lamp, press);
/** The emulator delivers frames over real sockets. */
const until = (holds: () => boolean) => desk.wind(holds, 0);

test('what changed while nobody listened is found by the first read, and only that', async () => {
  const second = desk.myLeviton.addSwitch(account.residence, { name: 'Desk lamp' }).id;
  await desk.discover(account);
  paddle(40);
  await desk.watching(1);
  expect(said()).toEqual(['ON 40 PERIODIC_POLL']);
  expect(desk.samples[0]?.deviceId).toBe(String(account.lamp));
  paddle('on', second);
  await until(() => desk.samples.length === 2);
  expect(said()[1]).toBe('ON 100 PHYSICAL_INTERACTION');
});

test('a run that follows another one finds nothing to say', async () => {
  const first = await desk.watching(1);
  paddle('on');
  await until(() => desk.samples.length === 1);
  await first.stop();
  await desk.watching(1);
  expect(said()).toEqual(['ON 100 PHYSICAL_INTERACTION']);
});

describe('fades', () => {
  /** Frames as the plug sends them while its level moves. */
  async function fade(levels: readonly number[], everyMs: number) {
    for (const level of levels) {
      paddle(level);
      await desk.windMs(everyMs, everyMs);
    }
  }

  test.each([
    { when: 'a hundred steps of a quarter second', steps: 100, everyMs: 250 },
    { when: 'a hundred steps at once', steps: 100, everyMs: 0 },
  ])('$when: the first change at once, then the end', async ({ steps, everyMs }) => {
    await desk.watching(1);
    await fade(
      Array.from({ length: steps }, (_, index) => index + 1),
      everyMs,
    );
    await until(() => desk.samples.length > 0);
    expect(said()).toEqual(['ON 1 PHYSICAL_INTERACTION']);
    await desk.wind(() => desk.samples.length > 1);
    await desk.windMs(3_000);
    expect(said()).toEqual(['ON 1 PHYSICAL_INTERACTION', 'ON 100 PHYSICAL_INTERACTION']);
  });

  test('a change of power does not wait for the end, and takes its place', async () => {
    await desk.watching(1);
    await fade([60, 50, 40], 100);
    paddle('off');
    await until(() => said().includes('OFF 40 PHYSICAL_INTERACTION'));
    await desk.windMs(3_000);
    expect(said()).toEqual(['ON 60 PHYSICAL_INTERACTION', 'OFF 40 PHYSICAL_INTERACTION']);
  });

  test('a lost connection does not wait either', async () => {
    await desk.watching(1);
    await fade([60, 50], 100);
    desk.myLeviton.unplug(account.lamp);
    await until(() => said().some((one) => one.includes('offline')));
    expect(said()[1]).toMatch(/^ON 50 offline/);
  });

  test('what never ends is reported as it is after half a minute', async () => {
    await desk.watching(1);
    let level = 1;
    await desk.wind(() => {
      paddle((level++ % 90) + 1);
      return desk.samples.length > 1;
    }, 400);
    const [first, second] = desk.samples.map(({ at }) => Date.parse(at));
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(25_000);
  });

  test('the end of a run loses no end of a fade', async () => {
    const run = await desk.watching(1);
    await fade([60, 50, 40], 50);
    await until(() => desk.samples.length === 1);
    await run.stop();
    expect(said()).toEqual(['ON 60 PHYSICAL_INTERACTION', 'ON 40 PHYSICAL_INTERACTION']);
  });
});

describe('writes', () => {
  const write = async (level: number) => {
    const stored = await desk.ports.accounts.get(account.id);
    if (!stored) throw new Error('the account is gone');
    const command = { power: 'ON', level } as const;
    await desk.ports.cloud.command(stored.session, String(account.lamp), command, AbortSignal.timeout(110_000));
  };

  test('a push of a write makes the state unconfirmed, and a push of the device confirms it', async () => {
    await desk.watching(1);
    await write(30);
    await until(() => desk.samples.length === 2);
    expect(said()).toEqual(['?', 'ON 30 VOICE_INTERACTION']);
    await desk.windMs(8_000);
    expect(desk.samples).toHaveLength(2);
  });

  test('a device that was lost without a word never follows: a look five seconds later says so', async () => {
    await desk.watching(1);
    desk.myLeviton.unplug(account.lamp, { announce: false });
    await write(30).catch(() => undefined); // the adapter may see by the echo that the plug is not there
    await until(() => desk.samples.length === 1);
    const start = desk.clock.now().getTime();
    await desk.wind(() => desk.samples.length === 2);
    expect(said()[1]).toBe('OFF 100 offline PERIODIC_POLL'); // the cloud noted what the plug never did
    expect(desk.clock.now().getTime() - start).toBeLessThan(10_000);
  });

  test('a wave that never comes although the device followed is found, too', async () => {
    await desk.watching(1);
    await write(30);
    const end = desk.myLeviton.inject({ kind: 'socket-lose' });
    await desk.wind(() => desk.samples.length === 2);
    end();
    expect(short(desk.samples[1] as never)).toBe('ON 30');
  });

  test('frames that overtake each other do not bring back what is over', async () => {
    await desk.watching(1);
    const end = desk.myLeviton.inject({ kind: 'socket-reorder', times: 1 });
    paddle('on'); // held back
    await desk.windMs(10, 10);
    paddle(40); // overtakes it
    await until(() => desk.samples.length > 0);
    end();
    await desk.windMs(4_000);
    expect(short(desk.samples.at(-1) as never)).toBe('ON 40');
    expect(said()).not.toContain('ON 100 PHYSICAL_INTERACTION');
  });
});

describe('the channel fails', () => {
  test.each<{ when: string; fault: Fault }>([
    { when: 'frames come twice', fault: { kind: 'socket-duplicate' } },
    { when: 'frames come among others', fault: { kind: 'socket-burst', frames: 30 } },
    { when: 'ready comes twice', fault: { kind: 'socket-duplicate-ready' } },
    { when: 'frames end in NUL', fault: { kind: 'socket-trailing-nul' } },
  ])('$when: each change once', async ({ fault }) => {
    desk.myLeviton.inject(fault);
    await desk.watching(1);
    paddle('on');
    await until(() => desk.samples.length > 0);
    paddle('off');
    await until(() => desk.samples.length > 1);
    await desk.windMs(3_000);
    expect(said()).toEqual(['ON 100 PHYSICAL_INTERACTION', 'OFF 100 PHYSICAL_INTERACTION']);
  });

  test.each<{ when: string; spoil: () => void; withinMs: number }>([
    { when: 'it is cut', spoil: () => desk.myLeviton.cutSockets(1006), withinMs: 5_000 },
    { when: 'it is closed', spoil: () => desk.myLeviton.cutSockets(1000), withinMs: 5_000 },
    {
      when: 'it is half open',
      spoil: () => desk.myLeviton.inject({ kind: 'socket-half-open', times: 1 }),
      withinMs: 45_000,
    },
    { when: 'it is deaf', spoil: () => desk.myLeviton.inject({ kind: 'socket-deaf', times: 1 }), withinMs: 60_000 },
    {
      when: 'one frame is lost',
      spoil: () => desk.myLeviton.inject({ kind: 'socket-lose', times: 1 }),
      withinMs: 60_000,
    },
    {
      when: 'it ages',
      spoil: () => desk.myLeviton.inject({ kind: 'socket-lifetime', ms: 20_000, times: 1 }),
      withinMs: 60_000,
    },
  ])('$when: the change is found, and the next one is pushed again', async ({ spoil, withinMs }) => {
    await desk.watching(1);
    spoil();
    const start = desk.clock.now().getTime();
    paddle('on');
    await desk.wind(() => desk.samples.length > 0);
    expect(desk.clock.now().getTime() - start).toBeLessThan(withinMs);
    expect(short(desk.samples[0] as never)).toBe('ON 100');
    await desk.wind(() => desk.logged('watching').length > 1 || desk.logged('watch-ended').length === 0);
    paddle('off');
    await until(() => desk.samples.length > 1);
    expect(said()[1]).toBe('OFF 100 PHYSICAL_INTERACTION');
  });

  test.each<{ when: string; fault: Fault }>([
    { when: 'no upgrade', fault: { kind: 'socket-upgrade-502' } },
    { when: 'never ready', fault: { kind: 'socket-never-ready' } },
    { when: 'an error to the token', fault: { kind: 'socket-auth-error' } },
    { when: 'closed on the token', fault: { kind: 'socket-auth-close', code: 1008 } },
  ])('$when: reads go on, no session is given up, and pushes come when they can', async ({ fault }) => {
    const end = desk.myLeviton.inject(fault);
    const logins = desk.myLeviton.counts.logins;
    desk.run();
    await desk.wind(() => desk.logged('watch-failed').length > 0);
    paddle('on');
    await desk.wind(() => desk.samples.length > 0);
    await desk.windMs(120_000, 500);
    expect(said()).toEqual(['ON 100 PERIODIC_POLL']);
    expect(desk.logged('watch-failed')).toHaveLength(1);
    end();
    await desk.wind(() => desk.logged('watching').length === 1, 500);
    paddle('off');
    await until(() => desk.samples.length > 1);
    expect(said()[1]).toBe('OFF 100 PHYSICAL_INTERACTION');
    expect(desk.myLeviton.counts.logins).toBe(logins);
  });

  /** What a hand does while nobody listens: the channel is cut, and cannot be opened again before. */
  const whileCut = async (work: () => void | Promise<void>) => {
    const end = desk.myLeviton.inject({ kind: 'socket-upgrade-502' });
    desk.myLeviton.cutSockets(1006);
    await desk.wind(() => desk.logged('watch-failed').length > 0);
    await work();
    end();
    const watching = desk.logged('watching').length;
    await desk.wind(() => desk.logged('watching').length > watching, 500);
  };

  test('a change that waits in the queue is not the last word: what was undone while nobody listened is queued after it', async () => {
    await desk.watching(1);
    desk.idle = true;
    paddle('on');
    await until(() => desk.samples.length === 1);
    await whileCut(() => paddle('off'));
    expect(said().slice(-1)).toEqual(['OFF 100 PERIODIC_POLL']);
  });

  test('there and back while nobody listened: Alexa may know only the one, so the other is reported', async () => {
    await desk.watching(1);
    await whileCut(async () => {
      paddle('on');
      await desk.windMs(1_000);
      paddle('off');
    });
    expect(said().slice(-1)).toEqual(['OFF 100 forced PERIODIC_POLL']);
  });

  /** What Alexa's own directive does. */
  const voice = async (power: 'ON' | 'OFF') => {
    const stored = await desk.ports.accounts.get(account.id);
    if (!stored) throw new Error('the account is gone');
    await desk.ports.cloud.command(stored.session, String(account.lamp), { power }, AbortSignal.timeout(20_000));
  };

  test('voice switches on and the button off again while pushes are lost: reported once more within a minute', async () => {
    await desk.watching(1);
    desk.myLeviton.inject({ kind: 'socket-lose' });
    await voice('ON');
    await desk.windMs(10_000);
    paddle('off');
    const start = desk.clock.now().getTime();
    // Where a read falls between the two, it reports ON, and OFF is an ordinary change after it.
    await desk.wind(() => said().at(-1)?.startsWith('OFF 100') === true);
    expect(desk.clock.now().getTime() - start).toBeLessThan(60_000);
    await desk.windMs(150_000, 500);
    expect(said().filter((one) => one.startsWith('OFF 100'))).toHaveLength(1);
  });

  test('the same, but the push of the button arrives: it is reported although it says what was known', async () => {
    await desk.watching(1);
    const end = desk.myLeviton.inject({ kind: 'socket-lose' });
    await voice('ON');
    await desk.windMs(2_000);
    end();
    paddle('off');
    await until(() => desk.samples.length > 0);
    expect(said()).toEqual(['OFF 100 forced PHYSICAL_INTERACTION']);
  });

  test('the same in a gap between two runs: reported at the start of the next one, and not by the one after it', async () => {
    const first = await desk.watching(1);
    await first.stop();
    await voice('ON');
    await desk.windMs(10_000);
    paddle('off');
    await desk.windMs(1_000);
    const second = await desk.watching(1);
    expect(said()).toEqual(['OFF 100 forced PERIODIC_POLL']);
    await second.stop();
    await desk.watching(1);
    expect(desk.samples).toHaveLength(1);
  });

  test('the same, and the lamp is off at another level than before', async () => {
    const first = await desk.watching(1);
    await first.stop();
    await voice('ON');
    await desk.windMs(10_000);
    paddle(17);
    paddle('off');
    await desk.windMs(1_000);
    await desk.watching(1);
    expect(said()).toEqual(['OFF 17 forced PERIODIC_POLL']);
  });

  test('nothing moved while nobody listened: nothing is said', async () => {
    await desk.watching(1);
    await whileCut(() => undefined);
    expect(said()).toEqual([]);
  });

  test('attempts grow rarer', async () => {
    desk.myLeviton.inject({ kind: 'socket-upgrade-502' });
    const upgrades: number[] = [];
    desk.myLeviton.onExchange(({ channel, response }) => {
      if (channel === 'socket' && response.status === 502) upgrades.push(desk.clock.now().getTime());
    });
    desk.run();
    await desk.wind(() => upgrades.length === 8);
    const pauses = upgrades.slice(1).map((at, index) => at - (upgrades[index] ?? 0));
    expect(pauses[0]).toBeLessThan(15_000);
    expect(pauses[6]).toBeGreaterThan(40_000);
    expect(pauses[6]).toBeLessThan(100_000);
  });
});

describe('connection', () => {
  test('announced: reported at once, both ways', async () => {
    await desk.watching(1);
    desk.myLeviton.unplug(account.lamp);
    await until(() => desk.samples.length === 1);
    desk.myLeviton.plugIn(account.lamp);
    await until(() => desk.samples.length === 2);
    expect(desk.samples.map(short)).toEqual(['OFF 100 offline', 'OFF 100']);
  });

  test('lost in silence: found within a minute, and the channel stays', async () => {
    await desk.watching(1);
    desk.myLeviton.unplug(account.lamp, { announce: false });
    const start = desk.clock.now().getTime();
    await desk.wind(() => desk.samples.length === 1);
    expect(desk.clock.now().getTime() - start).toBeLessThan(60_000);
    expect(said()).toEqual(['OFF 100 offline PERIODIC_POLL']);
    await desk.windMs(5_000);
    expect(desk.logged('watch-ended')).toEqual([]);
  });
});

describe('sessions', () => {
  test('a dead one is brought back once, and nothing is missed', async () => {
    await desk.watching(1);
    desk.myLeviton.revokeSessions(account.email);
    desk.myLeviton.cutSockets(1006);
    paddle('on');
    const { logins } = desk.myLeviton.counts;
    await desk.wind(() => desk.samples.length === 1);
    expect(said()).toEqual(['ON 100 PERIODIC_POLL']);
    expect(desk.myLeviton.counts.logins).toBe(logins + 1);
  });

  test('one that dies while the channel stands is found by the next read', async () => {
    await desk.watching(1);
    desk.myLeviton.revokeSessions(account.email);
    await desk.wind(() => desk.logged('session-renewed').length === 1);
    await desk.wind(() => desk.logged('watching').length === 2);
    // The new session is known to work while the watch goes on.
    await desk.wind(async () => (await desk.ports.accounts.get(account.id))?.state === 'healthy', 0);
    // Alexa may have heard in the meantime that the lamp does not answer.
    await until(() => desk.samples.length === 1);
    expect(said()).toEqual(['OFF 100 forced PERIODIC_POLL']);
    paddle('on');
    await until(() => desk.samples.length === 2);
    expect(said()[1]).toBe('ON 100 PHYSICAL_INTERACTION');
  });

  test('an account that needs a person is left alone until the person has come', async () => {
    await desk.watching(1);
    desk.myLeviton.changePassword(account.email, 'another');
    desk.myLeviton.cutSockets(1006);
    await desk.wind(() => desk.logged('account-needs-reauth').length === 1);
    desk.myLeviton.resetCounts();
    await desk.windMs(200_000, 500);
    expect(desk.myLeviton.counts).toMatchObject({ requests: 0, logins: 0, sockets: 0 });
    expect(desk.logged('watch-failed').length).toBeLessThanOrEqual(1);
    const credentials = { email: account.email, password: 'another' };
    const session = await desk.ports.cloud.signIn(credentials, undefined, AbortSignal.timeout(110_000));
    const stored = {
      id: account.id,
      maskedEmail: 'h…e@example.org',
      session,
      credentials,
      state: 'healthy',
      signIns: [],
    } as const;
    await desk.ports.accounts.put(stored);
    await desk.wind(() => desk.logged('watching').length === 2, 500);
  });
});

describe('accounts and devices come and go', () => {
  test('an account that was linked since', async () => {
    await desk.watching(1);
    const second = await desk.addAccount();
    await desk.wind(() => desk.logged('watching').length === 2, 1_000);
    paddle('on', second.lamp);
    await until(() => desk.samples.length === 1);
    expect(desk.samples[0]).toMatchObject({ accountId: second.id, power: 'ON' });
  });

  test('an account whose changes may be reported to nobody is not watched until somebody may', async () => {
    const [grant] = await desk.ports.grants.list(account.id);
    if (!grant) throw new Error('there is no grant');
    await desk.ports.grants.remove(grant);
    desk.myLeviton.resetCounts();
    desk.run();
    await desk.windMs(150_000, 500);
    expect(desk.myLeviton.counts).toMatchObject({ requests: 0, sockets: 0 });
    await desk.ports.grants.put(grant);
    await desk.wind(() => desk.logged('watching').length === 1, 500);
  });

  test('a new plug is Alexa’s news, and is watched', async () => {
    await desk.watching(1);
    const second = desk.myLeviton.addSwitch(account.residence, { name: 'Desk lamp' }).id;
    await desk.wind(() => desk.news.length === 1);
    await desk.wind(() => desk.logged('watching').length === 2);
    expect(desk.news).toEqual([account.id]);
    desk.samples.length = 0;
    paddle('on', second);
    await until(() => desk.samples.length === 1);
    expect(desk.samples[0]).toMatchObject({ deviceId: String(second), power: 'ON', cause: 'PHYSICAL_INTERACTION' });
  });

  test.each([
    { when: 'its pushes are lost', environment: {} },
    { when: 'there are no pushes', environment: { DEVICE_PUSH: 'off', POLL_SECONDS: '20' } },
  ])('a plug that came since, and $when: reads speak for it', async ({ environment }) => {
    await desk.watching(1, environment);
    const second = desk.myLeviton.addSwitch(account.residence, { name: 'Desk lamp' }).id;
    await desk.wind(() => desk.news.length === 1);
    await desk.wind(() => desk.logged('watching').length === 2);
    await desk.discover(account);
    desk.samples.length = 0;
    desk.myLeviton.inject({ kind: 'socket-lose' });
    paddle('on', second);
    const start = desk.clock.now().getTime();
    await desk.wind(() => desk.samples.length === 1);
    expect(desk.samples[0]).toMatchObject({ deviceId: String(second), power: 'ON', cause: 'PERIODIC_POLL' });
    expect(desk.clock.now().getTime() - start).toBeLessThan(60_000);
  });

  test('a name that Alexa cannot take is warned of once, in all runs, and the one before is kept', async () => {
    const first = await desk.watching(1);
    desk.myLeviton.renameSwitch(account.lamp, '★ ★');
    await desk.wind(() => desk.logged('device-name-refused').length > 0);
    await desk.windMs(130_000, 500);
    await first.stop();
    const second = await desk.watching(1);
    await desk.windMs(60_000, 500);
    expect(desk.logged('device-name-refused')).toMatchObject([{ device: String(account.lamp), keepsName: true }]);
    expect(desk.news).toEqual([]);
    const record = await desk.ports.devices.get(account.id, String(account.lamp));
    expect(record?.device).toMatchObject({ name: 'Bedroom lamp', refusedName: '★ ★' });
    desk.myLeviton.renameSwitch(account.lamp, 'Night light');
    await desk.wind(() => desk.news.length === 1);
    await second.stop();
  });

  test('a plug that is gone is news as well, and once', async () => {
    const second = desk.myLeviton.addSwitch(account.residence, { name: 'Desk lamp' }).id;
    await desk.discover(account);
    await desk.watching(1);
    desk.myLeviton.removeSwitch(second);
    await desk.wind(() => desk.news.length === 1);
    expect((await desk.ports.devices.get(account.id, String(second)))?.removedSince).toBeDefined();
  });
});

test('the queue down: what it did not take is found again', async () => {
  await desk.watching(1);
  desk.refuse = true;
  paddle('on');
  await desk.wind(() => desk.logged('samples-not-queued').length > 0);
  desk.refuse = false;
  await desk.wind(() => desk.samples.length > 0);
  expect(said()).toEqual(['ON 100 PERIODIC_POLL']);
});

test('the device cloud down for a while: no lamp is reported as off', async () => {
  await desk.watching(1);
  paddle('on');
  await until(() => desk.samples.length === 1);
  const end = desk.myLeviton.inject({ kind: 'html', status: 503 });
  await desk.windMs(180_000, 500);
  expect(desk.samples).toHaveLength(1);
  expect(desk.logged('read-failed')).toHaveLength(1);
  paddle('off');
  await until(() => desk.samples.length === 2); // the channel stands all the while
  end();
  expect(said()[1]).toBe('OFF 100 PHYSICAL_INTERACTION');
});

describe('without pushes', () => {
  const polled = { DEVICE_PUSH: 'off', POLL_SECONDS: '20' };

  test('each account is read at its interval', async () => {
    await desk.watching(1, polled);
    paddle('on');
    const start = desk.clock.now().getTime();
    await desk.wind(() => desk.samples.length === 1);
    expect(desk.clock.now().getTime() - start).toBeLessThan(40_000);
    expect(said()).toEqual(['ON 100 PERIODIC_POLL']);
    expect(desk.myLeviton.counts.sockets).toBe(0);
  });

  test('there and back between two reads: Alexa may know only the one, so the other is reported, once', async () => {
    await desk.watching(1, polled);
    await desk.windMs(30_000);
    paddle('on');
    await desk.windMs(50, 50);
    paddle('off');
    await desk.windMs(90_000);
    expect(said()).toEqual(['OFF 100 forced PERIODIC_POLL']);
  });
});
