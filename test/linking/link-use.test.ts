import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { TableFault } from '../../desk/table/embedded-table.ts';
import { StoreUnavailable } from '../../lambda/ports/errors.ts';
import type { Link } from '../../lambda/ports/link-store.ts';
import type { NoticeCause } from '../../lambda/ports/notices.ts';
import { askToken, client, exchange, type LinkingDesk, refreshing, startLinkingDesk, tokensOf } from './support.ts';

const HOUR = 3_600_000;

let desk: LinkingDesk;
let linkId: string;
let refresh: string;
beforeEach(async () => {
  desk = await startLinkingDesk(); // at noon (UTC) of 2026-03-01
});
afterEach(() => desk.close());

async function linkUp(): Promise<void> {
  const code = await desk.seedCode();
  linkId = code.split('.')[1] ?? '';
  ({ refresh } = tokensOf(await askToken(desk, exchange(code))));
  desk.table.resetCounts();
}

const link = async () => await desk.stores.links.get(linkId);
const writes = () => desk.table.counts.byOperation.PutItem ?? 0;
const dayOfLastUse = async () => (await link())?.lastUsedAt?.slice(0, 10);
const refreshed = async () => (await askToken(desk, refreshing(refresh))).status;

describe('the day on which Alexa last refreshed', () => {
  beforeEach(linkUp);

  test('is not known of a link that was just made', async () => {
    expect((await link())?.lastUsedAt).toBeUndefined();
  });

  test('is stored by the first refresh of each day, and by no other', async () => {
    for (let hour = 0; hour < 10; hour++) {
      expect(await refreshed()).toBe(200);
      desk.clock.advance(HOUR);
    }
    expect(writes()).toBe(1);
    expect(await dayOfLastUse()).toBe('2026-03-01');
    desk.clock.advance(4 * HOUR);
    for (let times = 0; times < 3; times++) expect(await refreshed()).toBe(200);
    expect(writes()).toBe(2);
    expect(await dayOfLastUse()).toBe('2026-03-02');
  });

  test('is stored once by twenty refreshes at once', async () => {
    const before = (await link())?.version ?? 0;
    expect(new Set(await Promise.all(Array.from({ length: 20 }, refreshed)))).toEqual(new Set([200]));
    expect(((await link())?.version ?? 0) - before).toBe(1);
  });

  test('is stored again after a clock that was wrong', async () => {
    const standing = await link();
    if (!standing) throw new Error('no link');
    await desk.stores.links.replace(standing, { ...standing, lastUsedAt: '2031-01-01T00:00:00.000Z' });
    await refreshed();
    expect(await dayOfLastUse()).toBe('2026-03-01');
  });

  test.each<{ when: string; sign: Partial<Link> }>([
    { when: 'the grant was refused', sign: { grantRevokedAt: '2026-03-01T14:00:00.000Z' } },
    {
      when: 'Amazon said that it is not linked',
      sign: { alexaStatus: { status: 'NOT_LINKED', checkedAt: '2026-03-01T14:00:00.000Z' } },
    },
  ])('is stored once more on the same day after $when, and then no more', async ({ sign }) => {
    await refreshed();
    const standing = await link();
    if (!standing) throw new Error('no link');
    await desk.stores.links.replace(standing, { ...standing, ...sign });
    desk.table.resetCounts();
    desk.clock.advance(3 * HOUR);
    for (let times = 0; times < 3; times++) expect(await refreshed()).toBe(200);
    expect(writes()).toBe(1);
    expect((await link())?.lastUsedAt).toMatch(/^2026-03-01T15:/);
  });

  test('comes with the gap since the last one, in the same write and as a number of the log line', async () => {
    const gaps = () =>
      desk.lines.flatMap((line) => (line.includes('"event":"refreshed"') ? [JSON.parse(line).gapHours] : []));
    await refreshed();
    desk.clock.advance(3 * 24 * HOUR);
    desk.table.resetCounts();
    for (let times = 0; times < 3; times++) await refreshed();
    expect(writes()).toBe(1);
    expect((await link())?.useGaps).toEqual([{ endedAt: expect.stringContaining('2026-03-04T'), hours: 72 }]);
    expect(gaps()).toEqual([undefined, expect.closeTo(72, 0), undefined, undefined]);
  });

  test('comes without a gap where the write fails', async () => {
    await refreshed();
    desk.clock.advance(3 * 24 * HOUR);
    const recover = desk.table.fail('read-only');
    await refreshed();
    recover();
    expect(desk.lines.filter((line) => line.includes('gapHours'))).toEqual([]);
    await refreshed();
    expect(desk.lines.filter((line) => line.includes('gapHours'))).toHaveLength(1);
  });

  test('is not stored for a refresh that is refused', async () => {
    expect((await askToken(desk, refreshing(refresh, { scope: 'doors' }))).status).toBe(400);
    expect(await dayOfLastUse()).toBeUndefined();
    expect([writes(), (await link())?.refusal?.error]).toEqual([1, 'invalid_scope']);
  });

  test('is stored with the note that the client has its tokens, in one write', async () => {
    const standing = await link();
    if (!standing) throw new Error('no link');
    const exchange = { state: 'unanswered', at: standing.createdAt } as const;
    await desk.stores.links.replace(standing, { ...standing, exchange });
    desk.table.resetCounts();
    expect(await refreshed()).toBe(200);
    expect(writes()).toBe(1);
    expect((await link())?.exchange).toBeUndefined();
    expect(await dayOfLastUse()).toBe('2026-03-01');
  });

  test('is not stored when the time of the request is almost over', async () => {
    const { get } = desk.stores.accounts;
    const late: typeof get = async (id) => {
      const account = await get(id);
      desk.clock.advance(3_750);
      return account;
    };
    desk.change({ accounts: { ...desk.stores.accounts, get: late } });
    expect(await refreshed()).toBe(200);
    expect(writes()).toBe(0);
  });

  test('does not bring back a link that ends meanwhile', async () => {
    const { replace } = desk.stores.links;
    const afterItsEnd: typeof replace = async (standing, ...write) => {
      await replace(standing, { ...standing, state: 'ended', endedBecause: 'revoked', endedAt: standing.createdAt });
      return await replace(standing, ...write);
    };
    desk.change({ links: { ...desk.stores.links, replace: afterItsEnd } });
    expect(await refreshed()).toBe(200);
    expect((await link())?.state).toBe('ended');
  });
});

