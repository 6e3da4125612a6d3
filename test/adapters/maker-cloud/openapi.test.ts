import { expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { CODES } from '../../../lambda/adapters/maker-cloud/problems.ts';
import { createDeviceEvents } from '../../../lambda/handlers/device-events.ts';
import { document, OPENAPI_FILE, problemsOf } from './openapi.ts';

test('the contract is a valid OpenAPI 3.1 document, and every reference in it leads somewhere', async () => {
  const validator = new Validator();
  expect(await validator.validate(OPENAPI_FILE)).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
  expect(references.length).toBeGreaterThan(30);
  const target = (path: string) =>
    path.split('/').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document);
  expect(references.filter((path) => typeof target(path) !== 'object')).toEqual([]);
});

test('the adapter knows the codes of the contract, and no others', () => {
  for (const code of CODES) expect(problemsOf('Problem', { status: 400, code })).toEqual([]);
  expect(JSON.stringify(document).match(/"enum":\["wrong-password"[^\]]*\]/)?.[0]).toBe(
    `"enum":${JSON.stringify(CODES)}`,
  );
});

const device = {
  ...{ id: 'plug-1', name: 'Lamp', model: 'Dimmer', kind: 'light', dimmable: true },
  ...{ power: 'ON', level: 40, connected: true },
};
const event = { accountId: 'acct_1', deviceId: 'plug-1', power: 'ON', at: '2026-03-01T12:00:00.000Z' };

test.each<{ schema: string; when: string; value: unknown; isGood: boolean }>([
  { schema: 'Device', when: 'a dimmer', value: device, isGood: true },
  { schema: 'Device', when: 'fields that nobody knows', value: { ...device, colour: 'red' }, isGood: true },
  { schema: 'Device', when: 'a dimmer without a level', value: { ...device, level: undefined }, isGood: false },
  {
    schema: 'Device',
    when: 'an outlet without a level',
    value: { ...device, dimmable: false, level: undefined },
    isGood: true,
  },
  { schema: 'Device', when: 'level 0', value: { ...device, level: 0 }, isGood: false },
  { schema: 'Device', when: 'an id that Alexa refuses', value: { ...device, id: 'plug/1' }, isGood: false },
  { schema: 'Device', when: 'a number as id', value: { ...device, id: 1 }, isGood: false },
  { schema: 'Change', when: 'nothing', value: {}, isGood: false },
  { schema: 'Change', when: 'a level alone', value: { level: 30 }, isGood: true },
  { schema: 'Change', when: 'another field', value: { power: 'ON', color: 1 }, isGood: false },
  {
    schema: 'Session',
    when: 'a short token',
    value: { accountId: 'a', accessToken: 'x', expiresAt: '2026-04-01T00:00:00Z' },
    isGood: false,
  },
  { schema: 'DeviceEvents', when: 'one', value: { events: [event] }, isGood: true },
  { schema: 'DeviceEvents', when: 'none', value: { events: [] }, isGood: false },
  { schema: 'DeviceEvents', when: 'no state', value: { events: [{ ...event, power: undefined }] }, isGood: false },
  {
    schema: 'DeviceEvents',
    when: 'another zone',
    value: { events: [{ ...event, at: '2026-03-01T14:00:00+02:00' }] },
    isGood: true,
  },
])('$schema, $when: good is $isGood', ({ schema, value, isGood }) => {
  expect(problemsOf(schema, JSON.parse(JSON.stringify(value))).length === 0).toBe(isGood);
});

test('a function without a key for events answers as the contract says', async () => {
  const door = createDeviceEvents({
    ...{ TABLE_NAME: 'table', AWS_REGION: 'us-east-1', LOG_LEVEL: 'silent' },
    SECRETS_JSON: JSON.stringify({
      messaging: { clientId: 'id', clientSecret: 'secret' },
      sealingKeys: [{ id: 'a', key: Buffer.alloc(32).toString('base64') }],
    }),
  });
  const answer = await door(new Request('https://events.example.org/', { method: 'POST', body: '{}' }));
  expect(answer.status).toBe(404);
  expect(problemsOf('EventsRefusal', await answer.json())).toEqual([]);
});
