import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ask, errorOf, Listener, type LoginObject, type Setting, setUp, signIn } from './client.ts';

let setting: Setting;
let login: LoginObject;
beforeEach(async () => {
  setting = await setUp();
  login = await signIn(setting.cloud);
});
afterEach(() => setting.cloud.close());

const read = async (path: string, token = login.id) => (await ask(setting.cloud, path, { token })).body;
const status = async (path: string, how: { token?: string; method?: string; body?: unknown } = {}) =>
  (await ask(setting.cloud, path, { token: login.id, ...how })).status;

test("the owner's way to the switches", async () => {
  const { account, residenceId, lamp } = setting;
  expect(await read(`/Person/${login.userId}/residentialPermissions`)).toEqual([
    {
      id: expect.any(Number),
      access: 'admin',
      status: 'accepted',
      personId: login.userId,
      residenceId: null,
      residentialAccountId: account.residentialAccountId,
    },
  ]);
  const residence = { id: residenceId, name: 'Home', residentialAccountId: account.residentialAccountId };
  expect(await read(`/ResidentialAccounts/${account.residentialAccountId}/residences`)).toEqual([residence]);
  expect(await read(`/Residences/${residenceId}`)).toMatchObject({ ...residence, status: 'HOME' });
  expect(await read(`/Residences/${residenceId}/iotSwitches`)).toEqual([lamp]);
  expect(await read(`/IotSwitches/${lamp.id}`)).toEqual(lamp);
});

test('a switch is a DW3HL by default', async () => {
  expect(await read(`/IotSwitches/${setting.cloud.addSwitch(setting.residenceId).id}`)).toMatchObject({
    id: 1613724,
    model: 'DW3HL',
    manufacturer: 'Leviton Manufacturing Co., Inc.',
    serial: '1000_0018_9F9C',
    mac: '00:07:00:18:9F:9C',
    power: 'OFF',
    brightness: 100,
    canSetLevel: true,
    connected: true,
    residenceId: setting.residenceId,
    created: '2026-09-01T08:00:00.000Z',
  });
});

test('an invited account has a row of its own kind, and its way leads over that row', async () => {
  const { cloud, residenceId, lamp } = setting;
  const guest = cloud.addAccount({
    email: 'guest@example.org',
    password: 'g',
    residences: [],
    invitedTo: [residenceId],
  });
  const { id: token } = await signIn(cloud, 'guest@example.org', 'g');
  const rows = (await read(`/Person/${guest.userId}/residentialPermissions`, token)) as { id: number }[];
  expect(rows).toEqual([
    expect.objectContaining({ personId: guest.userId, residenceId: residenceId, residentialAccountId: null }),
  ]);
  const residence = await read(`/ResidentialPermissions/${rows[0]?.id}/residence`, token);
  expect(residence).toMatchObject({ id: residenceId, name: 'Home' });
  expect(await read(`/Residences/${residenceId}/iotSwitches`, token)).toHaveLength(1);
  expect(await status(`/IotSwitches/${lamp.id}`, { token })).toBe(200);
});

test('an account with neither residences nor invitations has no permissions', async () => {
  const { cloud } = setting;
  const { userId } = cloud.addAccount({ email: 'new@example.org', password: 'n', residences: [] });
  const { id } = await signIn(cloud, 'new@example.org', 'n');
  expect(await read(`/Person/${userId}/residentialPermissions`, id)).toEqual([]);
});

test('what belongs to somebody else is 401, what there is not is 404', async () => {
  const { cloud, residenceId, account } = setting;
  const other = cloud.addAccount({ email: 'bob@example.org', password: 'b', primaryResidenceId: residenceId });
  const theirs = cloud.addSwitch(other.residenceIds[0] ?? 0);
  const rows = [
    { path: `/Person/${login.userId}`, status: 200 },
    { path: `/Person/${other.userId}`, status: 401 },
    { path: `/Person/${other.userId}/residentialPermissions`, status: 401 },
    { path: `/ResidentialAccounts/${account.residentialAccountId}`, status: 200 },
    { path: `/ResidentialAccounts/${other.residentialAccountId}`, status: 401 },
    { path: `/ResidentialAccounts/${other.residentialAccountId}/residences`, status: 401 },
    { path: '/ResidentialPermissions/1/residence', status: 401 },
    { path: `/Residences/${theirs.residenceId}`, status: 401 },
    { path: `/Residences/${theirs.residenceId}/iotSwitches`, status: 401 },
    { path: '/Residences/1/iotSwitches', status: 404 },
    { path: `/IotSwitches/${theirs.id}`, status: 401 },
    { path: '/IotSwitches/1', status: 404 },
    { path: '/IotSwitches/lamp', status: 404 },
    { path: '/IotSwitches', status: 401 },
  ];
  const seen = await Promise.all(rows.map(async ({ path }) => ({ path, status: await status(path) })));
  expect(seen).toEqual(rows);
  const written = await status(`/IotSwitches/${theirs.id}`, { method: 'PUT', body: { power: 'ON' } });
  expect([written, cloud.record(theirs.id).power]).toEqual([401, 'OFF']);
});

