import { describe, expect, test } from '@jest/globals';
import { deduplicationIdOf, groupIdOf, toBody, toMessage } from '../../../lambda/adapters/sqs/messages.ts';
import type { StateMessage } from '../../../lambda/ports/report-queue.ts';

const sample: StateMessage = {
  kind: 'state',
  accountId: 'account-1',
  deviceId: '1613723',
  power: 'ON',
  level: 30,
  connected: true,
  at: '2026-03-01T12:00:00.000Z',
  cause: 'PHYSICAL_INTERACTION',
};

test('a state survives the queue', () => {
  expect(toMessage(toBody(sample))).toEqual({
    kind: 'state',
    accountId: 'account-1',
    deviceId: '1613723',
    power: 'ON',
    level: 30,
    connected: true,
    at: '2026-03-01T12:00:00.000Z',
    cause: 'PHYSICAL_INTERACTION',
  });
});

test('what is not part of a state does not travel', () => {
  const wider = { ...sample, password: 'hidden' };
  expect(toBody(wider)).not.toContain('hidden');
  expect(toMessage(JSON.stringify({ ...sample, since: 'a later version' }))).toEqual(sample);
});

test.each([
  { when: 'a state', message: sample },
  { when: 'a catch-up message', message: { ...sample, grantId: 'link-a' } },
  { when: 'a state that is queued once more', message: { ...sample, requeuedAt: '2026-03-01T12:00:01.000Z' } },
  { when: 'a forced report', message: { ...sample, forceReport: true } },
  {
    when: 'a state with its moment at the device cloud',
    message: { ...sample, changedAt: '2026-03-01T11:59:59.000Z' },
  },
  {
    when: 'an unconfirmed write',
    message: { kind: 'unconfirmed-write', accountId: 'account-1', deviceId: '1', at: '2026-03-01T12:00:00.000Z' },
  },
  {
    when: 'a changed device list',
    message: { kind: 'devices', accountId: 'account-1', at: '2026-03-01T12:00:00.000Z' },
  },
] as const)('$when is the same at the other end', ({ message }) => {
  expect(toMessage(toBody(message))).toEqual(message);
});

test.each([
  { when: 'another kind', body: '{"kind":"weather"}', message: 'not a message of the report queue: kind' },
  {
    when: 'no account',
    body: '{"kind":"devices","at":"2026-03-01T12:00:00.000Z"}',
    message: 'not a message of the report queue: accountId',
  },
  { when: 'no JSON', body: 'lamp on', message: 'not a message of the report queue: the whole body' },
])('$when is unreadable', ({ body, message }) => {
  expect(() => toMessage(body)).toThrow(expect.objectContaining({ name: 'UnreadableMessage', message }));
});

describe('garbage', () => {
  test.each([
    { when: 'no JSON', body: 'lamp on', message: 'not a message of the report queue: the whole body' },
    { when: 'nothing', body: '', message: 'not a message of the report queue: the whole body' },
    { when: 'null', body: 'null', message: 'not a message of the report queue: the whole body' },
    {
      when: 'a forced report that is not true',
      body: JSON.stringify({ ...sample, forceReport: 1 }),
      message: 'not a message of the report queue: forceReport',
    },
    {
      when: 'no kind',
      body: JSON.stringify({ ...sample, kind: undefined }),
      message: 'not a message of the report queue: kind',
    },
    {
      when: 'another power',
      body: JSON.stringify({ ...sample, power: 'on' }),
      message: 'not a message of the report queue: power',
    },
    {
      when: 'a level past the top',
      body: JSON.stringify({ ...sample, level: 101 }),
      message: 'not a message of the report queue: level',
    },
    {
      when: 'a level as text',
      body: JSON.stringify({ ...sample, level: '30' }),
      message: 'not a message of the report queue: level',
    },
    {
      when: 'no level',
      body: JSON.stringify({ ...sample, level: Number.NaN }),
      message: 'not a message of the report queue: level',
    },
    {
      when: 'no account',
      body: JSON.stringify({ ...sample, accountId: '' }),
      message: 'not a message of the report queue: accountId',
    },
    {
      when: 'no moment',
      body: JSON.stringify({ ...sample, at: 'yesterday' }),
      message: 'not a message of the report queue: at',
    },
    {
      when: 'another cause',
      body: JSON.stringify({ ...sample, cause: 'WIND' }),
      message: 'not a message of the report queue: cause',
    },
    {
      when: 'two things',
      body: JSON.stringify({ ...sample, connected: 1, cause: undefined }),
      message: 'not a message of the report queue: connected, cause',
    },
  ])('$when', ({ body, message }) => {
    expect(() => toMessage(body)).toThrow(expect.objectContaining({ name: 'UnreadableMessage', message }));
  });
});

describe('message groups', () => {
  test('a device is a group, and so are the catch-up messages of a grant and the device list of an account', () => {
    expect(groupIdOf({ accountId: 'account-1', deviceId: '1613723' })).toBe('account-1/1613723');
    expect(groupIdOf({ accountId: 'account-1', deviceId: '1613723', grantId: 'link-a' })).toBe(
      'account-1/1613723/link-a',
    );
    expect(groupIdOf({ accountId: 'account-1' })).toBe('account-1');
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

test('the same state has the same deduplication id, a later one another', () => {
  const id = deduplicationIdOf(toBody(sample));
  expect(deduplicationIdOf(toBody({ ...sample }))).toBe(id);
  expect(deduplicationIdOf(toBody({ ...sample, at: '2026-03-01T12:00:00.001Z' }))).not.toBe(id);
  expect(id).toMatch(/^[0-9a-f]{64}$/);
});
