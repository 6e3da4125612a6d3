import { describe, expect, test } from '@jest/globals';
import type { CauseCode } from '../../../lambda/domain/diagnosis/causes.ts';
import { CAUSES } from '../../../lambda/domain/diagnosis/causes.ts';
import { convictions, diagnose } from '../../../lambda/domain/diagnosis/diagnose.ts';
import type { Evidence } from '../../../lambda/domain/diagnosis/evidence.ts';
import type { Hop } from '../../../lambda/domain/diagnosis/hops.ts';
import { FAULTS, type Fault } from './faults.ts';
import { ago, HEALTHY, NOW } from './support.ts';

const found = (evidence: Evidence) => diagnose({ ...HEALTHY, ...evidence }, NOW);
const isOk = (evidence: Evidence) =>
  found(evidence)
    .chain.filter(({ state }) => state === 'ok')
    .map(({ hop }) => hop);

describe('one fault', () => {
  test.each(FAULTS)('$fault', ({ evidence, hop, cause, who, dark = false, since }) => {
    const diagnosis = found(evidence);
    expect(diagnosis).toMatchObject({ hop, cause: { code: cause }, who, darkens: dark });
    expect('since' in diagnosis ? diagnosis.since : undefined).toBe(since);
    expect(convictions(diagnosis).map((one) => one.hop)).toEqual([hop]);
    expect(diagnosis.acquitted.map((one) => one.hop)).not.toContain(hop);
  });

  test('every cause and every hop has a row', () => {
    const causes = new Set(FAULTS.map(({ cause }) => cause));
    expect(Object.keys(CAUSES).filter((cause) => ![...causes].some((one) => one === cause))).toEqual([]);
    expect(new Set(FAULTS.map(({ hop }) => hop)).size).toBe(20);
  });
});

/** Whether two faults say different things of the same evidence, so that they cannot be at once. */
const clash = (one: Fault, other: Fault) => Object.keys(one.evidence).some((field) => field in other.evidence);

describe('two faults', () => {
  const pairs = FAULTS.flatMap((one, index) =>
    FAULTS.slice(index + 1)
      .filter((other) => other.hop !== one.hop && !clash(one, other))
      .map((other) => [one, other] as const),
  );

  const isUnlinked = ({ evidence }: Fault) =>
    evidence.link?.state === 'none' || evidence.link?.state === 'not-completed';
  const isSign = ({ cause }: Fault) => cause === 'alexa-not-linked' || cause === 'alexa-grant-revoked';
  /** An answer was given, so a directive came. */
  const hasDirective = ({ evidence }: Fault) =>
    evidence.failedDirective !== undefined || evidence.badAnswer !== undefined;
  /** The one fault changes what the other is evidence of. */
  const EXCEPTIONS: readonly { why: string; holds: (one: Fault, other: Fault) => boolean; hop?: Hop }[] = [
    {
      why: 'nobody is linked, so the address that is down is the one of the sign-in page',
      holds: (one, other) => isUnlinked(one) && other.cause === 'refresh-address-down',
      hop: 'sign-in-page',
    },
    {
      why: 'nobody is linked, so the sign-in page is needed',
      holds: (one, other) =>
        (one.cause === 'sign-in-page-failing' || one.cause === 'sign-ins-unanswered') && isUnlinked(other),
      hop: 'sign-in-page',
    },
    {
      why: 'a directive that came after the sign shows that Alexa has its link',
      holds: (one, other) => isSign(one) && hasDirective(other),
    },
    {
      why: 'a directive that came after the link shows that it is complete',
      holds: (one, other) => one.cause === 'grant-missing' && other.evidence.failedDirective !== undefined,
    },
    {
      why: 'the link was made after the refresh was refused',
      holds: (one, other) =>
        one.cause === 'grant-missing' &&
        one.dark === true &&
        ['refresh-refused', 'refresh-request-refused'].includes(other.cause),
      hop: 'accept-grant',
    },
    {
      why: 'reports wait because Amazon takes none',
      holds: (one, other) =>
        one.hop === 'comparison' &&
        (other.evidence.eventToken !== undefined || other.evidence.gateway?.state === 'no-answer'),
    },
    {
      why: 'the link is gone, and nobody can link anew',
      holds: (one, other) =>
        (one.hop === 'sign-in-page' && !one.dark && LOST.includes(other.cause)) ||
        (LOST.includes(one.cause) && other.cause === 'refresh-address-down'),
      hop: 'sign-in-page',
    },
    {
      why: 'we ended the link ourselves, and Alexa says so',
      holds: (one, other) =>
        one.cause === 'alexa-link-expired' &&
        ['link-ended', 'refresh-refused', 'refresh-request-refused'].includes(other.cause),
      hop: 'token-refresh',
    },
  ];
  const LOST: readonly CauseCode[] = ['skill-disabled', 'alexa-not-linked', 'alexa-grant-revoked', 'link-ended'];
  const expectedOf = (one: Fault, other: Fault): Hop => {
    const exception = EXCEPTIONS.find(({ holds }) => holds(one, other));
    if (exception) return exception.hop ?? other.hop;
    return !one.dark && other.dark ? other.hop : one.hop;
  };

  test(`of ${pairs.length} pairs the one that darkens the lamp first is named`, () => {
    const wrong = pairs.flatMap(([one, other]) => {
      const { hop } = found({ ...one.evidence, ...other.evidence });
      return hop === expectedOf(one, other) ? [] : [`${one.fault} + ${other.fault}: ${hop}`];
    });
    expect(pairs.length).toBeGreaterThan(2000);
    expect(wrong).toEqual([]);
  });

  test.each(EXCEPTIONS)('a pair of which it holds: $why', ({ holds }) => {
    expect(pairs.some(([one, other]) => holds(one, other))).toBe(true);
  });
});

