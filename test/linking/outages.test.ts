import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { TableFault } from '../../desk/table/embedded-table.ts';
import { StoreUnavailable } from '../../lambda/ports/errors.ts';
import {
  askToken,
  client,
  exchange,
  type LinkingDesk,
  linkUp,
  NEWER_KEYS,
  OTHER_REDIRECT,
  refreshing,
  signInAt,
  startLinkingDesk,
  type TokenAnswer,
  tokensOf,
} from './support.ts';

let desk: LinkingDesk;
beforeEach(async () => {
  desk = await startLinkingDesk();
});
afterEach(() => desk.close());

/** Lets the server's own deadline pass once the table has been asked. */
async function pastDeadline<T>(answer: Promise<T>): Promise<T> {
  while (desk.table.counts.requests === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  desk.clock.advance(4_001);
  return await answer;
}

function expectOurFault({ status, body, headers }: TokenAnswer): void {
  expect({ status, error: body.error }).toEqual({ status: 503, error: 'temporarily_unavailable' });
  expect(headers.get('retry-after')).toBe('5');
  expect(headers.get('content-type')).toBe('application/json;charset=UTF-8');
  expect(headers.get('cache-control')).toBe('no-store');
}

describe.each<{ how: TableFault }>([{ how: 'refused' }, { how: 'error' }, { how: 'slow' }, { how: 'empty' }])(
  'the table: $how',
  ({ how }) => {
    test('a refresh is our fault, and the token is good afterwards', async () => {
      const { refresh } = await linkUp(desk);
      desk.table.resetCounts();
      const recover = desk.table.fail(how);
      const asked = askToken(desk, refreshing(refresh));
      expectOurFault(await (how === 'slow' ? pastDeadline(asked) : asked));
      recover();
      expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
      expect(desk.lines.some((line) => line.includes('"level":"error"') && line.includes('token-request-failed'))).toBe(
        true,
      );
      if (how === 'slow') expect(desk.lines.some((line) => line.includes('waiting for: table'))).toBe(true);
    });

    test('an exchange is our fault, and the code is good afterwards', async () => {
      const code = await desk.seedCode();
      desk.table.resetCounts();
      const recover = desk.table.fail(how);
      const asked = askToken(desk, exchange(code));
      expectOurFault(await (how === 'slow' ? pastDeadline(asked) : asked));
      recover();
      expect((await askToken(desk, exchange(code))).status).toBe(200);
    });
  },
);

test('a table that takes no writes: refreshing goes on, a code waits', async () => {
  const code = await desk.seedCode();
  const { refresh } = await linkUp(desk);
  const recover = desk.table.fail('read-only');
  expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
  expectOurFault(await askToken(desk, exchange(code)));
  recover();
  expect((await askToken(desk, exchange(code))).status).toBe(200);
});

test('an answer of the table that gets lost on the way is no replay', async () => {
  const code = await desk.seedCode();
  const link = await desk.stores.links.get(code.split('.')[1] ?? '');
  // Two reads, and then the write that spends the code: its answer is lost, the SDK tries again.
  const get = desk.stores.links.get;
  desk.change({
    links: {
      ...desk.stores.links,
      get,
      replace: (standing, next) => {
        desk.table.fail('lost-answer', 1);
        return desk.stores.links.replace(standing, next);
      },
    },
  });
  const { refresh } = tokensOf(await askToken(desk, exchange(code)));
  expect((await desk.stores.links.get(link?.id ?? ''))?.state).toBe('live');
  expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
});

test('every second call to the table failing: whatever comes, nothing is unlinked', async () => {
  const { refresh } = await linkUp(desk);
  let calls = 0;
  const { get } = desk.stores.links;
  const flaky = (id: string) => {
    calls += 1;
    return calls % 2 === 1 ? Promise.reject(new StoreUnavailable('no')) : get(id);
  };
  desk.change({ links: { ...desk.stores.links, get: flaky } });
  const statuses: number[] = [];
  for (let turn = 0; turn < 6; turn += 1) statuses.push((await askToken(desk, refreshing(refresh))).status);
  expect(statuses).toEqual([503, 200, 503, 200, 503, 200]);
});

test('an account whose row is missing is our fault', async () => {
  const { refresh } = await linkUp(desk);
  desk.change({ accounts: { ...desk.stores.accounts, get: async () => undefined } });
  expectOurFault(await askToken(desk, refreshing(refresh)));
});

test('a key that got lost in a deployment is our fault', async () => {
  desk.useKeys(NEWER_KEYS);
  const { refresh } = await linkUp(desk);
  expect(refresh).toMatch(/^dpsr\.k2\./);
  desk.useKeys(NEWER_KEYS.slice(1));
  expectOurFault(await askToken(desk, refreshing(refresh)));
  desk.useKeys(NEWER_KEYS);
  expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
});

test('a bug is a server_error without details', async () => {
  const { refresh } = await linkUp(desk);
  desk.change({ links: { ...desk.stores.links, get: () => Promise.reject(new TypeError('canary of a bug')) } });
  const { status, body, text, headers } = await askToken(desk, refreshing(refresh));
  expect({ status, error: body.error }).toEqual({ status: 500, error: 'server_error' });
  expect(headers.get('retry-after')).toBe('5');
  expect(text).not.toContain('canary');
});

test('the device cloud being down does not matter to refreshing', async () => {
  const { refresh } = await linkUp(desk);
  desk.myLeviton.inject({ kind: 'refused' });
  expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
});

test.each<{ how: TableFault }>([{ how: 'refused' }, { how: 'error' }, { how: 'read-only' }])(
  'signing in while the table is $how: a page that says later, and all is well afterwards',
  async ({ how }) => {
    const recover = desk.table.fail(how);
    const page = await signInAt(desk);
    expect({ status: page.status, wait: page.headers.get('retry-after') }).toEqual({ status: 503, wait: '60' });
    expect(page.headers.get('location')).toBeNull();
    expect(page.alert).toContain('This has nothing to do with your account');
    expect(page.attempt).toMatch(/^\d{6}$/);
    recover();
    expect((await signInAt(desk)).status).toBe(303);
  },
);

test('My Leviton down while signing in: a page that says so', async () => {
  const recover = desk.myLeviton.inject({ kind: 'html', status: 502 });
  const page = await signInAt(desk);
  expect(page.status).toBe(503);
  expect(page.alert).toContain('My Leviton does not answer');
  recover();
  expect((await signInAt(desk)).status).toBe(303);
});

test('a registry that cannot be loaded while opening the page: a page that says later', async () => {
  desk.change({ clients: () => Promise.reject(new Error('no secrets')) });
  const response = await fetch(`${desk.url}/authorize?client_id=alexa`);
  expect(response.status).toBe(500);
  expect(await response.text()).toContain('Please try again later');
});

/** The link of a code. */
const linkOf = async (code: string) => await desk.stores.links.get(code.split('.')[1] ?? '');

describe('the code is spent, and the client was asked to try again', () => {
  /** Spends the code so that the answer is a 503; `how` says what the table does with the write that spends it. */
  async function spendUnanswered(code: string, how: TableFault, calls: number): Promise<void> {
    const { replace } = desk.stores.links;
    let recover: () => void = () => undefined;
    const once: typeof replace = (...write) => {
      desk.change({ links: desk.stores.links });
      recover = desk.table.fail(how, calls);
      return replace(...write);
    };
    desk.change({ links: { ...desk.stores.links, replace: once } });
    expectOurFault(await askToken(desk, exchange(code)));
    recover();
    expect(await linkOf(code)).toMatchObject({ state: 'live', exchange: { state: 'unanswered' } });
  }

  test('both answers of the table were lost: the same client gets the tokens at the repeat, and then no more', async () => {
    const code = await desk.seedCode();
    await spendUnanswered(code, 'lost-answer', 2);
    const { access, refresh } = tokensOf(await askToken(desk, exchange(code)));
    expect((await desk.bearers.open(access, desk.clock.now())).linkId).toBe(code.split('.')[1]);
    expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
    expect((await askToken(desk, exchange(code))).body.error).toBe('invalid_grant');
    expect((await linkOf(code))?.endedBecause).toBe('code-replayed');
  });

  test('until the code expires', async () => {
    const code = await desk.seedCode();
    await spendUnanswered(code, 'lost-answer', 2);
    desk.clock.advance(301_000);
    const { status, body } = await askToken(desk, exchange(code));
    expect({ status, error: body.error }).toEqual({ status: 400, error: 'invalid_grant' });
  });

  test('another client, redirect URI or code gets nothing', async () => {
    const code = await desk.seedCode();
    await spendUnanswered(code, 'lost-answer', 2);
    desk.clients.push(client({ id: 'other', secrets: [{ secret: 'other-secret', retired: false }] }));
    const guessed = `${code.slice(0, -1)}${code.endsWith('A') ? 'B' : 'A'}`;
    const answers = [
      await askToken(desk, exchange(code), { basic: 'other:other-secret' }),
      await askToken(desk, exchange(code, { redirect_uri: OTHER_REDIRECT })),
      await askToken(desk, exchange(guessed)),
    ];
    expect(answers.map(({ body }) => body.error)).toEqual(['invalid_grant', 'invalid_grant', 'invalid_grant']);
    expect((await askToken(desk, exchange(code))).status).toBe(200);
  });

  test('tokens that were used end it', async () => {
    const code = await desk.seedCode();
    const { refresh } = tokensOf(await askToken(desk, exchange(code)));
    const link = await linkOf(code);
    if (!link) throw new Error('no link');
    await desk.stores.links.replace(link, { ...link, exchange: { state: 'unanswered', at: link.createdAt } });
    expect((await askToken(desk, refreshing(refresh))).status).toBe(200);
    expect((await linkOf(code))?.exchange).toBeUndefined();
    expect((await askToken(desk, exchange(code))).body.error).toBe('invalid_grant');
  });
});

test('no write begins after the deadline: the code is good afterwards', async () => {
  const code = await desk.seedCode();
  const { get } = desk.stores.accounts;
  let read: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    read = resolve;
  });
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = async (id: string) => {
    read();
    await held;
    return await get(id);
  };
  desk.change({ accounts: { ...desk.stores.accounts, get: slow } });
  const answer = askToken(desk, exchange(code));
  await asked;
  desk.clock.advance(4_001);
  expectOurFault(await answer);
  desk.table.resetCounts();
  release();
  desk.change({ accounts: desk.stores.accounts });
  expect((await askToken(desk, exchange(code))).status).toBe(200);
  expect((await linkOf(code))?.state).toBe('live');
  expect(desk.table.counts.byOperation.PutItem).toBe(2);
});