test('the primary residence of an account may be one that it must not read', async () => {
  const { cloud, residenceId } = setting;
  const bob = cloud.addAccount({ email: 'bob@example.org', password: 'b', primaryResidenceId: residenceId });
  const { id } = await signIn(cloud, 'bob@example.org', 'b');
  const own = await read(`/ResidentialAccounts/${bob.residentialAccountId}`, id);
  expect(own).toEqual({ id: bob.residentialAccountId, primaryResidenceId: residenceId });
  expect(await status(`/Residences/${residenceId}/iotSwitches`, { token: id })).toBe(401);
});

test.each([
  { path: (id: number) => `/iotswitches/${id}` },
  { path: (id: number) => `/IOTSWITCHES/${id}/` },
  { path: (id: number) => `/IotSwitches/${id}?filter=${encodeURIComponent('{"include":[]}')}` },
  { path: (id: number) => `/IotSwitches/${id}?filter=nonsense` },
])('routes take any case, a slash at the end and a filter', async ({ path }) => {
  expect(await read(path(setting.lamp.id))).toEqual(setting.lamp);
});

test.each([
  {
    method: 'GET',
    path: '/IotSwitches/1/state',
    message: 'Shared class "IotSwitch" has no method handling GET /1/state',
  },
  { method: 'DELETE', path: '/residences/1', message: 'Shared class "Residence" has no method handling DELETE /1' },
  { method: 'PATCH', path: '/Person', message: 'Shared class "Person" has no method handling PATCH /' },
  { method: 'GET', path: '/Toasters', message: 'There is no method to handle GET /api/Toasters' },
  { method: 'GET', path: '//', message: 'There is no method to handle GET /api//' },
  { method: 'GET', path: '/%2e%2e/elsewhere', message: 'There is no method to handle GET /elsewhere' },
])('$method $path: 404', async ({ method, path, message }) => {
  const reply = await ask(setting.cloud, path, { method, token: login.id });
  expect([reply.status, errorOf(reply)]).toEqual([404, { statusCode: 404, name: 'Error', message }]);
});

test('the version is bare text and needs no token', async () => {
  const reply = await ask(setting.cloud, '/../apiversion');
  expect([reply.status, reply.text, reply.type]).toEqual([200, '1.64.0', 'text/plain; charset=utf-8']);
});

test.each([
  { by: 'header', headers: { filter: '{"include":["iotButtons"]}' }, query: '' },
  { by: 'query', headers: {}, query: `?filter=${encodeURIComponent('{"include":{"relation":"iotButtons"}}')}` },
])('buttons come when a filter in the $by includes them', async ({ headers, query }) => {
  const { cloud, residenceId, lamp } = setting;
  const path = `/Residences/${residenceId}/iotSwitches${query}`;
  const reply = await ask(cloud, path, { headers: { authorization: login.id, ...headers } });
  expect(reply.body).toEqual([{ ...lamp, iotButtons: [] }]);
});

test('records can be odd: deleted, unknown, null and missing fields, blanks in names, names twice', async () => {
  const { cloud, residenceId } = setting;
  cloud.addSwitch(residenceId, {
    id: 7,
    name: 'Bedroom lamp',
    deleted: true,
    model: 'D99XX',
    canSetLevel: null,
    brightness: null,
  });
  cloud.addSwitch(residenceId, { id: 8, name: 'Hall  ', without: ['canSetLevel', 'brightness'] });
  const [, seventh, eighth] = (await read(`/Residences/${residenceId}/iotSwitches`)) as object[];
  const odd = { deleted: true, model: 'D99XX', canSetLevel: null, brightness: null };
  expect(seventh).toMatchObject({ id: 7, name: 'Bedroom lamp', ...odd });
  expect(eighth).toMatchObject({ id: 8, name: 'Hall  ', power: 'OFF' });
  expect(eighth).not.toHaveProperty('canSetLevel');
  expect(eighth).not.toHaveProperty('brightness');
  expect(() => cloud.addSwitch(residenceId, { id: 7 })).toThrow('the id 7 is taken');
});

test('a removed switch is gone, and what it was about to report with it', async () => {
  const { cloud, clock, residenceId, lamp } = setting;
  await ask(cloud, `/IotSwitches/${lamp.id}`, { method: 'PUT', token: login.id, body: { power: 'ON' } });
  cloud.removeSwitch(lamp.id);
  await clock.advance(1200);
  expect(await read(`/Residences/${residenceId}/iotSwitches`)).toEqual([]);
  expect(await status(`/IotSwitches/${lamp.id}`)).toBe(404);
  expect(() => cloud.record(lamp.id)).toThrow(`there is no switch ${lamp.id}`);
});

