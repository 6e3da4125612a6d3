import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AlexaFault } from '../../desk/alexa/contract.ts';
import { convictions, diagnose } from '../../lambda/domain/diagnosis/diagnose.ts';
import type { Hop } from '../../lambda/domain/diagnosis/hops.ts';
import { withFastClock } from '../support/clock.ts';
import { seedLink } from '../support/seed.ts';
import { openSetup, type TestSetup, until } from '../support/setup.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup();
});
afterEach(() => setup.system.close());

const grantRows = async ({ system }: TestSetup) =>
  (await system.table.scan()).filter(({ sk }) => JSON.stringify(sk).includes('grant'));

test('the tokens are stored, sealed, before the answer', async () => {
  await setup.customer.acceptGrant();
  const rows = await grantRows(setup);
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toMatch(/Atz[ar]/);
  expect(setup.system.alexa.problems).toEqual([]);
});

test('two Amazon accounts on one account are two grants, each with its region', async () => {
  await setup.customer.acceptGrant();
  const { customer: other } = await seedLink(
    setup.system,
    { email: 'ada.lovelace@example.org', password: 'canary-password-Zq7' },
    { region: 'EU' },
  );
  await other.acceptGrant();
  const rows = await grantRows(setup);
  expect(rows).toHaveLength(2);
  expect(JSON.stringify(rows)).toContain('"NA"');
  expect(JSON.stringify(rows)).toContain('"EU"');
});

/** The last AcceptGrant that Alexa sent. */
async function lastDirective({ system, customer }: TestSetup): Promise<unknown> {
  let directive: unknown;
  const stop = system.alexa.onExchange(({ channel, sent }) => {
    if (channel === 'directive') directive = sent;
  });
  await customer.acceptGrant();
  stop();
  return directive;
}

const accepted = { event: { header: { namespace: 'Alexa.Authorization', name: 'AcceptGrant.Response' }, payload: {} } };

test('the same AcceptGrant again, later: accepted, one grant, no second exchange', async () => {
  const directive = await lastDirective(setup);
  setup.system.alexa.resetCounts();
  expect(await setup.system.skill('NA')(directive)).toMatchObject(accepted);
  expect(setup.system.alexa.counts.tokenRequests).toBe(0);
  expect(await grantRows(setup)).toHaveLength(1);
});

test('the same AcceptGrant twice at once: both are accepted', async () => {
  const skill = setup.system.skill('NA');
  const answers: unknown[] = [];
  const customer = setup.system.alexa.addCustomer({
    accessToken: () => accessToken,
    invoke: async (event) => {
      answers.push(...(await Promise.all([skill(event), skill(event)])));
      return answers[0];
    },
  });
  const accessToken = tokenIn(await lastDirective(setup));
  await customer.acceptGrant();
  expect(answers).toMatchObject([accepted, accepted]);
  expect(await grantRows(setup)).toHaveLength(1);
});

const tokenIn = async (directive: unknown): Promise<string> =>
  (directive as { directive: { payload: { grantee: { token: string } } } }).directive.payload.grantee.token;

/** What is found broken at a hop with what is stored. */
async function foundAt(hop: Hop): Promise<string[]> {
  const { diagnostics } = setup.system.ports;
  const evidence = await diagnostics.gather({ accountId: String(setup.account.userId), withoutProbes: true });
  return convictions(diagnose(evidence, setup.clock.now())).flatMap((one) => (one.hop === hop ? one.cause.code : []));
}

describe('faults of Login with Amazon', () => {
  test.each([
    { when: 'one 503', fault: { at: 'lwa', kind: 'status', status: 503, times: 1 } },
    { when: 'one 502 with HTML', fault: { at: 'lwa', kind: 'html', times: 1 } },
  ] as { when: string; fault: AlexaFault }[])('$when: tried again inside the deadline', async ({ fault }) => {
    setup.system.alexa.inject(fault);
    await setup.customer.acceptGrant();
    expect(await grantRows(setup)).toHaveLength(1);
  });

  test.each([
    { when: 'down', fault: { at: 'lwa', kind: 'status', status: 503 }, found: 'grant-not-answered' },
    { when: 'our client refused', fault: { at: 'lwa', kind: 'invalid-client' }, found: 'grant-client-refused' },
    { when: 'the code refused', fault: { at: 'lwa', kind: 'invalid-grant' }, found: 'grant-refused' },
    { when: 'hanging', fault: { at: 'lwa', kind: 'hang' }, found: 'grant-not-answered' },
  ] as { when: string; fault: AlexaFault; found: string }[])(
    '$when: ACCEPT_GRANT_FAILED, loudly, nothing stored, and the doctor knows why: $found',
    async ({ fault, found }) => {
      const end = setup.system.alexa.inject(fault);
      const answers: unknown[] = [];
      setup.system.alexa.onExchange(({ channel, answered }) => channel === 'directive' && answers.push(answered));
      const outcome = setup.customer.acceptGrant().then(
        () => 'accepted',
        () => 'refused',
      );
      expect(await withFastClock(setup.clock, () => outcome, 500)).toBe('refused');
      expect(answers).toMatchObject([
        {
          event: {
            header: { namespace: 'Alexa.Authorization', name: 'ErrorResponse' },
            payload: { type: 'ACCEPT_GRANT_FAILED' },
          },
        },
      ]);
      expect(setup.lines.some((line) => line.includes('"level":"error"'))).toBe(true);
      expect(await grantRows(setup)).toEqual([]);
      setup.clock.advance(61_000);
      expect(await foundAt('accept-grant')).toEqual([found]);
      end();
      await setup.customer.acceptGrant();
      expect(await foundAt('accept-grant')).toEqual([]);
      expect(await grantRows(setup)).toHaveLength(1);
      expect(setup.system.alexa.problems).toEqual([]);
    },
  );
});

test('the table away for a moment: the tokens, which come only once, are stored when it is back', async () => {
  setup.system.table.fail('error', 2);
  await setup.customer.acceptGrant();
  expect(await grantRows(setup)).toHaveLength(1);
});

test('the table hangs: the grant fails in time, and the device cloud is not blamed', async () => {
  const { system, clock, lines } = setup;
  const directive = await lastDirective(setup);
  system.table.resetCounts();
  const end = system.table.fail('slow');
  const answer = system.skill('NA')(directive);
  await until(() => system.table.counts.requests > 0);
  clock.advance(7_000);
  expect(await answer).toMatchObject({
    event: { payload: { type: 'ACCEPT_GRANT_FAILED', message: 'the answer was not ready in time' } },
  });
  expect(lines.some((line) => line.includes('waiting for: table'))).toBe(true);
  end();
});
