import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AmazonCustomer } from '../../desk/amazon-customer.ts';
import type { DeskClock } from '../../desk/clock.ts';
import { type LocalSystem, startLocalSystem } from '../../desk/local-system.ts';
import type { EmulatedMaker } from '../../desk/maker/contract.ts';
import type { SignInServer } from '../../desk/maker/sign-in-server/contract.ts';
import { signInAsPerson } from '../../desk/person.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { testClock, withFastClock } from '../support/clock.ts';
import { kindsOf, toldPeople } from '../support/reauth.ts';
import { turnOff, turnOn, until } from '../support/setup.ts';

// A real oidc-provider makes the links, a maker's own cloud takes its tokens. What the skill's own sign-in server survives, they survive.

const DAY_MS = 86_400_000;
const ADA = { email: 'ada@example.org', password: 'canary-password' };

describe.each<{ tokens: 'jwt' | 'opaque'; serviceClient: boolean }>([
  { tokens: 'jwt', serviceClient: true },
  { tokens: 'jwt', serviceClient: false },
  { tokens: 'opaque', serviceClient: true },
])('$tokens tokens, a service client: $serviceClient', ({ tokens, serviceClient }) => {
  let clock: DeskClock;
  let system: LocalSystem;
  let maker: EmulatedMaker;
  let server: SignInServer;
  let lamp: string;
  let mine: AmazonCustomer;
  let lines: string[];

  beforeEach(async () => {
    clock = testClock();
    // A line that the system before writes while it closes is not of this one.
    const written: string[] = [];
    lines = written;
    const log = createLog('info', clock, (line) => written.push(line));
    const options = { signInServer: { tokens }, serviceClient, reportDelayMs: 20, watch: false };
    system = await startLocalSystem({ clock, log, deviceCloud: 'maker', ...options });
    if (!system.maker || !system.signInServer) throw new Error('no maker');
    ({ maker, signInServer: server } = system);
    lamp = maker.addDevice(maker.addAccount(ADA).accountId, { name: 'Bedroom lamp', level: 40 });
    mine = await link();
    await system.maintainAccounts();
  });
  afterEach(async () => {
    const said = lines.join('\n');
    expect(said).not.toMatch(/not in the store|AccountMissing|"event":"bug"/);
    for (const secret of ['canary-password', await mine.account.accessToken().catch(() => 'none')])
      expect(said).not.toContain(secret);
    expect(system.alexa.problems).toEqual([]);
    await system.close();
  });

  async function link(): Promise<AmazonCustomer> {
    const customer = system.addAccount({
      onLinked: async () => {
        await customer.customer.acceptGrant();
        await customer.customer.discover();
      },
    });
    await signInAsPerson(customer.account.startUrl, ADA);
    return customer;
  }
  const hears = async ({ customer }: AmazonCustomer, directive = turnOn(lamp)) => {
    const { errorType, name } = await customer.send(directive);
    return errorType ?? name;
  };
  const tileOf = ({ customer }: AmazonCustomer) =>
    customer.endpoints[0]?.properties['Alexa.PowerController.powerState']?.value;
  const hearsOfPress = async (one: AmazonCustomer) => {
    const next = tileOf(one) === 'ON' ? 'off' : 'on';
    maker.press(lamp, next);
    await until(() => tileOf(one) === next.toUpperCase());
  };

  test('400 days, with maintenance on some of them: it obeys as on the first', async () => {
    for (let day = 0; day < 400; day++) {
      await system.queue.idle();
      clock.advance(DAY_MS);
      if (day % 20 === 0) await system.maintainAccounts();
    }
    await system.queue.idle();
    expect(await hears(mine)).toBe('Response');
    // The device reports the write itself a moment later.
    await until(() => lines.some((line) => line.includes('VOICE_INTERACTION')));
    await hearsOfPress(mine);
    expect(mine.account.refused).toBe(0);
  });

  test('a day with a refresh each hour: each token is taken', async () => {
    for (let hour = 0; hour < 24; hour++) {
      clock.advance(3_700_000);
      expect(await hears(mine, hour % 2 ? turnOn(lamp) : turnOff(lamp))).toBe('Response');
    }
    expect(mine.account.refreshes).toBe(24);
  });

  test('keys rotated, and the old one withdrawn a day later', async () => {
    await server.rotateKeys();
    expect(await hears(mine)).toBe('Response');
    await mine.account.refresh();
    expect(await hears(mine, turnOff(lamp))).toBe('Response');
    clock.advance(DAY_MS);
    await server.rotateKeys('withdrawn');
    expect(await hears(mine)).toBe('Response');
  });

  test('one refresh answered late: Alexa gives up, asks again, and all is well', async () => {
    clock.advance(3_700_000);
    const end = server.inject({ kind: 'latency', ms: 6_000, path: /^\/token$/, times: 1 });
    expect(await withFastClock(clock, () => mine.account.refresh())).toEqual([0]);
    end();
    expect(await mine.account.refresh(3)).toEqual([200, 200, 200]);
    expect(await hears(mine)).toBe('Response');
    expect(mine.account.linked).toBe(true);
  });

  test('two Amazon accounts of one household: one disables the skill, and the other goes on', async () => {
    const theirs = await link();
    const here = await system.accountIdOf('acct_7001');
    expect(await system.ports.grants.list(here)).toHaveLength(2);
    maker.press(lamp, 'on');
    await until(() => tileOf(mine) === 'ON' && tileOf(theirs) === 'ON');
    clock.advance(1_000);
    await mine.disable();
    expect(await system.ports.grants.list(here)).toHaveLength(1);
    expect(await hears(theirs, turnOff(lamp))).toBe('Response');
    // The device reports the write itself a moment later.
    await until(() => lines.some((line) => line.includes('VOICE_INTERACTION')));
    await hearsOfPress(theirs);
    clock.advance(40 * DAY_MS);
    await system.maintainAccounts();
    expect(await hears(theirs)).toBe('Response');
    const repeated = await link();
    expect(await hears(repeated, turnOff(lamp))).toBe('Response');
  });

  test('the device cloud takes no token: Alexa keeps its link, and nobody is asked to sign in', async () => {
    maker.revokeSessions();
    expect(await hears(mine)).toBe('BRIDGE_UNREACHABLE');
    await system.maintainAccounts();
    expect(system.notices).toEqual([]);
    await mine.account.refresh();
    expect(await hears(mine)).toBe('Response');
  });

  test('the device cloud refuses three tokens within an hour: the developer hears of it once, and when they are taken again', async () => {
    const refuse = () => maker.inject({ kind: 'problem', status: 401, code: 'session-ended', path: /devices/ });
    const end = refuse();
    const heard = () => kindsOf(toldPeople(system.notices).filter(({ cause }) => cause === 'tokens-refused'));
    const minutes = async (count: number) => {
      await system.queue.idle();
      clock.advance(count * 60_000);
    };
    for (const directive of [turnOn(lamp), turnOff(lamp)]) {
      expect(await hears(mine, directive)).toBe('BRIDGE_UNREACHABLE');
      await minutes(15);
    }
    expect(heard()).toEqual([]);
    expect(await hears(mine)).toBe('BRIDGE_UNREACHABLE');
    await until(() => heard().length > 0);
    const [notice] = system.notices.filter(({ cause }) => cause === 'tokens-refused');
    expect(notice?.text).toContain('refused three access tokens of one account that Alexa brought');
    expect(notice?.text).not.toMatch(/ada@|acct_|http/);
    await minutes(15);
    expect(await hears(mine)).toBe('BRIDGE_UNREACHABLE');
    end();
    expect(await hears(mine)).toBe('Response');
    await until(() => heard().length > 1);
    expect(heard()).toEqual(['notice tokens-refused', 'all-clear tokens-refused']);
    expect(mine.account.linked).toBe(true);
  });

  test('the function that met the refusals is gone: the developer hears that tokens are taken again from the one that is there', async () => {
    const heard = () => kindsOf(toldPeople(system.notices).filter(({ cause }) => cause === 'tokens-refused'));
    const refused = async () => {
      const end = maker.inject({ kind: 'problem', status: 401, code: 'session-ended', path: /devices/ });
      for (let directive = 0; directive < 3; directive++) expect(await hears(mine)).toBe('BRIDGE_UNREACHABLE');
      end();
      await until(() => heard().at(-1) === 'notice tokens-refused');
    };
    // Another function: the first directives need no table; the hourly note does.
    await refused();
    system.deployAnew();
    expect(await hears(mine)).toBe('Response');
    expect(heard()).toEqual(['notice tokens-refused']);
    await system.queue.idle();
    clock.advance(3_700_000);
    expect(await hears(mine)).toBe('Response');
    await until(() => heard().length > 1);
    expect(heard()).toEqual(['notice tokens-refused', 'all-clear tokens-refused']);
    // And one more, which only discovers.
    await refused();
    system.deployAnew();
    await mine.customer.discover();
    await until(() => heard().length > 3);
    expect(heard().slice(2)).toEqual(['notice tokens-refused', 'all-clear tokens-refused']);
  });

  test('the whole sign-in server is away for a week: what it has said stays good to its end, and no link ends', async () => {
    expect(await hears(mine)).toBe('Response');
    const end = server.inject({ kind: 'refused' });
    expect(await hears(mine, turnOff(lamp))).toBe('Response');
    for (let day = 0; day < 7; day++) {
      await system.queue.idle();
      clock.advance(DAY_MS);
      await withFastClock(clock, () => system.maintainAccounts(), 1_000);
    }
    await hearsOfPress(mine);
    end();
    await until(async () => (await fetch(server.jwksUrl).catch(() => undefined))?.ok === true);
    expect(await hears(mine)).toBe('Response');
    expect(mine.account.refused).toBe(0);
    expect(system.notices).toEqual([]);
  });

  test('with the address of the keys down for a week, a function that starts takes the stored keys', async () => {
    const end = server.inject({ kind: 'html', status: 503, path: /^\/jwks$/ });
    clock.advance(7 * DAY_MS);
    const token = await mine.account.accessToken();
    const fresh = system.alexa.addCustomer({
      region: 'NA',
      invoke: system.skill('NA'),
      accessToken: async () => token,
    });
    await fresh.discover();
    const { name, errorType } = await withFastClock(clock, () => fresh.send(turnOn(lamp)));
    expect(errorType ?? name).toBe('Response');
    end();
  });

  test('what no event told is read within the day, where the skill has a client of its own', async () => {
    maker.inject({ kind: 'events-lost' });
    maker.press(lamp, 'on');
    for (let hour = 0; hour < 24; hour++) {
      clock.advance(3_600_000);
      await system.maintainAccounts();
    }
    if (serviceClient) await until(() => tileOf(mine) === 'ON');
    else expect(tileOf(mine)).toBe('OFF');
    expect(lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
});