test('rooms tell of their switches and turn them on and off', async () => {
  const { cloud, clock, residenceId } = setting;
  const room = cloud.addRoom(residenceId, 'Bedroom');
  const { id } = cloud.addSwitch(residenceId, { residentialRoomId: room, connected: false });
  const { id: reachable } = cloud.addSwitch(residenceId, { residentialRoomId: room });
  const rooms = () => read(`/Residences/${residenceId}/residentialRooms`);
  const off = {
    id: room,
    name: 'Bedroom',
    residenceId: residenceId,
    power: 'OFF',
    allConnected: false,
    position: null,
  };
  expect(await rooms()).toEqual([off]);
  expect(await status(`/ResidentialRooms/turnOn?id=${room}`, { method: 'POST', body: {} })).toBe(200);
  await clock.advance(1200);
  expect(await rooms()).toEqual([{ ...off, power: 'ON' }]);
  expect([cloud.device(reachable).power, cloud.device(id).power, cloud.record(id).power]).toEqual(['ON', 'OFF', 'ON']);
  expect(await status(`/ResidentialRooms/turnOff?id=${room}`, { method: 'POST', body: {} })).toBe(200);
  await clock.advance(1200);
  expect(await rooms()).toEqual([off]);
  expect(await status('/ResidentialRooms/turnOn?id=1', { method: 'POST', body: {} })).toBe(404);
});

test('activities are listed, with their actions if asked, and executed', async () => {
  const { cloud, clock, residenceId, lamp } = setting;
  const scene = cloud.addActivity(residenceId, 'Good night', [{ switchId: lamp.id, power: 'ON', brightness: 5 }]);
  const path = `/Residences/${residenceId}/residentialActivities`;
  const plain = { id: scene, name: 'Good night', residenceId: residenceId, isButtonActivity: false };
  expect(await read(path)).toEqual([{ ...plain, customIcon: null, onAccountId: null, onAwayId: null }]);
  expect(await read(`${path}?filter={"include":["residentialActions"]}`)).toMatchObject([
    { residentialActions: [{ targetModelId: lamp.id, targetValue: '{"power":"ON","brightness":5}' }] },
  ]);
  const executed = await ask(cloud, `/ResidentialActivities/execute?id=${scene}`, { token: login.id, body: {} });
  expect([executed.status, executed.body]).toEqual([200, {}]);
  await clock.advance(1200);
  expect(cloud.device(lamp.id)).toEqual({ power: 'ON', brightness: 5, online: true });
  expect(await status('/ResidentialActivities/execute', { method: 'POST', body: {} })).toBe(404);
  cloud.addAccount({ email: 'bob@example.org', password: 'b' });
  const { id: token } = await signIn(cloud, 'bob@example.org', 'b');
  expect(await status(`/ResidentialActivities/execute?id=${scene}`, { method: 'POST', body: {}, token })).toBe(401);
});

test('counts requests, connections, logins and sockets from the last reset on', async () => {
  const { cloud } = setting;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const request = async (method: string, path: string, how: { agent: Agent | false }, body?: object) => {
    const headers = { 'Content-Type': 'application/json' };
    const sent = httpRequest(cloud.url + path, { method, headers, ...how }).end(body && JSON.stringify(body));
    const [response] = (await once(sent, 'response')) as [Readable];
    await once(response.resume(), 'end');
  };
  cloud.resetCounts();
  expect(cloud.counts).toEqual({ requests: 0, connections: 0, logins: 0, sockets: 0 });
  await request('POST', '/person/LOGIN', { agent }, { email: 'ada@example.org' });
  await request('POST', '/Person/login', { agent }, { email: 'ada@example.org', password: 'x' });
  await request('POST', '/Person/login', { agent }, {}); // is no attempt to sign in
  await request('GET', '/Person/login', { agent: false });
  (await Listener.open(cloud.socketUrl)).ws.terminate();
  expect(cloud.counts).toEqual({ requests: 4, connections: 3, logins: 2, sockets: 1 });
  agent.destroy();
});

test('whoever watches sees each exchange, without a token in the path', async () => {
  const { cloud, lamp } = setting;
  const seen: unknown[] = [];
  const stop = cloud.onExchange((exchange) => seen.push(exchange));
  const body = { power: 'ON' };
  await ask(cloud, `/IotSwitches/${lamp.id}?access_token=${login.id}`, { method: 'PUT', body });
  stop();
  await status(`/IotSwitches/${lamp.id}`);
  expect(seen).toEqual([
    {
      channel: 'rest',
      at: new Date('2026-09-01T08:00:00.000Z'),
      request: { method: 'PUT', path: `/IotSwitches/${lamp.id}?access_token=***`, body },
      response: { status: 200, body: { ...lamp, power: 'ON' } },
      ms: 0,
    },
  ]);
});