describe('a device cloud that is slower than our probe waits', () => {
  const cloud = { at: ago(0), state: 'too-slow' } as const;
  const late = (minutes: number) => ({ at: ago(minutes), verdict: 'late', ms: 7600, cloudMs: 7400 }) as const;

  test.each<{ when: string; evidence: Evidence; says: readonly CauseCode[] }>([
    {
      when: 'it took a command late a moment ago: it answers, and our answer is late',
      evidence: { badAnswer: late(3), goodDirective: { at: ago(3) } },
      says: ['answer-late'],
    },
    {
      when: 'that was half an hour ago',
      evidence: { badAnswer: late(30), goodDirective: { at: ago(30) } },
      says: ['cloud-slow', 'answer-late'],
    },
    {
      when: 'a command has failed since',
      evidence: {
        badAnswer: late(3),
        goodDirective: { at: ago(3) },
        failedDirective: { at: ago(1), error: 'DeadlineExceeded', waitingFor: 'device cloud' },
      },
      says: ['cloud-slow', 'answer-late'],
    },
    {
      when: 'our late answer was an error, which shows no answer of the cloud',
      evidence: {
        badAnswer: late(3),
        failedDirective: { at: ago(3), error: 'DeadlineExceeded', waitingFor: 'device cloud' },
      },
      says: ['cloud-slow', 'answer-late'],
    },
    {
      when: 'it took a command late a moment ago, and the account waits for a sign-in',
      evidence: {
        badAnswer: late(3),
        goodDirective: { at: ago(3) },
        account: { at: ago(0), state: 'needs-reauth', reason: 'password-changed', since: ago(2) },
      },
      says: ['needs-sign-in', 'answer-late'],
    },
  ])('$when', ({ evidence, says }) => {
    expect(convictions(found({ cloud, ...evidence })).map(({ cause }) => cause.code)).toEqual(says);
  });
});

