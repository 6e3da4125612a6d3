import { describe, expect, test } from '@jest/globals';
import { type OfflinePlan, planOffline, type SeenPlug } from '../../lambda/domain/offline-plugs.ts';
import type { Offline } from '../../lambda/ports/device-store.ts';

const at = (time: string) => `2026-03-01T${time}:00.000Z`;

/** A plug that has not been seen since then, or a connected one. */
const plug = (id: string, since?: string, more: Partial<Offline> = {}, connected = false): SeenPlug => ({
  id,
  name: `Lamp ${id}`,
  connected: since === undefined || connected,
  ...(since !== undefined && { offline: { since: at(since), ...more } }),
});
const refused = { refusedAt: at('18:04') };
const one = (id: string): Partial<Offline> => ({ noticed: { cause: 'plug-offline', subject: `Lamp ${id}` } });
const several: Partial<Offline> = { noticed: { cause: 'plugs-offline' } };

/** `cause subject`, and of a message also how many plugs it is about, how many others are connected, and since when. */
function said({ raise, withdraw, clear }: OfflinePlan): string[] {
  const name = ({ cause, subject = '' }: { cause: string; subject?: string }) => `${cause} ${subject}`.trim();
  return [
    ...withdraw.map((notice) => `withdraw ${name(notice)}`),
    ...clear.map((notice) => `clear ${name(notice)}`),
    ...(raise
      ? [
          `${name(raise)}: ${raise.plugs} of ${(raise.plugs ?? 0) + (raise.connectedPlugs ?? 0)} at ${raise.offlineSince?.slice(11, 16)}`,
        ]
      : []),
  ];
}

const five = (more: readonly Partial<Offline>[] = []) =>
  ['1', '2', '3', '4', '5'].map((id, index) => plug(id, '18:02', more[index]));

describe('who is told of what, and when', () => {
  test.each<{ when: string; plugs: readonly SeenPlug[]; now: string; says: string[] }>([
    { when: 'all are connected', plugs: [plug('1'), plug('2')], now: '18:02', says: [] },
    { when: 'five at once, nobody asked, 3:59 h', plugs: five(), now: '22:01', says: [] },
    { when: 'five at once, nobody asked, 4 h', plugs: five(), now: '22:02', says: ['plugs-offline: 5 of 5 at 18:02'] },
    { when: 'five at once, one refused, 14 min', plugs: five([refused]), now: '18:16', says: [] },
    {
      when: 'five at once, one refused, 15 min',
      plugs: five([{}, {}, refused]),
      now: '18:17',
      says: ['plugs-offline: 5 of 5 at 18:02'],
    },
    {
      when: 'unplugged one after the other within ten minutes',
      plugs: [plug('1', '18:02', refused), plug('2', '18:07'), plug('3', '18:12')],
      now: '18:17',
      says: ['plugs-offline: 3 of 3 at 18:12'],
    },
    {
      when: 'one goes, another half an hour later',
      plugs: [plug('1', '18:02', refused), plug('2', '18:32')],
      now: '18:33',
      says: ['plug-offline Lamp 1: 1 of 1 at 18:02'],
    },
    {
      when: 'one of two, refused',
      plugs: [plug('1', '18:02', refused), plug('2')],
      now: '18:17',
      says: ['plug-offline Lamp 1: 1 of 2 at 18:02'],
    },
    { when: 'one of two, nobody asked, 3:59 h', plugs: [plug('1', '18:02'), plug('2')], now: '22:01', says: [] },
    {
      when: 'one of two, nobody asked, 4 h',
      plugs: [plug('1', '18:02'), plug('2')],
      now: '22:02',
      says: ['plug-offline Lamp 1: 1 of 2 at 18:02'],
    },
    {
      when: 'three of five at one outlet',
      plugs: [plug('1', '18:02', refused), plug('2', '18:02'), plug('3', '18:02'), plug('4'), plug('5')],
      now: '18:17',
      says: ['plugs-offline: 3 of 5 at 18:02'],
    },
    {
      when: 'one was dead before, and known; the others go',
      plugs: [plug('1', '09:00', one('1')), plug('2', '18:02', refused), plug('3', '18:02')],
      now: '18:17',
      says: ['plugs-offline: 3 of 3 at 18:02'],
    },
    {
      when: 'some were noticed together; then the others go: the one message takes the place of the other',
      plugs: [
        plug('1', '09:00', several),
        plug('2', '09:00', several),
        plug('3', '18:02', refused),
        plug('4', '18:02'),
      ],
      now: '18:17',
      says: ['withdraw plugs-offline', 'plugs-offline: 4 of 4 at 18:02'],
    },
    { when: 'said already', plugs: five([several, several, several, several, several]), now: '23:00', says: [] },
    {
      when: 'the one is back',
      plugs: [plug('1', '18:02', one('1'), true), plug('2')],
      now: '18:30',
      says: ['clear plug-offline Lamp 1'],
    },
    {
      when: 'all five are back',
      plugs: five([several, several, several, several, several]).map((one) => ({ ...one, connected: true })),
      now: '18:30',
      says: ['clear plugs-offline'],
    },
    {
      when: 'one of five is back',
      plugs: five([several, several, several, several, several]).map((one, index) => ({
        ...one,
        connected: index === 0,
      })),
      now: '23:30',
      says: ['clear plugs-offline'],
    },
    { when: 'it was back before anybody was told', plugs: [plug('1', '18:02', refused, true)], now: '18:20', says: [] },
    { when: 'a clock that was hours ahead', plugs: [plug('1', '23:02', refused)], now: '18:20', says: [] },
    { when: 'no plugs', plugs: [], now: '18:20', says: [] },
  ])('$when', ({ plugs, now, says }) => {
    expect(said(planOffline(plugs, new Date(at(now))))).toEqual(says);
  });
});

