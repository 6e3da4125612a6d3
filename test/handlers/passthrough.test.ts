import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Customer } from '../../desk/alexa/contract.ts';
import type { DeskClock } from '../../desk/clock.ts';
import { serveLinking } from '../../desk/linking-server.ts';
import { type LocalSystem, startLocalSystem } from '../../desk/local-system.ts';
import type { Loopback } from '../../desk/loopback.ts';
import type { EmulatedMaker } from '../../desk/maker/contract.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createAccountLinking } from '../../lambda/handlers/account-linking.ts';
import { compose } from '../../lambda/handlers/compose.ts';
import { createDeviceEvents } from '../../lambda/handlers/device-events.ts';
import { createMaintenance } from '../../lambda/handlers/maintenance.ts';
import { createSkill } from '../../lambda/handlers/skill.ts';
import { ISSUER, makeKey, makeToken, type ServerKey } from '../adapters/authorization-server/server.ts';
import { html, json, ScriptedServer } from '../adapters/http/scripted-server.ts';
import { testClock } from '../support/clock.ts';
import { turnOff, turnOn, until } from '../support/setup.ts';

// Alexa presents tokens of the maker's own authorization server, and the maker's cloud takes them.

let clock: DeskClock;
let system: LocalSystem;
let maker: EmulatedMaker;
let server: ScriptedServer;
let events: Loopback;
let key: ServerKey;
let environment: Readonly<Record<string, string>>;
let skill: (event: unknown) => Promise<unknown>;
let accountId: string;
let lamp: string;
const lines: string[] = [];
const overrides = () => ({ clock, log: system.ports.log, queue: system.queue });

beforeAll(async () => {
  clock = testClock();
  key = await makeKey('key-1');
  server = new ScriptedServer();
  await server.listen();
  server.script = [json(200, { keys: [key.jwk] })];
  const log = createLog('info', clock, (line) => lines.push(line));
  system = await startLocalSystem({ clock, log, reportDelayMs: 20, watch: false, deviceCloud: 'maker' });
  if (!system.maker) throw new Error('no maker');
  maker = system.maker;
  ({ accountId } = maker.addAccount({ email: 'ada@example.org', password: 'not used' }));
  lamp = maker.addDevice(accountId, { name: 'Bedroom lamp', level: 40 });
  environment = {
    ...system.environment,
    LINK_MODE: 'passthrough',
    SECRETS_JSON: JSON.stringify({ ...system.secrets, authorizationServers: [authorizationServer()] }),
  };
  skill = createSkill(environment, overrides());
  events = await serveLinking(createDeviceEvents(environment, overrides()));
  maker.sendEventsTo({ url: events.url, key: system.secrets.deviceEventsKey ?? '' });
});
afterAll(() => Promise.all([system.close(), server.close(), events.close()]));

const authorizationServer = () => ({
  ...{ kind: 'jwt', alias: 'acme', issuers: [ISSUER], jwksUrl: `${server.url}/jwks`, algorithms: ['ES256'] },
  ...{ clientIds: ['alexa'], linkClaim: 'sid' },
});

/** A token of an Alexa's link, as the maker's server makes it and the maker's cloud knows it. */
async function issue(sid: string, claims: object = {}): Promise<string> {
  const token = await makeToken({ key, now: clock.now(), claims: { sub: accountId, sid, ...claims } });
  maker.takeToken(accountId, token);
  return token;
}

const customer = (accessToken: () => Promise<string>): Customer =>
  system.alexa.addCustomer({ region: 'NA', invoke: skill, accessToken });
const reportsTo = (one: Customer) => one.endpoints[0]?.properties['Alexa.PowerController.powerState'];