describe('evidence that has been overtaken', () => {
  const linked = (minutes: number) => ({ at: ago(0), state: 'live', since: ago(minutes) }) as const;
  const failedAt = (minutes: number, error: 'BearerExpired' | 'BearerInvalid' | 'BearerUnverified') => ({
    failedDirective: { at: ago(minutes), error },
  });
  const quiet = { goodDirective: { at: ago(600) }, refresh: { at: ago(700) } };

  test.each<{ when: string; evidence: Evidence }>([
    {
      when: 'an hour ago Alexa came with an old token: what was noted since says nothing',
      evidence: { ...quiet, ...failedAt(60, 'BearerExpired') },
    },
    {
      when: 'two hours ago a token could not be verified, which passes',
      evidence: { ...quiet, ...failedAt(120, 'BearerUnverified') },
    },
    {
      when: 'a token was not ours, and Alexa was linked anew since',
      evidence: {
        ...quiet,
        ...failedAt(60, 'BearerInvalid'),
        link: linked(30),
        acceptGrant: { at: ago(0), state: 'stored' },
      },
    },
    {
      when: 'a token was not ours, and Alexa has refreshed since',
      evidence: { ...quiet, ...failedAt(60, 'BearerInvalid'), refresh: { at: ago(40) } },
    },
    {
      when: 'a grant waits because our client was refused, and Login with Amazon takes it now',
      evidence: {
        grants: { at: ago(0), list: [{ id: 'g', region: 'NA', state: 'messaging-client-refused', since: ago(300) }] },
        eventToken: { at: ago(0), state: 'ok' },
      },
    },
  ])('nobody is named: $when', ({ evidence }) => {
    expect(convictions(found(evidence))).toEqual([]);
  });

  test('the device cloud does not answer: nothing is said of a plug that was not seen to follow', () => {
    const evidence: Evidence = {
      blink: { at: ago(1), confirmed: false, level: 60 },
      cloud: { at: ago(0), state: 'no-answer' },
    };
    expect(convictions(found(evidence)).map(({ cause }) => cause.code)).toEqual(['cloud-not-answering']);
  });

  test('a moment that is still to come is not named as a beginning', () => {
    const evidence: Evidence = { watch: { at: ago(0), state: 'silent', since: ago(-90) } };
    expect(found(evidence)).toMatchObject({ hop: 'watch' });
    expect(found(evidence)).not.toHaveProperty('since');
  });

  test.each([
    { cloudMs: 7900, who: 'nobody' },
    { cloudMs: 200, who: 'developer' },
    { cloudMs: undefined, who: 'developer' },
  ])('an answer was late, $cloudMs ms of 8600 for the device cloud: for $who', ({ cloudMs, who }) => {
    const badAnswer = { at: ago(1), verdict: 'late', ms: 8600, ...(cloudMs !== undefined && { cloudMs }) } as const;
    expect(found({ badAnswer })).toMatchObject({ hop: 'answer', who });
  });
});

describe('reports', () => {
  test('Login with Amazon gives no token, so that reports wait says nothing of the gateway', () => {
    const evidence: Evidence = {
      eventToken: { at: ago(0), state: 'no-answer' },
      gateway: { at: ago(0), state: 'no-answer', since: ago(14) },
    };
    expect(convictions(found(evidence)).map(({ cause }) => cause.code)).toEqual(['lwa-not-answering']);
    expect(isOk(evidence)).not.toContain('gateway');
  });

  test('a tile is wrong while a report of the present state waits: what the gateway took last is another state', () => {
    const evidence: Evidence = {
      tile: { at: ago(0), wrong: true, acceptedAt: ago(30) },
      reports: { at: ago(0), changes: 3, equal: 0, waiting: 1, since: ago(2) },
    };
    expect(convictions(found(evidence))).toEqual([]);
    expect(isOk(evidence)).not.toContain('alexa-copy');
  });
});

describe('nothing is wrong', () => {
  test('nobody is named, and every hop that can be seen is acquitted', () => {
    const diagnosis = diagnose(HEALTHY, NOW);
    expect(diagnosis.hop).toBe('healthy');
    expect(convictions(diagnosis)).toEqual([]);
    expect(diagnosis.hints).toEqual([]);
    expect(diagnosis.chain.filter(({ state }) => state === 'unknown').map(({ hop }) => hop)).toEqual([
      'lamp', // nobody has looked at it
      'plug-report',
      'alexa-copy',
    ]);
  });

  test('what acquits is named with its moment', () => {
    const { acquitted } = diagnose(HEALTHY, NOW);
    expect(acquitted).toContainEqual({ hop: 'voice', at: '2026-03-01T11:50:00.000Z', proof: 'directive' });
    expect(acquitted).toContainEqual({ hop: 'delivery', at: '2026-03-01T11:50:00.000Z', proof: 'directive' });
    expect(acquitted).toContainEqual({ hop: 'plug', at: '2026-03-01T12:00:00.000Z', proof: 'probe' });
  });
});

