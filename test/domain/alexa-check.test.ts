import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AlexaFault } from '../../desk/alexa/contract.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { type AlexaCheckPorts, checkAlexaLinks } from '../../lambda/domain/alexa-check.ts';
import { endLink } from '../../lambda/domain/links.ts';
import type { Link } from '../../lambda/ports/link-store.ts';
import { hourOf } from '../../lambda/watch/daily-reconcile.ts';
import { withFastClock } from '../support/clock.ts';
import { kindsOf } from '../support/reauth.ts';
import { openSetup, type TestSetup } from '../support/setup.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup({ granted: true });
  await setup.system.queue.idle();
  setup.clock.advance(2 * HOUR); // the access token of the first report has ended
  setup.system.alexa.resetCounts();
});
afterEach(() => setup.system.close());

const accountId = () => String(setup.account.userId);
/** One run of maintenance in the hour in which the account has its turn, a day after the one before. */
async function nextTurn(): Promise<void> {
  const wait = (hourOf(accountId()) - setup.clock.now().getUTCHours() + 23) % 24;
  setup.clock.advance((wait + 1) * HOUR);
  await withFastClock(setup.clock, () => setup.system.maintainAccounts(), 500);
  await setup.system.queue.idle();
}
const grants = () => setup.system.ports.grants.list(accountId());
const link = async (): Promise<Link> => {
  const [one] = await setup.system.ports.links.ofAccount(accountId());
  if (!one) throw new Error('there is no link');
  return one;
};
const logged = (event: string) => setup.lines.filter((line) => line.includes(`"event":"${event}"`));

describe('the daily trial of the grant', () => {
  test('asks Login with Amazon once a day, and sends nothing to the gateway', async () => {
    await nextTurn();
    for (let hour = 0; hour < 5; hour++) {
      setup.clock.advance(HOUR);
      await setup.system.maintainAccounts();
    }
    await nextTurn();
    expect(setup.system.alexa.counts).toMatchObject({ tokenRequests: 2, events: 0 });
    expect(await grants()).toHaveLength(1);
  });

  test('asks nothing where Login with Amazon has given a token within the hour', async () => {
    await nextTurn();
    const asked = setup.system.alexa.counts.tokenRequests;
    await setup.system.maintainAccounts();
    expect(setup.system.alexa.counts.tokenRequests).toBe(asked);
  });

  test('finds a grant that Amazon has withdrawn: it goes, its link says when, and a notice is sent', async () => {
    setup.customer.unlink();
    await nextTurn();
    expect(await grants()).toEqual([]);
    expect(Date.parse((await link()).grantRevokedAt ?? '')).toBeLessThanOrEqual(setup.clock.now().getTime());
    expect(kindsOf(setup.system.notices)).toEqual(['notice grant-revoked']);
    expect(logged('grant-removed')).toHaveLength(1);
    await nextTurn();
    expect(kindsOf(setup.system.notices).filter((kind) => kind === 'notice grant-revoked')).toHaveLength(1);
  });

  test('a grant that was replaced meanwhile stays, whatever is said of the old one', async () => {
    const [standing] = await grants();
    if (!standing) throw new Error('no grant');
    const { ports, alexa } = setup.system;
    const { refresh } = ports.tokens;
    const fresh = await refresh(standing.tokens.refreshToken, AbortSignal.timeout(60_000));
    await ports.grants.replace(standing, { ...standing.tokens, refreshToken: fresh.refreshToken });
    const recover = alexa.inject({ at: 'lwa', kind: 'invalid-grant', times: 1 });
    const list = async () => [standing];
    const { tryGrants } = await import('../../lambda/reports/try-grants.ts');
    await tryGrants(accountId(), { ...ports, grants: { ...storeOf(ports.grants), list } }, AbortSignal.timeout(60_000));
    recover();
    expect(await grants()).toHaveLength(1);
    expect((await link()).grantRevokedAt).toBeUndefined();
  });

  test.each<{ when: string; fault: AlexaFault }>([
    { when: 'it is down', fault: { at: 'lwa', kind: 'status', status: 503 } },
    { when: 'it asks for fewer requests', fault: { at: 'lwa', kind: 'status', status: 429 } },
    { when: 'it answers with HTML', fault: { at: 'lwa', kind: 'html' } },
    { when: 'it does not answer', fault: { at: 'lwa', kind: 'hang' } },
    { when: 'the answer is lost', fault: { at: 'lwa', kind: 'reset' } },
  ])('proves nothing when $when: the grant stays, nobody hears of it', async ({ fault }) => {
    const recover = setup.system.alexa.inject(fault);
    await nextTurn();
    recover();
    expect(await grants()).toHaveLength(1);
    expect((await link()).grantRevokedAt).toBeUndefined();
    expect(kindsOf(setup.system.notices)).toEqual([]);
    expect(logged('grant-not-tried').length + logged('alexa-link-not-checked').length).toBe(1);
  });

  test('refused messaging credentials are the developer’s matter, as for a report', async () => {
    const recover = setup.system.alexa.inject({ at: 'lwa', kind: 'invalid-client' });
    await nextTurn();
    recover();
    expect((await grants())[0]?.backoff?.cause).toBe('messaging-client-refused');
    expect(kindsOf(setup.system.notices)).toEqual(['notice messaging-client-refused']);
  });

  test('does not happen for an account that nobody is linked with', async () => {
    await endLink(await link(), 'skill-disabled', setup.system.ports);
    await nextTurn();
    expect(setup.system.alexa.counts.tokenRequests).toBe(0);
  });
});

/** The methods of a store that is loaded when it is needed: a spread has none of them. */
const storeOf = (store: TestSetup['system']['ports']['grants']) => ({
  get: store.get.bind(store),
  put: store.put.bind(store),
  replace: store.replace.bind(store),
  amend: store.amend.bind(store),
  remove: store.remove.bind(store),
  drop: store.drop.bind(store),
});

test('eight accounts are checked at a time, and what fails for one does not stop the others', async () => {
  let running = 0;
  let most = 0;
  const checked: string[] = [];
  const one = await link();
  const ports: AlexaCheckPorts = {
    links: { ofAccount: async (id) => [{ ...one, id: `link-of-${id}`, accountId: id }] },
    readStatus: async () => undefined,
    tryGrants: async (id) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (id === 'account-3') throw new Error('canary of a bug');
      checked.push(id);
    },
    clock: setup.clock,
    log: createLog('info', setup.clock, (line) => setup.lines.push(line)),
  };
  const ids = Array.from({ length: 40 }, (_, n) => `account-${n}`);
  await checkAlexaLinks(ids, ports, new AbortController().signal);
  expect(checked).toHaveLength(39);
  expect(most).toBe(8);
  expect(logged('alexa-link-not-checked')).toHaveLength(1);
});

test('stops when the time of the run is over', async () => {
  const before = setup.system.alexa.counts.tokenRequests;
  await setup.system.maintainAccounts(AbortSignal.abort());
  setup.clock.advance(DAY);
  expect(setup.system.alexa.counts.tokenRequests).toBe(before);
});