test('two Amazon accounts of one household: each links, commands, and hears of changes', async () => {
  const [ada, bob] = [customer(() => issue('link-of-ada')), customer(() => issue('link-of-bob'))];
  for (const one of [ada, bob]) {
    await one.acceptGrant();
    expect((await one.discover()).map(({ id, name }) => ({ id, name }))).toEqual([{ id: lamp, name: 'Bedroom lamp' }]);
  }
  maker.resetCounts();
  expect(await ada.send(turnOn(lamp))).toMatchObject({ name: 'Response' });
  expect(maker.counts).toEqual({ requests: 1, signIns: 0 });
  await until(() => maker.device(lamp).power === 'ON' && reportsTo(bob)?.value === 'ON');
  maker.press(lamp, 'off');
  await until(() => reportsTo(ada)?.value === 'OFF' && reportsTo(bob)?.value === 'OFF');
  expect(system.alexa.problems).toEqual([]);

  // One of them disables the skill, as their skill events say; the other's reports go on.
  await skillEvent('ada', 'SkillAccountLinked', { accessToken: await issue('link-of-ada') });
  await skillEvent('bob', 'SkillAccountLinked', { accessToken: await issue('link-of-bob') });
  const { accountId: here } = await compose(environment, overrides()).bearers.open(await issue('x'), clock.now());
  expect(await system.ports.grants.list(here)).toHaveLength(2);
  await skillEvent('ada', 'SkillDisabled', {});
  expect(await system.ports.grants.list(here)).toHaveLength(1);
  maker.press(lamp, 'on');
  await until(() => reportsTo(bob)?.value === 'ON');
  expect(reportsTo(ada)?.value).toBe('OFF');
  expect(lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});

/** A skill event, as Alexa sends it to the same function. */
function skillEvent(userId: string, name: string, body: object): Promise<unknown> {
  clock.advance(1_000);
  return skill({
    version: '1.0',
    context: { System: { user: { userId }, application: { applicationId: 'a' } } },
    request: { type: `AlexaSkillEvent.${name}`, requestId: 'r', timestamp: clock.now().toISOString(), body },
  });
}

describe('what Alexa hears', () => {
  const answerTo = async (accessToken: () => Promise<string>) => {
    const { errorType, name } = await customer(accessToken).send(turnOff(lamp));
    return errorType ?? name;
  };

  test.each<{ when: string; token: () => Promise<string>; hears: string }>([
    { when: 'a good token', token: () => issue('another'), hears: 'Response' },
    {
      when: 'a token that the device cloud does not take',
      token: () => makeToken({ key, now: clock.now(), claims: { sub: accountId } }),
      hears: 'BRIDGE_UNREACHABLE',
    },
    { when: 'a token of another client', token: () => issue('x', { client_id: 'other' }), hears: 'INTERNAL_ERROR' },
    { when: 'no token of anybody', token: async () => 'canary-token', hears: 'INTERNAL_ERROR' },
    {
      when: 'a token that has ended',
      token: () => makeToken({ key, now: clock.now(), lives: -3_600, claims: { sub: accountId } }),
      hears: 'INTERNAL_ERROR',
    },
  ])('$when: $hears', async ({ token, hears }) => {
    expect(await answerTo(token)).toBe(hears);
    expect(lines.join('\n')).not.toContain('canary-token');
  });

  test('with the address of the keys away for a week: as ever', async () => {
    server.script = [html(503, '<h1>down</h1>')];
    clock.advance(7 * 24 * 3_600_000);
    expect(await answerTo(() => issue('another'))).toBe('Response');
    server.script = [json(200, { keys: [key.jwk] })];
  });

  test('a session that the cloud refuses is not renewed by us: nobody signs in, and no row is missed', async () => {
    maker.resetCounts();
    const token = await issue('another');
    maker.revokeSessions();
    expect(await answerTo(async () => token)).toBe('BRIDGE_UNREACHABLE');
    expect(maker.counts.signIns).toBe(0);
    expect(lines.filter((line) => line.includes('not in the store') || line.includes('AccountMissing'))).toEqual([]);
  });
});

test('maintenance has nothing to do, and fails at nothing', async () => {
  const before = lines.length;
  await createMaintenance(environment, overrides())(AbortSignal.timeout(60_000));
  expect(lines.slice(before).filter((line) => /"level":"(?:error|warn)"/.test(line))).toEqual([]);
});

describe('what is refused at the start, by the name of what is wrong', () => {
  test('a device cloud that takes no such tokens', () => {
    expect(() => compose({ ...environment, DEVICE_CLOUD: '', DEVICE_CLOUD_NAME: '' })).toThrow('needs DEVICE_CLOUD');
  });

  test('the linking server of the skill', () => {
    expect(() => createAccountLinking(environment)).toThrow('does not');
  });

  test.each([
    { when: 'none', servers: undefined, named: 'authorizationServers' },
    { when: 'one without an issuer', servers: [{ kind: 'jwt' }], named: 'authorizationServers.0.' },
    { when: 'a shared secret as its algorithm', servers: [{ algorithms: ['HS256'] }], named: 'authorizationServers.0' },
  ])('authorization servers: $when', async ({ servers, named }) => {
    const extra = servers && [{ ...(servers[0] && 'kind' in servers[0] ? {} : authorizationServer()), ...servers[0] }];
    const secrets = { ...system.secrets, ...(extra && { authorizationServers: extra }) };
    const { bearers } = compose({ ...environment, SECRETS_JSON: JSON.stringify(secrets) });
    await expect(bearers.open('token', clock.now())).rejects.toThrow(named);
  });
});
