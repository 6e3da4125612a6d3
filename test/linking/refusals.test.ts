import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { convictions, diagnose } from '../../lambda/domain/diagnosis/diagnose.ts';
import { evidenceOfRows } from '../../lambda/domain/diagnosis/from-rows.ts';
import { StoreUnavailable } from '../../lambda/ports/errors.ts';
import { withFastClock } from '../support/clock.ts';
import { until } from '../support/setup.ts';
import {
  askToken,
  client,
  exchange,
  KEYS,
  type LinkingDesk,
  refreshing,
  startLinkingDesk,
  tokensOf,
} from './support.ts';

// What the server notes of requests for tokens that it refuses, and what the doctor makes of it.

let desk: LinkingDesk;
let code: string;
let linkId: string;
beforeEach(async () => {
  desk = await startLinkingDesk();
  code = await desk.seedCode();
  linkId = code.split('.')[1] ?? '';
});
afterEach(() => desk.close());

const WRONG = 'alexa:wrong';
interface Refused {
  readonly when: string;
  readonly fields?: Record<string, string | undefined>;
  readonly basic?: string;
  readonly says: object;
}

const link = async () => await desk.stores.links.get(linkId);
const refusal = async () => (await link())?.refusal;
const writes = () => desk.table.counts.byOperation.PutItem ?? 0;
const linkUp = async () => tokensOf(await askToken(desk, exchange(code))).refresh;

/** What is found broken with the rows alone. */
async function found() {
  const now = desk.clock.now();
  const { accountId = '' } = (await link()) ?? {};
  const links = await desk.stores.links.ofAccount(accountId);
  const evidence = evidenceOfRows({ links, grants: [] }, now);
  return convictions(diagnose(evidence, now)).map(({ hop, cause }) => ({ hop, ...cause }));
}

describe('a code whose exchange is refused', () => {
  test.each<Refused>([
    {
      when: 'with another client id',
      basic: 'amzn1.other-7f2c:secret',
      says: { code: 'linking-client-refused', theirs: '…7f2c', ours: '…lexa' },
    },
    {
      when: 'with a client id that is a text',
      basic: 'call <b>0800</b> now!:secret',
      says: { code: 'linking-client-refused', theirs: '…bnow', ours: '…lexa' },
    },
    { when: 'with a wrong secret', basic: WRONG, says: { code: 'linking-client-refused' } },
    {
      when: 'with another redirect URI',
      fields: { redirect_uri: 'https://elsewhere.example/' },
      says: {
        ...{ code: 'exchange-refused', error: 'invalid_grant' },
        reason: 'the code is for another redirect_uri',
      },
    },
    {
      when: 'without a redirect URI',
      fields: { redirect_uri: undefined },
      says: { code: 'exchange-refused', error: 'invalid_request', reason: 'redirect_uri is missing' },
    },
  ])('$when: the hop and its cause are known, until it is exchanged', async ({ fields, basic, says }) => {
    expect((await askToken(desk, exchange(code, fields), { basic })).status).toBeGreaterThanOrEqual(400);
    expect(await found()).toEqual([{ hop: 'code-exchange', ...says }]);
    await linkUp();
    expect(await refusal()).toBeUndefined();
    expect((await found()).map(({ hop }) => hop)).not.toContain('code-exchange');
  });

  test('because it is too old', async () => {
    desk.clock.advance(301_000);
    await askToken(desk, exchange(code));
    expect(await found()).toEqual([
      { hop: 'code-exchange', code: 'exchange-refused', error: 'invalid_grant', reason: 'the code is too old' },
    ]);
  });

  test('because the table is too slow for its write', async () => {
    const { links } = desk.stores;
    const forever = new Promise<never>(() => undefined);
    let hangs = 0;
    const replace: typeof links.replace = (...args) => (++hangs === 1 ? forever : links.replace(...args));
    desk.change({ links: { ...links, replace } });
    const asked = askToken(desk, exchange(code));
    await until(() => hangs === 1);
    desk.clock.advance(4_000);
    expect((await asked).status).toBe(503);
    const [cause, ...others] = await found();
    expect(cause).toMatchObject({ hop: 'code-exchange', code: 'exchange-late' });
    expect(others).toEqual([]);
    expect(cause).toHaveProperty('ms', expect.any(Number));
    await linkUp();
    expect((await found()).map(({ hop }) => hop)).not.toContain('code-exchange');
  });

  test('by a stranger, who has another code of this link, or none: nothing is noted', async () => {
    const others = [`${code.slice(0, -32)}${'x'.repeat(32)}`, 'nonsense', ''];
    desk.table.resetCounts();
    for (const other of others) await askToken(desk, exchange(other), { basic: WRONG });
    expect(writes()).toBe(0);
    expect(await refusal()).toBeUndefined();
  });
});