test.each(['none', 'not-completed', 'skill-disabled', 'ended-by-person', 'not-linked'] as const)(
  'our certificate has ended, and the link is %s: the sign-in page is named, as one links there',
  (state) => {
    const since = ago(60);
    const link = state === 'none' || state === 'not-completed' ? { at: ago(0), state } : { at: ago(0), state, since };
    const { goodDirective: _, refresh: __, ...known } = HEALTHY;
    const evidence: Evidence = { ...known, link, address: { at: ago(0), state: 'certificate-ended' } };
    expect(diagnose(evidence, NOW).hop).toBe('sign-in-page');
  },
);

test('AcceptGrant failed, and so Alexa has not asked for devices yet: AcceptGrant is named alone', () => {
  const evidence: Evidence = {
    link: { at: ago(0), state: 'live', since: ago(5) },
    acceptGrant: { at: ago(0), state: 'client-refused' },
    discovery: { at: ago(0), heldBack: [{ id: 'p1', name: 'Bedroom lamp', reason: 'not-announced' }] },
  };
  expect(convictions(found(evidence)).map(({ hop }) => hop)).toEqual(['accept-grant']);
});

test('a sealing key that is gone is named once, although neither tokens nor rows can be opened', () => {
  const evidence: Evidence = {
    failedDirective: { at: ago(2), error: 'SealingKeyMissing' },
    account: { at: ago(0), state: 'unreadable' },
  };
  expect(convictions(found(evidence)).map(({ hop }) => hop)).toEqual(['token-check']);
});

describe('evidence that is missing convicts nobody', () => {
  test('nothing is known', () => {
    const diagnosis = diagnose({}, NOW);
    expect(diagnosis).toMatchObject({ hop: 'undecided', doubt: 'not-enough-known', acquitted: [] });
  });

  const fields = Object.keys(HEALTHY).filter((field) => field !== 'lampId');
  test.each(fields)('without %s', (field) => {
    const without = Object.fromEntries(Object.entries(HEALTHY).filter(([name]) => name !== field)) as Evidence;
    const diagnosis = diagnose(without, NOW);
    expect(convictions(diagnosis)).toEqual([]);
    expect(['undecided', 'healthy']).toContain(diagnosis.hop);
  });

  test('the device cloud was not asked, because the account was looked at too often: it says so', () => {
    const { cloud: _, plugs: __, ...known } = HEALTHY;
    const limited = { at: ago(0) };
    expect(diagnose({ ...known, limited }, NOW)).toMatchObject({ hop: 'undecided', doubt: 'looked-often' });
    expect(diagnose({ ...HEALTHY, limited }, NOW)).toMatchObject({ hop: 'healthy' });
    expect(diagnose({ limited: { at: ago(11) } }, NOW)).toMatchObject({ doubt: 'not-enough-known' });
  });

  test.each<{ when: string; without: readonly (keyof Evidence)[]; doubt: string; acquitted: string[] }>([
    {
      when: 'neither directive nor refresh for a day, our side is well',
      without: ['goodDirective', 'refresh'],
      doubt: 'alexa-not-heard',
      acquitted: ['token-refresh', 'table', 'device-cloud', 'plug'],
    },
    {
      when: 'the same, and nobody has looked at the permission',
      without: ['goodDirective', 'refresh', 'delivery'],
      doubt: 'alexa-not-heard',
      acquitted: ['token-refresh', 'table', 'device-cloud', 'plug'],
    },
    {
      when: 'the device cloud was not asked',
      without: ['cloud', 'plugs', 'goodDirective'],
      doubt: 'not-enough-known',
      acquitted: ['token-refresh', 'table'],
    },
    {
      when: 'nobody looked at our own address',
      without: ['address', 'signInPage', 'tokenEndpoint', 'canary', 'refresh'],
      doubt: 'not-enough-known',
      acquitted: ['voice', 'alexa-link', 'delivery', 'token-check', 'table', 'device-cloud', 'plug'],
    },
  ])('undecided: $when', ({ without, doubt, acquitted }) => {
    const names: readonly string[] = without;
    const known = Object.fromEntries(Object.entries(HEALTHY).filter(([name]) => !names.includes(name))) as Evidence;
    const diagnosis = diagnose(known, NOW);
    expect(diagnosis).toMatchObject({ hop: 'undecided', doubt });
    expect(diagnosis.acquitted.map(({ hop }) => hop)).toEqual(expect.arrayContaining(acquitted));
  });

  test('no use of the link is known, and some rows could not be read: nobody is said to be silent', () => {
    const { goodDirective: _, refresh: __, ...known } = HEALTHY;
    const diagnosis = diagnose({ ...known, table: { at: ago(0), state: 'ok', unread: true } }, NOW);
    expect(diagnosis).toMatchObject({ hop: 'undecided', doubt: 'not-enough-known' });
    expect(diagnose({ ...HEALTHY, table: { at: ago(0), state: 'ok', unread: true } }, NOW).hop).toBe('healthy');
  });

  test('a refresh within a day is enough to call the link good', () => {
    const { goodDirective: _, delivery: __, ...known } = HEALTHY;
    expect(diagnose(known, NOW).hop).toBe('healthy');
  });

  test('a link that was made within a day is good, and its AcceptGrant came through', () => {
    const { goodDirective: _, refresh: __, delivery: ___, ...known } = HEALTHY;
    const diagnosis = diagnose({ ...known, link: { at: ago(0), state: 'live', since: ago(60) } }, NOW);
    expect(diagnosis.hop).toBe('healthy');
    expect(diagnosis.acquitted).toContainEqual({ hop: 'delivery', at: ago(60), proof: 'directive' });
  });

  test('a lamp that no list has is not called connected', () => {
    expect(found({ lampId: 'p9' })).toMatchObject({ hop: 'undecided', doubt: 'not-enough-known' });
  });

  test('plugs of before an outage of the device cloud are not called connected', () => {
    const { chain } = found({ cloud: { at: ago(0), state: 'no-answer' } });
    expect(chain.find(({ hop }) => hop === 'plug')).toEqual({ hop: 'plug', state: 'unknown' });
  });
});

