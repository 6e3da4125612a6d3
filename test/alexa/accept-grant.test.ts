import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AlexaFault } from '../../desk/alexa/contract.ts';
import { openHome, type TestHome } from '../support/home.ts';

let home: TestHome;
beforeEach(async () => {
  home = await openHome();
});
afterEach(() => home.house.close());

const grantRows = async ({ house }: TestHome) =>
  (await house.table.scan()).filter(({ sk }) => JSON.stringify(sk).includes('grant'));

test('the tokens are stored, sealed, before the answer', async () => {
  await home.customer.acceptGrant();
  const rows = await grantRows(home);
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toMatch(/Atz[ar]/);
  expect(home.house.alexa.problems).toEqual([]);
});

test('two Amazon accounts on one home are two grants, each with its region', async () => {
  await home.customer.acceptGrant();
  const { customer: other } = await home.house.link(
    { email: 'ada.lovelace@example.org', password: 'canary-password-Zq7' },
    { region: 'EU' },
  );
  await other.acceptGrant();
  const rows = await grantRows(home);
  expect(rows).toHaveLength(2);
  expect(JSON.stringify(rows)).toContain('"NA"');
  expect(JSON.stringify(rows)).toContain('"EU"');
});

/** The last AcceptGrant that Alexa sent. */
async function lastDirective({ house, customer }: TestHome): Promise<unknown> {
  let directive: unknown;
  const stop = house.alexa.onExchange(({ channel, sent }) => {
    if (channel === 'directive') directive = sent;
  });
  await customer.acceptGrant();
  stop();
  return directive;
}

const accepted = { event: { header: { namespace: 'Alexa.Authorization', name: 'AcceptGrant.Response' }, payload: {} } };

test('the same AcceptGrant again, later: accepted, one grant, no second exchange', async () => {
  const directive = await lastDirective(home);
  home.house.alexa.resetCounts();
  expect(await home.house.skill('NA')(directive)).toMatchObject(accepted);
  expect(home.house.alexa.counts.tokenRequests).toBe(0);
  expect(await grantRows(home)).toHaveLength(1);
});

test('the same AcceptGrant twice at once: both are accepted', async () => {
  const skill = home.house.skill('NA');
  const answers: unknown[] = [];
  const customer = home.house.alexa.addCustomer({
    accessToken: () => accessToken,
    invoke: async (event) => {
      answers.push(...(await Promise.all([skill(event), skill(event)])));
      return answers[0];
    },
  });
  const accessToken = tokenIn(await lastDirective(home));
  await customer.acceptGrant();
  expect(answers).toMatchObject([accepted, accepted]);
  expect(await grantRows(home)).toHaveLength(1);
});

const tokenIn = async (directive: unknown): Promise<string> =>
  (directive as { directive: { payload: { grantee: { token: string } } } }).directive.payload.grantee.token;

describe('trouble at Login with Amazon', () => {
  test.each([
    { when: 'one 503', fault: { at: 'lwa', kind: 'status', status: 503, times: 1 } },
    { when: 'one 502 with HTML', fault: { at: 'lwa', kind: 'html', times: 1 } },
  ] as { when: string; fault: AlexaFault }[])('$when: tried again inside the deadline', async ({ fault }) => {
    home.house.alexa.inject(fault);
    await home.customer.acceptGrant();
    expect(await grantRows(home)).toHaveLength(1);
  });

  test.each([
    { when: 'down', fault: { at: 'lwa', kind: 'status', status: 503 } },
    { when: 'our client refused', fault: { at: 'lwa', kind: 'invalid-client' } },
    { when: 'the code refused', fault: { at: 'lwa', kind: 'invalid-grant' } },
    { when: 'hanging', fault: { at: 'lwa', kind: 'hang' } },
  ] as { when: string; fault: AlexaFault }[])(
    '$when: ACCEPT_GRANT_FAILED, loudly, and nothing stored',
    async ({ fault }) => {
      const end = home.house.alexa.inject(fault);
      const answers: unknown[] = [];
      home.house.alexa.onExchange(({ channel, answered }) => channel === 'directive' && answers.push(answered));
      const outcome = home.customer.acceptGrant().then(
        () => 'accepted',
        () => 'refused',
      );
      const winding = setInterval(() => home.clock.advance(500), 5);
      expect(await outcome).toBe('refused');
      clearInterval(winding);
      expect(answers).toMatchObject([
        {
          event: {
            header: { namespace: 'Alexa.Authorization', name: 'ErrorResponse' },
            payload: { type: 'ACCEPT_GRANT_FAILED' },
          },
        },
      ]);
      expect(home.lines.some((line) => line.includes('"level":"error"'))).toBe(true);
      expect(await grantRows(home)).toEqual([]);
      end();
      await home.customer.acceptGrant();
      expect(await grantRows(home)).toHaveLength(1);
      expect(home.house.alexa.problems).toEqual([]);
    },
  );
});

test('the table away for a moment: the tokens, which come only once, are stored when it is back', async () => {
  home.house.table.fail('error', 2);
  await home.customer.acceptGrant();
  expect(await grantRows(home)).toHaveLength(1);
});