describe('what the rows say afterwards', () => {
  const rows = (plugs: readonly SeenPlug[], now: string) => [...planOffline(plugs, new Date(at(now))).rows];

  test('one that is missed for the first time', () => {
    expect(rows([{ id: '1', name: 'Lamp', connected: false }], '18:02')).toEqual([['1', { since: at('18:02') }]]);
  });

  test('nothing new: nothing is written', () => {
    expect(rows([plug('1', '18:02'), plug('2')], '18:05')).toEqual([]);
  });

  test('those that a message is about', () => {
    expect(rows(five([refused]), '18:17')).toHaveLength(5);
    expect(rows([plug('1', '18:02', refused), plug('2')], '18:17')).toEqual([
      ['1', { since: at('18:02'), ...refused, ...one('1') }],
    ]);
  });

  test('one that is back has nothing left', () => {
    expect(rows([plug('1', '18:02', one('1'), true)], '18:17')).toEqual([['1', undefined]]);
  });

  test('of five one is back: the others begin anew, so that what follows a minute later needs no message', () => {
    const [first, ...others] = five([several, several, several, several, several]);
    expect(rows([{ ...first, connected: true } as SeenPlug, ...others], '18:30')).toEqual([
      ['1', undefined],
      ...['2', '3', '4', '5'].map((id) => [id, { since: at('18:30') }]),
    ]);
  });

  test('one that was back for a moment, unseen by the row, begins anew', () => {
    const back = { ...plug('1', '09:00', { refusedAt: at('09:01') }), connectedAt: Date.parse(at('18:00')) };
    expect(rows([back], '18:02')).toEqual([['1', { since: at('18:02') }]]);
    const refusedSince = { ...plug('1', '09:00', { refusedAt: at('18:01') }), connectedAt: Date.parse(at('18:00')) };
    expect(rows([refusedSince], '18:02')).toEqual([['1', { since: at('18:01'), refusedAt: at('18:01') }]]);
  });
});
