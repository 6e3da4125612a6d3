import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { compose } from '../../lambda/handlers/compose.ts';
import { createDeviceWatch } from '../../lambda/handlers/device-watch.ts';
import { ROOT, sourcesIn } from '../readme/source.ts';

const environment = {
  ...{ TABLE_NAME: 'table', AWS_REGION: 'us-east-1', LOG_LEVEL: 'silent' },
  SECRETS_JSON: JSON.stringify({
    messaging: { clientId: 'id', clientSecret: 'secret' },
    sealingKeys: [{ id: 'a', key: Buffer.alloc(32).toString('base64') }],
  }),
};
const maker = {
  ...environment,
  DEVICE_CLOUD: 'https://cloud.acme.example/alexa/v1',
  DEVICE_CLOUD_NAME: 'Acme Home',
};

test.each([
  { when: 'nothing is said', set: environment, cloudName: 'My Leviton', sessionDays: 60, hasFeed: true },
  { when: 'a maker’s own', set: maker, cloudName: 'Acme Home', sessionDays: undefined, hasFeed: false },
])('the device cloud where $when: $cloudName', ({ set, cloudName, sessionDays, hasFeed }) => {
  const shared = compose(set);
  expect(shared).toMatchObject({ cloudName, sessionDays });
  expect(shared.feed !== undefined).toBe(hasFeed);
});

test.each([
  { when: 'no name', set: { DEVICE_CLOUD_NAME: '' }, named: 'DEVICE_CLOUD_NAME' },
  { when: 'a name of markup', set: { DEVICE_CLOUD_NAME: '<b>Acme</b>' }, named: 'DEVICE_CLOUD_NAME' },
  { when: 'a name of 41 letters', set: { DEVICE_CLOUD_NAME: 'A'.repeat(41) }, named: 'DEVICE_CLOUD_NAME' },
  { when: 'an address without TLS', set: { DEVICE_CLOUD: 'http://cloud.acme.example' }, named: 'DEVICE_CLOUD' },
  {
    when: 'an address that begins like this machine’s',
    set: { DEVICE_CLOUD: 'http://localhost.acme.example/' },
    named: 'DEVICE_CLOUD',
  },
  { when: 'a user in its address', set: { DEVICE_CLOUD: 'https://me@acme.example/' }, named: 'DEVICE_CLOUD' },
  { when: 'another name', set: { DEVICE_CLOUD: 'acme' }, named: 'DEVICE_CLOUD' },
])('a maker’s cloud with $when is refused by the name of the variable', ({ set, named }) => {
  expect(() => compose({ ...maker, ...set })).toThrow(named);
});

test('a cloud without a push channel is watched by reads', () => {
  expect(() => createDeviceWatch(maker)).not.toThrow();
});

test('no file of the functions knows which cloud it is, but for the adapters, the place that chooses, and the settings', () => {
  const allowed = [
    /^lambda\/adapters\/(?:my-leviton|maker-cloud)\//,
    /^lambda\/handlers\/device-cloud\.ts$/,
    /^lambda\/adapters\/environment\/environment\.ts$/,
  ];
  const all = sourcesIn('lambda');
  expect(all.length).toBeGreaterThan(150);
  const knowing = all.filter(({ text }) => /leviton|decora(?!tion)|maker-?cloud/i.test(text)).map(({ path }) => path);
  expect(knowing.filter((path) => !allowed.some((place) => place.test(path)))).toEqual([]);
  expect(knowing).toContain('lambda/handlers/device-cloud.ts');
  // Of the settings, their names and their defaults only.
  const settings = readFileSync(`${ROOT}/lambda/adapters/environment/environment.ts`, 'utf8').split('\n');
  const naming = settings.filter((line) => /^ {2}.*leviton/i.test(line)).map((line) => line.trim().split(':')[0]);
  expect(naming).toEqual(['v.regex(/^(?', 'DEVICE_CLOUD', 'MY_LEVITON_URL', 'MY_LEVITON_SOCKET_URL']);
});

test('an adapter of one cloud imports nothing of another', () => {
  const imports = sourcesIn('lambda/adapters/maker-cloud').flatMap(({ text }) =>
    [...text.matchAll(/from '(\.[^']+)'/g)].map(([, from = '']) => from),
  );
  expect(imports.length).toBeGreaterThan(15);
  const outside = imports.filter((from) => !/^\.\/|^\.\.\/http\/|^\.\.\/\.\.\/(?:ports|basics)\//.test(from));
  expect(outside).toEqual([]);
});
