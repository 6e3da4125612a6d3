import { expect, test } from '@jest/globals';
import { toConfig } from '../../../lambda/adapters/environment/environment.ts';

const required = { TABLE_NAME: 'table', SECRETS_ID: 'secrets' };

test.each([
  { when: 'absent', PUBLIC_URLS: undefined, urls: [] },
  { when: 'empty', PUBLIC_URLS: '', urls: [] },
  { when: 'one', PUBLIC_URLS: 'https://a.example', urls: ['https://a.example'] },
  { when: 'two', PUBLIC_URLS: 'https://b.example,https://a.example', urls: ['https://b.example', 'https://a.example'] },
])('PUBLIC_URLS, $when', ({ PUBLIC_URLS, urls }) => {
  expect(toConfig({ ...required, PUBLIC_URLS }).PUBLIC_URLS).toEqual(urls);
});

test.each([
  { name: 'PUBLIC_URLS', value: 'https://a.example,canary' },
  { name: 'NOTICE_TOPIC_ARN', value: 'canary' },
  { name: 'NOTICE_FROM', value: 'canary' },
  { name: 'NOTICE_FROM', value: 'Lamps <canary@example.org>, <eve@example.org>' },
  { name: 'NOTICE_FROM', value: 'canary@example.org\r\nBcc: eve@example.org' },
  { name: 'NOTICE_CONFIGURATION_SET', value: 'canary set' },
  { name: 'OPERATOR_NAME', value: '<b>canary</b>' },
  { name: 'OPERATOR_NAME', value: `canary${'x'.repeat(60)}` },
  { name: 'PRIVACY_URL', value: 'http://canary.example' },
  { name: 'PRIVACY_URL', value: 'javascript:canary' },
  { name: 'PRIVACY_URL', value: 'https://canary.example/"onclick=' },
  { name: 'ACCOUNTS_PER_RUN', value: 'canary' },
  { name: 'ACCOUNTS_PER_SHARD', value: '0' },
  { name: 'WATCH_RUN_SECONDS', value: '-1' },
  { name: 'READS_PER_MINUTE', value: '1.5' },
  { name: 'DEVICE_PUSH', value: 'canary' },
  { name: 'NOTICE_TOPIC_ARN', value: 'arn:aws:sqs:us-east-1:000000000000:canary' },
])('$name that is wrong is named, and not shown: $value', ({ name, value }) => {
  const read = () => toConfig({ ...required, [name]: value });
  expect(read).toThrow(name);
  expect(read).not.toThrow('canary');
});

test.each(['lamps@example.org', 'Lamps <lamps@example.org>', 'Lampes à Alexa <lampes@example.org>'])(
  'a sender is taken: %s',
  (NOTICE_FROM) => {
    expect(toConfig({ ...required, NOTICE_FROM })).toMatchObject({ NOTICE_FROM });
  },
);

test('a topic is taken by its ARN', () => {
  const NOTICE_TOPIC_ARN = 'arn:aws:sns:us-east-1:000000000000:lamps-notices';
  expect(toConfig({ ...required, NOTICE_TOPIC_ARN })).toMatchObject({ NOTICE_TOPIC_ARN });
});