describe('what is newer counts', () => {
  const at = ago(0);

  test.each([
    { when: 'the device cloud lists it', id: 'p3', hop: 'discovery' },
    { when: 'the device cloud lists it no longer', id: 'p9', hop: 'healthy' },
  ])('a lamp whose name Alexa cannot take, and $when: $hop', ({ id, hop }) => {
    const { lampId: _, ...all } = HEALTHY;
    expect(diagnose({ ...all, discovery: { at, heldBack: [{ id, name: '*!*', reason: 'name' }] } }, NOW).hop).toBe(hop);
  });

  test.each<{ when: string; evidence: Evidence }>([
    {
      when: 'a failed directive, and a good one after it',
      evidence: { failedDirective: { at: ago(20), error: 'SealingKeyMissing' } },
    },
    {
      when: 'a refused refresh, and a good one after it',
      evidence: { refusedRefresh: { at: ago(400), code: 'invalid_grant' } },
    },
    {
      when: 'Amazon says not linked, and a directive came after that',
      evidence: { link: { at, state: 'not-linked', since: ago(30) } },
    },
    {
      when: 'a withdrawn grant, and a directive after it',
      evidence: { link: { at, state: 'grant-revoked', since: ago(900) } },
    },
    {
      when: 'a late answer, and a good one after it',
      evidence: { badAnswer: { at: ago(20), verdict: 'late', ms: 8600 } },
    },
    {
      when: 'the link of our own got no answer, and a probe does',
      evidence: { canary: { at: ago(50), state: 'no-answer' } },
    },
    {
      when: 'the page offered to enable the skill, and a directive came after that',
      evidence: { skillPage: { at: ago(12), says: 'enable' } },
    },
    {
      when: 'the device cloud did not answer a command, and answers now',
      evidence: { failedDirective: { at: ago(1), error: 'CloudUnreachable' } },
    },
    {
      when: 'the account waits to retry, and its session works',
      evidence: {
        account: { at, state: 'waiting-to-retry', since: ago(30), retryAt: ago(-30), inconclusiveSignIns: 1 },
      },
    },
  ])('$when: nobody is named', ({ evidence }) => {
    expect(convictions(found(evidence))).toEqual([]);
  });

  const withoutProbes: Evidence = { goodDirective: { at: ago(500) } };
  test.each<{ when: string; evidence: Evidence; hop: string }>([
    {
      when: 'a minute ago, the device cloud',
      evidence: { failedDirective: { at: ago(1), error: 'CloudUnreachable' } },
      hop: 'device-cloud',
    },
    {
      when: 'a minute ago, our deadline while waiting for it',
      evidence: { failedDirective: { at: ago(1), error: 'DeadlineExceeded', waitingFor: 'device cloud' } },
      hop: 'device-cloud',
    },
    {
      when: 'an hour ago, the device cloud',
      evidence: { failedDirective: { at: ago(60), error: 'CloudUnreachable' } },
      hop: 'undecided',
    },
    {
      when: 'a minute ago, the table',
      evidence: { failedDirective: { at: ago(1), error: 'StoreUnavailable' } },
      hop: 'table',
    },
    {
      when: 'a minute ago, our deadline while waiting for it',
      evidence: { failedDirective: { at: ago(1), error: 'DeadlineExceeded', waitingFor: 'table' } },
      hop: 'table',
    },
    {
      when: 'an hour ago, the table',
      evidence: { failedDirective: { at: ago(60), error: 'StoreUnavailable' } },
      hop: 'undecided',
    },
    {
      when: 'an hour ago, the row',
      evidence: { failedDirective: { at: ago(60), error: 'AccountMissing' } },
      hop: 'table',
    },
    { when: 'the link', evidence: { failedDirective: { at: ago(60), error: 'LinkEnded' } }, hop: 'token-refresh' },
    {
      when: 'an error of no hop',
      evidence: { failedDirective: { at: ago(1), error: 'GrantRevoked' } },
      hop: 'undecided',
    },
  ])('a directive failed, and nothing was tried since: $when', ({ evidence, hop }) => {
    expect(diagnose({ ...withoutProbes, ...evidence }, NOW).hop).toBe(hop);
  });

  test('a directive acquits voice, link, refresh and delivery at its moment, whatever it met', () => {
    const at1 = { at: ago(1), error: 'DeviceUnreachable' } as const;
    const { acquitted } = diagnose({ failedDirective: at1 }, NOW);
    expect(acquitted.map(({ hop, at }) => [hop, at])).toEqual([
      ['voice', ago(1)],
      ['alexa-link', ago(1)],
      ['delivery', ago(1)],
      ['token-check', ago(1)],
    ]);
  });
});

