import { afterEach, expect, test } from '@jest/globals';
import { convictions, diagnose } from '../../lambda/domain/diagnosis/diagnose.ts';
import { CANARY_ACCOUNT } from '../../lambda/ports/canary-store.ts';
import { withFastClock } from '../support/clock.ts';
import { openSetup, type TestSetup } from '../support/setup.ts';

let setup: TestSetup;
afterEach(() => setup.system.close());

const DAY_MS = 86_400_000;
const open = async () => {
  setup = await openSetup({ environment: { LINK_CANARY: 'on' } });
};
const maintain = () => withFastClock(setup.clock, () => setup.system.maintainAccounts());
const canary = async () => (await setup.system.ports.stores()).canary.get();
const events = () =>
  setup.lines.flatMap((line) => {
    const { level, event } = JSON.parse(line) as { level: string; event: string };
    return event.startsWith('canary') ? [`${level} ${event}`] : [];
  });
const diagnosed = async () => {
  const evidence = await setup.system.ports.diagnostics.gatherDeployment();
  return convictions(diagnose(evidence, setup.clock.now())).map(({ cause }) => cause.code);
};

test('it is made once, and refreshed by each maintenance over the public address', async () => {
  await open();
  await maintain();
  const first = await canary();
  expect(first?.seen?.state).toBe('refreshed');
  await maintain();
  expect(events()).toEqual(['warn canary-made', 'info canary-refreshed', 'info canary-refreshed']);
  expect((await canary())?.linkId).toBe(first?.linkId);
  expect(await diagnosed()).toEqual(['watch-silent']); // nobody watches in this test
});

test('400 days later its first token is still good; no other account hears of it', async () => {
  await open();
  await maintain();
  const first = await canary();
  setup.clock.advance(400 * DAY_MS);
  await maintain();
  expect(await canary()).toMatchObject({ refreshToken: first?.refreshToken, seen: { state: 'refreshed' } });
  const { accounts } = setup.system.ports;
  expect(await accounts.list()).not.toContain(CANARY_ACCOUNT);
  expect(await accounts.due(new Date('9999-12-31T23:59:59.000Z'))).not.toContain(CANARY_ACCOUNT);
});

test('it is refused: an error, a finding, and it is never made anew', async () => {
  await open();
  await maintain();
  const { links } = setup.system.ports;
  const made = await canary();
  const link = await links.get(made?.linkId ?? '');
  if (!link) throw new Error('no link');
  await links.replace(link, {
    ...link,
    state: 'ended',
    endedBecause: 'revoked',
    endedAt: setup.clock.now().toISOString(),
  });
  await maintain();
  await maintain();
  expect(events().slice(2)).toEqual(['error canary-refused', 'error canary-refused']);
  expect((await canary())?.madeAt).toBe(made?.madeAt);
  expect(await diagnosed()).toContain('canary-failing');
});

test('the token endpoint is down: an error, and the link stays', async () => {
  await open();
  await maintain();
  const repair = setup.system.linkingFaults.fail('/token');
  await maintain();
  repair();
  await maintain();
  expect(events().slice(2)).toEqual(['error canary-not-answered', 'info canary-refreshed']);
});

test('its token is sealed at rest, and in no line of the log', async () => {
  await open();
  await maintain();
  const token = (await canary())?.refreshToken ?? 'no token';
  expect(JSON.stringify(await setup.system.table.scan())).not.toContain(token);
  expect(setup.lines.join('\n')).not.toContain(token);
});

test('without the setting there is none', async () => {
  setup = await openSetup();
  await maintain();
  expect(await canary()).toBeUndefined();
  expect(events()).toEqual([]);
});