describe('a refresh that is refused', () => {
  test('for its client is known, with one write an hour, until the next that is answered', async () => {
    const refresh = await linkUp();
    await askToken(desk, refreshing(refresh));
    desk.table.resetCounts();
    for (let minute = 0; minute < 60; minute += 6) {
      desk.clock.advance(360_000);
      expect((await askToken(desk, refreshing(refresh), { basic: WRONG })).status).toBe(401);
    }
    expect(writes()).toBe(1);
    expect(await found()).toContainEqual({
      ...{ hop: 'token-refresh', code: 'refresh-request-refused', error: 'invalid_client' },
      reason: 'unknown client, or wrong secret',
    });
    expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
    expect(await refusal()).toBeUndefined();
    expect((await found()).map(({ hop }) => hop)).not.toContain('token-refresh');
  });

  test('because its key has other bytes now', async () => {
    const refresh = await linkUp();
    desk.useKeys([{ id: KEYS[0]?.id ?? '', key: Buffer.alloc(32, 9).toString('base64') }]);
    expect((await askToken(desk, refreshing(refresh))).body.error).toBe('invalid_grant');
    expect(await found()).toContainEqual({
      ...{ hop: 'token-refresh', code: 'refresh-refused', error: 'invalid_grant' },
      reason: 'no refresh token of ours',
    });
  });

  test('because it asks for more than was granted', async () => {
    const refresh = await linkUp();
    await askToken(desk, refreshing(refresh, { scope: 'lamps doors' }));
    expect(await found()).toContainEqual({
      ...{ hop: 'token-refresh', code: 'refresh-request-refused', error: 'invalid_scope' },
      reason: 'more was asked for than was granted',
    });
  });

  test('of a stranger, whose token is not ours, is nothing to note; nor is one that meets an outage, or another client', async () => {
    const refresh = await linkUp();
    const forged = `${refresh.slice(0, -32)}${'x'.repeat(32)}`;
    desk.clients.push(client({ id: 'other', secrets: [{ secret: 'other-secret', retired: false }] }));
    const asOther = { basic: 'other:other-secret' };
    desk.table.resetCounts();
    await askToken(desk, refreshing(forged), { basic: WRONG });
    await askToken(desk, refreshing(forged), asOther);
    expect((await askToken(desk, refreshing(refresh), asOther)).status).toBe(503);
    desk.change({
      accounts: {
        ...desk.stores.accounts,
        get: () => Promise.reject(new StoreUnavailable('no answer')),
      },
    });
    expect((await askToken(desk, refreshing(refresh))).status).toBe(503);
    expect(writes()).toBe(0);
    expect(await refusal()).toBeUndefined();
  });

  test('is answered as it is where it cannot be noted', async () => {
    const refresh = await linkUp();
    const recover = desk.table.fail('error');
    const asked = withFastClock(desk.clock, () => askToken(desk, refreshing(refresh), { basic: WRONG }));
    expect((await asked).body.error).toBe('invalid_client');
    recover();
    expect(desk.lines.join()).toContain('refusal-not-noted');
  });
});