describe('the way back from lamp to app never explains a dark lamp', () => {
  const back = FAULTS.filter(({ hop, fault }) => fault.startsWith('B') && hop !== undefined);
  test.each(back)('$fault', ({ evidence }) => {
    const others = FAULTS.filter(
      ({ dark, evidence: one }) => dark && !Object.keys(one).some((name) => name in evidence),
    );
    for (const other of others) expect(found({ ...evidence, ...other.evidence }).hop).toBe(other.hop);
    expect(found(evidence)).toMatchObject({ darkens: false });
  });

  test('a watcher that cannot reach the device cloud is not at fault', () => {
    const diagnosis = found({
      cloud: { at: ago(0), state: 'no-answer' },
      watch: { at: ago(0), state: 'silent' },
    });
    expect(convictions(diagnosis).map(({ hop }) => hop)).toEqual(['device-cloud']);
  });
});

describe('clocks that jump', () => {
  test.each<{ when: string; minutes: number; hop: string }>([
    { when: 'a minute ahead counts', minutes: -1, hop: 'device-cloud' },
    { when: 'an hour ahead does not', minutes: -60, hop: 'undecided' },
    { when: '400 days ahead does not', minutes: -576_000, hop: 'undecided' },
    { when: 'an hour old does not', minutes: 60, hop: 'undecided' },
  ])('a probe that is $when', ({ minutes, hop }) => {
    expect(diagnose({ cloud: { at: ago(minutes), state: 'no-answer' } }, NOW).hop).toBe(hop);
  });

  test('a directive of tomorrow acquits nobody', () => {
    expect(
      isOk({ goodDirective: { at: ago(-1440) }, delivery: { at: ago(60), state: 'ok', region: 'us-east-1' } }),
    ).not.toContain('delivery');
  });

  test('all evidence is 400 days old', () => {
    const later = new Date(NOW.getTime() + 400 * 86_400_000);
    expect(diagnose(HEALTHY, later)).toMatchObject({ hop: 'undecided', doubt: 'not-enough-known', acquitted: [] });
  });
});

