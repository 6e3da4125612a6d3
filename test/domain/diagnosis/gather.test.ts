import { afterEach, expect, test } from '@jest/globals';
import { withFastClock } from '../../support/clock.ts';
import { PASSWORD, type TestSetup } from '../../support/setup.ts';
import { look, openWatched } from './gather-support.ts';

let setup: TestSetup;
afterEach(() => setup.system.close());

const opened = async (): Promise<TestSetup> => {
  setup = await openWatched();
  return setup;
};

test('a healthy account: nobody is named, and what can be tried from here was tried', async () => {
  const { clock } = await opened();
  const began = clock.now().getTime();
  const { diagnosis, broken, evidence } = await look(setup);
  expect(broken).toEqual([]);
  expect(diagnosis.hop).toBe('healthy');
  expect(clock.now().getTime() - began).toBeLessThan(5_000);
  expect(evidence).toMatchObject({
    address: { state: 'ok' },
    signInPage: { state: 'ok' },
    tokenEndpoint: { state: 'ok' },
    cloud: { state: 'ok' },
    eventToken: { state: 'ok' },
    table: { state: 'ok' },
    plugs: { list: [{ id: setup.endpointId, name: 'Bedroom lamp', connected: true, rssi: -54 }] },
  });
});

test('nobody is signed in, nothing is linked, and no secret is in the evidence', async () => {
  const { system } = await opened();
  system.myLeviton.revokeSessions();
  const logins = system.myLeviton.counts.logins;
  const links = await system.ports.links.ofAccount(String(setup.account.userId));
  const { evidence, broken } = await look(setup);
  expect(broken).toEqual(['device-cloud: cloud-session-rejected']);
  expect(system.myLeviton.counts.logins).toBe(logins);
  expect(await system.ports.links.ofAccount(String(setup.account.userId))).toEqual(links);
  const [grant] = await system.ports.grants.list(String(setup.account.userId));
  const secrets = [PASSWORD, grant?.tokens.accessToken ?? '', grant?.tokens.refreshToken ?? '', 'credential'];
  for (const secret of secrets) expect(JSON.stringify(evidence)).not.toContain(secret);
  for (const secret of secrets) expect(setup.lines.join('\n')).not.toContain(secret);
});

test('the table does not answer', async () => {
  const { system } = await opened();
  system.table.fail('refused');
  const { broken, evidence } = await withFastClock(setup.clock, () => look(setup));
  expect(broken).toEqual(['table: table-not-answering']);
  expect(evidence.tokenEndpoint).toBeDefined();
});