describe.each<{ how: TableFault }>([
  { how: 'read-only' },
  { how: 'refused' },
  { how: 'error' },
  { how: 'slow' },
  { how: 'lost-answer' },
])('a table whose write is $how', ({ how }) => {
  test('neither fails a refresh nor delays it beyond its time; the next one stores the day', async () => {
    await linkUp();
    const { replace } = desk.stores.links;
    let recover = () => {};
    const failing: typeof replace = (...write) => {
      recover = desk.table.fail(how);
      return replace(...write);
    };
    desk.change({ links: { ...desk.stores.links, replace: failing } });
    const { status, body } = await askToken(desk, refreshing(refresh));
    expect({ status, fields: Object.keys(body).length }).toEqual({ status: 200, fields: 5 });
    expect(desk.lines.some((line) => line.includes('"event":"link-use-not-stored"'))).toBe(true);
    recover();
    desk.change({ links: desk.stores.links });
    expect(await refreshed()).toBe(200);
    expect(await dayOfLastUse()).toBe('2026-03-01');
  });
});

test('a bug in the write does not fail a refresh', async () => {
  await linkUp();
  desk.change({ links: { ...desk.stores.links, replace: () => Promise.reject(new TypeError('canary of a bug')) } });
  expect(await refreshed()).toBe(200);
  expect(desk.lines.some((line) => line.includes('"level":"error"') && line.includes('link-use-not-stored'))).toBe(
    true,
  );
});

describe('where refresh tokens rotate', () => {
  beforeEach(async () => {
    desk.clients.splice(0, desk.clients.length, client({ rotates: true }));
    await linkUp();
  });

  test('the write of the rotation stores the day as well', async () => {
    expect(await refreshed()).toBe(200);
    expect(writes()).toBe(1);
    expect(await dayOfLastUse()).toBe('2026-03-01');
  });

  test('a token that is shown again the next day stores that day', async () => {
    await refreshed();
    desk.clock.advance(24 * HOUR);
    expect(await refreshed()).toBe(200);
    expect(await dayOfLastUse()).toBe('2026-03-02');
  });

  test('a table that takes no writes is asked once', async () => {
    const recover = desk.table.fail('read-only');
    expect(await refreshed()).toBe(200);
    recover();
    expect(desk.lines.filter((line) => line.includes('-not-stored'))).toHaveLength(1);
  });
});

describe('a notice', () => {
  const USED = 'Alexa has used its link to this skill in the 24 hours before this message.';
  const UNKNOWN = 'We do not know at the moment whether Alexa can still use its link to this skill.';
  beforeEach(linkUp);

  /** The text of the next notice of a cause about this account, and of the message that it is solved. */
  async function textsOf(cause: NoticeCause): Promise<string[]> {
    const accountId = (await link())?.accountId ?? '';
    const before = desk.notices.length;
    await desk.raise({ accountId, cause });
    await desk.clear(accountId, [cause]);
    return desk.notices.slice(before).map(({ text }) => text);
  }
  const says = (texts: readonly string[]) =>
    texts.map((text) => [USED, UNKNOWN].filter((sentence) => text.includes(sentence)));

  test('says that Alexa has used its link for 24 hours after a refresh, and then that this is not known', async () => {
    expect(says(await textsOf('password-changed'))).toEqual([[UNKNOWN], [UNKNOWN]]);
    await refreshed();
    desk.clock.advance(23 * HOUR);
    expect(says(await textsOf('password-changed'))).toEqual([[USED], [USED]]);
    desk.clock.advance(2 * HOUR);
    expect(says(await textsOf('password-changed'))).toEqual([[UNKNOWN], [UNKNOWN]]);
  });

  test.each<{ cause: NoticeCause }>([{ cause: 'grant-revoked' }, { cause: 'event-refused' }])(
    '$cause says it in place of a claim that voice works',
    async ({ cause }) => {
      expect(says(await textsOf(cause))).toEqual([[UNKNOWN], []]);
      await refreshed();
      expect(says(await textsOf(cause))).toEqual([[USED], []]);
    },
  );

  test('is sent where the links cannot be read, and says that it is not known', async () => {
    await refreshed();
    const accountId = (await link())?.accountId ?? '';
    const broken = desk.noticesWith({ links: { ofAccount: () => Promise.reject(new StoreUnavailable('no')) } });
    await broken.raise({ accountId, cause: 'locked' });
    expect(says(desk.notices.map(({ text }) => text))).toEqual([[UNKNOWN]]);
    expect(desk.lines.some((line) => line.includes('"event":"alexa-evidence-not-read"'))).toBe(true);
  });
});