describe('hostile values are not known', () => {
  const strange: readonly unknown[] = [
    null,
    42,
    'HEALTHY',
    [],
    {},
    { at: 'yesterday', state: 'no-answer' },
    { at: ago(0), state: '<script>alert(1)</script>' },
    { at: Number.NaN, state: 'no-answer' },
    { at: ago(0), state: 'needs-reauth', reason: 'nobody', since: ago(1) },
    { at: ago(0), list: 'p1' },
    { at: ago(0), list: [{ id: 'p1', name: 'x'.repeat(5000), connected: false }] },
    { at: ago(0), list: Array.from({ length: 5000 }, () => ({ id: 'p1', name: 'x', connected: false })) },
    { at: ago(0), heldBack: [{ id: 'p1', name: 'x', reason: '__proto__' }] },
    { at: ago(0), oldestSeconds: Number.POSITIVE_INFINITY, dead: -1 },
    { at: ago(0), confirmed: 'yes', level: '60', seen: 'no' },
  ];
  const fields = Object.keys(HEALTHY).filter((field) => field !== 'lampId');

  test.each(fields)('in %s', (field) => {
    for (const value of strange) {
      const evidence = { ...HEALTHY, ...(Object.fromEntries([[field, value]]) as Evidence) };
      expect(convictions(diagnose(evidence, NOW))).toEqual([]);
    }
  });

  test('a name with markup reaches the cause as it is, for the page to escape', () => {
    const name = '<b>Lamp</b>';
    expect(found({ plugs: { at: ago(0), list: [{ id: 'p1', name, connected: false }] } })).toMatchObject({
      cause: { code: 'plug-offline', name },
    });
  });
});

describe('what may soon break', () => {
  test.each<{ when: string; evidence: Evidence; hints: readonly unknown[] }>([
    {
      when: 'the certificate ends in 13 days',
      evidence: {
        address: { at: ago(0), state: 'ok', certificateEndsAt: '2026-03-14T13:00:00.000Z', issuer: 'Amazon' },
      },
      hints: [{ code: 'certificate-ends-soon', daysLeft: 13, issuer: 'Amazon' }],
    },
    {
      when: 'the signal of the lamp asked about is weak',
      evidence: { plugs: { at: ago(0), list: [{ id: 'p1', name: 'Lamp', connected: true, rssi: -84 }] } },
      hints: [{ code: 'weak-signal', name: 'Lamp', rssi: -84 }],
    },
    {
      when: 'another plug has a weak signal',
      evidence: {
        plugs: {
          at: ago(0),
          list: [
            { id: 'p1', name: 'Lamp', connected: true, rssi: -50 },
            { id: 'p2', name: 'Other', connected: true, rssi: -90 },
          ],
        },
      },
      hints: [],
    },
    {
      when: 'there is newer firmware',
      evidence: {
        plugs: {
          at: ago(0),
          list: [{ id: 'p1', name: 'Lamp', connected: true, firmware: '1.6.0', newerFirmware: '1.7.1' }],
        },
      },
      hints: [{ code: 'firmware-old', name: 'Lamp', firmware: '1.6.0', newer: '1.7.1' }],
    },
  ])('$when: still healthy', ({ evidence, hints }) => {
    expect(found(evidence)).toMatchObject({ hop: 'healthy', hints });
  });
});

test('a sign-in for Alexa has just begun: nothing is said of what Alexa did before', () => {
  const link = { at: NOW.toISOString(), state: 'not-completed' } as const;
  expect(diagnose({ ...HEALTHY, link }, NOW)).toMatchObject({ hop: 'undecided', doubt: 'link-not-completed' });
});

test('a list of plugs that was kept is no probe', () => {
  const { cloud: _, ...unasked } = HEALTHY;
  expect(diagnose(unasked, NOW).chain.find(({ hop }) => hop === 'plug')).toMatchObject({ state: 'ok', proof: 'rows' });
});
