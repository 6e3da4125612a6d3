import { describe, expect, test } from '@jest/globals';
import { deduplicationIdOf, groupIdOf, toBody, toMessage, toSample } from '../../../lambda/adapters/sqs/messages.ts';
import type { Sample } from '../../../lambda/ports/report-queue.ts';

const sample: Sample = {
  accountId: 'account-1',
  deviceId: '1613723',
  power: 'ON',
  level: 30,
  connected: true,
  at: '2026-03-01T12:00:00.000Z',
  cause: 'PHYSICAL_INTERACTION',
  settled: true,
};

test('a sample survives the queue', () => {
  expect(toSample(toBody(sample))).toEqual({
    accountId: 'account-1',
    deviceId: '1613723',
    power: 'ON',
    level: 30,
    connected: true,
    at: '2026-03-01T12:00:00.000Z',
    cause: 'PHYSICAL_INTERACTION',
    settled: true,
  });
});

test('what is not part of a sample does not travel', () => {
  const wider = { ...sample, password: 'hidden' };
  expect(toBody(wider)).not.toContain('hidden');
  expect(toSample(JSON.stringify({ ...sample, since: 'a later version' }))).toEqual(sample);
});

test.each([
  { when: 'a sample', message: sample },
  { when: 'a sample for one grant', message: { ...sample, grantId: 'link-a' } },
  { when: 'a sample that is queued again', message: { ...sample, again: '2026-03-01T12:00:01.000Z' } },
  { when: 'news of devices', message: { kind: 'devices', accountId: 'account-1', at: '2026-03-01T12:00:00.000Z' } },
] as const)('$when is the same at the other end', ({ message }) => {
  expect(toMessage(toBody(message))).toEqual(message);
});

test.each([
  { when: 'another kind', body: '{"kind":"weather"}', message: 'no message of ours: kind, accountId, at' },
  {
    when: 'no account',
    body: '{"kind":"devices","at":"2026-03-01T12:00:00.000Z"}',
    message: 'no message of ours: accountId',
  },
  { when: 'no JSON', body: 'lamp on', message: 'not a sample: the whole body' },
])('$when is unreadable', ({ body, message }) => {
  expect(() => toMessage(body)).toThrow(expect.objectContaining({ name: 'UnreadableMessage', message }));
});

describe('garbage', () => {
  test.each([
    { when: 'no JSON', body: 'lamp on', message: 'not a sample: the whole body' },
    { when: 'nothing', body: '', message: 'not a sample: the whole body' },
    { when: 'null', body: 'null', message: 'not a sample: the whole body' },
    { when: 'another power', body: JSON.stringify({ ...sample, power: 'on' }), message: 'not a sample: power' },
    { when: 'a level past the top', body: JSON.stringify({ ...sample, level: 101 }), message: 'not a sample: level' },
    { when: 'a level as text', body: JSON.stringify({ ...sample, level: '30' }), message: 'not a sample: level' },
    { when: 'no level', body: JSON.stringify({ ...sample, level: Number.NaN }), message: 'not a sample: level' },
    { when: 'no account', body: JSON.stringify({ ...sample, accountId: '' }), message: 'not a sample: accountId' },
    { when: 'no moment', body: JSON.stringify({ ...sample, at: 'yesterday' }), message: 'not a sample: at' },
    { when: 'another cause', body: JSON.stringify({ ...sample, cause: 'WIND' }), message: 'not a sample: cause' },
    {
      when: 'two things',
      body: JSON.stringify({ ...sample, connected: 1, settled: undefined }),
      message: 'not a sample: connected, settled',
    },
  ])('$when', ({ body, message }) => {
    expect(() => toSample(body)).toThrow(expect.objectContaining({ name: 'UnreadableMessage', message }));
  });
});

describe('message groups', () => {
  test('a device is a group, and so are a grant that was left behind and the news of an account', () => {
    expect(groupIdOf({ accountId: 'account-1', deviceId: '1613723' })).toBe('account-1/1613723');
    expect(groupIdOf({ accountId: 'account-1', deviceId: '1613723', grantId: 'link-a' })).toBe(
      'account-1/1613723/link-a',
    );
    expect(groupIdOf({ kind: 'devices', accountId: 'account-1', at: '2026-03-01T12:00:00.000Z' })).toBe('account-1');
  });

  test.each([
    { when: 'too long', accountId: 'h'.repeat(100), deviceId: 'd'.repeat(28) },
    { when: 'a space', accountId: 'account', deviceId: 'bedroom lamp' },
    { when: 'an umlaut', accountId: 'account', deviceId: 'küche' },
  ])('$when is hashed', ({ accountId, deviceId }) => {
    expect(groupIdOf({ accountId, deviceId })).toMatch(/^[0-9a-f]{64}$/);
    expect(groupIdOf({ accountId, deviceId })).toBe(groupIdOf({ accountId, deviceId }));
    expect(groupIdOf({ accountId, deviceId })).not.toBe(groupIdOf({ accountId, deviceId: `${deviceId}2` }));
  });

  test('128 characters are not too long', () => {
    expect(groupIdOf({ accountId: 'h'.repeat(100), deviceId: 'd'.repeat(27) })).toHaveLength(128);
  });
});

test('the same sample has the same deduplication id, a later one another', () => {
  const id = deduplicationIdOf(toBody(sample));
  expect(deduplicationIdOf(toBody({ ...sample }))).toBe(id);
  expect(deduplicationIdOf(toBody({ ...sample, at: '2026-03-01T12:00:00.001Z' }))).not.toBe(id);
  expect(id).toMatch(/^[0-9a-f]{64}$/);
});
