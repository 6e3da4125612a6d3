import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AlexaFault } from '../../desk/alexa/contract.ts';
import { signInAsPerson } from '../../desk/person.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { type AlexaCheckPorts, checkAlexaLinks } from '../../lambda/domain/alexa-check.ts';
import { noteAlexaStatus } from '../../lambda/domain/alexa-signs.ts';
import { endLink } from '../../lambda/domain/links.ts';
import type { Link } from '../../lambda/ports/link-store.ts';
import { hourOf } from '../../lambda/watch/daily-reconcile.ts';
import { withFastClock } from '../support/clock.ts';
import { kindsOf } from '../support/reauth.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup, until } from '../support/setup.ts';

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

  test('says nothing of the grant of a link that another one has replaced', async () => {
    setup.clock.advance(DAY);
    const repeated = await seedLink(setup.system, { email: EMAIL, password: PASSWORD, keep: true });
    await repeated.customer.acceptGrant();
    setup.customer.unlink();
    await nextTurn();
    expect(logged('grant-removed')).toHaveLength(1);
    expect(await grants()).toHaveLength(1);
    expect(kindsOf(setup.system.notices)).toEqual([]);
    await nextTurn();
    expect(kindsOf(setup.system.notices)).toEqual([]);
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
    { when: 'it does not answer', fault: { at: 'lwa', kind: 'hang' } },
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

describe('a certain sign', () => {
  const kinds = () => kindsOf(setup.system.notices);
  const write = async (fields: Partial<Link>) => {
    const standing = await link();
    await setup.system.ports.links.replace(standing, { ...standing, ...fields });
  };
  const refresh = () => setup.amazonAccount.refresh();
  const notLinked = async () => void (await noteAlexaStatus((await link()).id, 'NOT_LINKED', setup.system.ports));

  test('Amazon says that the skill is not linked: one notice, whatever the number of days', async () => {
    await notLinked();
    for (let day = 0; day < 3; day++) await nextTurn();
    expect(kinds()).toEqual(['notice alexa-let-go']);
    const { text } = setup.system.notices[0] ?? { text: '' };
    expect(text).toContain('cannot switch the lamps of the account a…e@example.org.');
    expect(text).toMatch(
      /Amazon said on Sunday, March 1, 2026 \(\d\d:\d\d UTC\) that this skill is no longer linked\./,
    );
  });

  test('a refresh refutes it: the notice is solved within a day', async () => {
    await notLinked();
    await nextTurn();
    await refresh();
    await nextTurn();
    expect(kinds()).toEqual(['notice alexa-let-go', 'all-clear alexa-let-go']);
    expect(setup.system.notices[1]?.text).toContain('Alexa has used its link to this skill again.');
  });

  test('a refresh before the check refutes it: no notice', async () => {
    await notLinked();
    await refresh();
    await nextTurn();
    expect(kinds()).toEqual([]);
  });

  test('Amazon takes the grant back, and Alexa has not refreshed: first the reports, a day later the loss', async () => {
    setup.customer.unlink();
    await nextTurn();
    expect(kinds()).toEqual(['notice grant-revoked']);
    await nextTurn();
    expect(kinds()).toEqual(['notice grant-revoked', 'notice alexa-let-go']);
    expect(setup.system.notices[1]?.text).toContain('and Alexa has not used its link to this skill since.');
  });

  test('Amazon takes the grant back, and Alexa still refreshes: only the reports have ended', async () => {
    setup.customer.unlink();
    await refresh();
    for (let day = 0; day < 4; day++) {
      await nextTurn();
      await refresh();
    }
    expect(kinds()).toEqual(['notice grant-revoked']);
  });

  test('this skill ended the link for safety: a notice, until a person has linked again', async () => {
    await write({ state: 'ended', endedBecause: 'code-replayed', endedAt: setup.clock.now().toISOString() });
    await nextTurn();
    expect(kinds()).toEqual(['notice alexa-let-go']);
    await seedLink(setup.system, { email: EMAIL, password: PASSWORD, keep: true });
    await nextTurn();
    expect(kinds()).toEqual(['notice alexa-let-go', 'all-clear alexa-let-go']);
    expect(setup.system.notices[1]?.text).toContain('Alexa was linked with this skill again.');
  });

  test('the same Amazon account links again: solved at once, by the event', async () => {
    await notLinked();
    await nextTurn();
    const { startUrl } = setup.amazonAccount;
    await signInAsPerson(startUrl, { email: EMAIL, password: PASSWORD, keep: true });
    const links = await setup.system.ports.links.ofAccount(accountId());
    expect(links.map(({ supersededAt }) => supersededAt !== undefined).sort()).toEqual([false, true]);
    expect(kinds()).toEqual(['notice alexa-let-go', 'all-clear alexa-let-go']);
  });

  test('a person disables the skill: nobody is told, and what was open is withdrawn', async () => {
    await endLink(await link(), 'skill-disabled', setup.system.ports);
    await nextTurn();
    expect(kinds()).toEqual([]);
  });

  test('a person disables the skill after the notice: it is withdrawn without a message', async () => {
    setup.customer.unlink();
    await nextTurn();
    await nextTurn();
    await endLink(await link(), 'skill-disabled', setup.system.ports);
    await nextTurn();
    expect(kinds()).toEqual(['notice grant-revoked', 'notice alexa-let-go']);
    const records = await setup.system.ports.noticeStore.list(accountId());
    expect(records.map(({ state }) => state)).toEqual(['closed', 'closed']);
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
  noteUnreachable: store.noteUnreachable.bind(store),
});

test('eight accounts are checked at a time, and what fails for one does not stop the others', async () => {
  let running = 0;
  let most = 0;
  const checked: string[] = [];
  const one = await link();
  const ports: AlexaCheckPorts = {
    accounts: { get: async () => undefined },
    devices: { list: async () => [] },
    notices: setup.system.ports.notices,
    noticeStore: { list: async () => [] },
    asksWhenSilent: false,
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
  await checkAlexaLinks(ids, ids, ports, new AbortController().signal);
  expect(checked).toHaveLength(39);
  expect(most).toBe(8);
  expect(logged('alexa-link-not-checked')).toHaveLength(1);
});

test('a hand at the plug is noted on the row of the device, with the report; a voice is not', async () => {
  await setup.system.close();
  setup = await openSetup({ granted: true, watch: true });
  const movedOn = async () => (await setup.system.ports.devices.list(accountId()))[0]?.movedOn;
  await setup.customer.say('turn on the bedroom lamp');
  await until(() => setup.reports.some(({ changed }) => changed.powerState === 'ON'), 'the report of the voice');
  await setup.system.queue.idle();
  expect(await movedOn()).toBeUndefined();
  setup.system.myLeviton.paddle(setup.lamp, 'off');
  await until(async () => (await movedOn()) !== undefined, 'the day of the hand');
  expect(await movedOn()).toEqual(['2026-03-01']);
});

test('stops when the time of the run is over', async () => {
  const wait = (hourOf(accountId()) - setup.clock.now().getUTCHours() + 24) % 24;
  setup.clock.advance(wait * HOUR);
  await setup.system.maintainAccounts(AbortSignal.abort());
  expect(setup.system.alexa.counts.tokenRequests).toBe(0);
  await setup.system.maintainAccounts();
  expect(setup.system.alexa.counts.tokenRequests).toBe(1);
});
