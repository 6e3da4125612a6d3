import { afterEach, expect, test } from '@jest/globals';
import { type LocalSystem, startLocalSystem } from '../../../desk/local-system.ts';
import { signInAsPerson } from '../../../desk/person.ts';
import { createLog } from '../../../lambda/adapters/json-log/log.ts';
import { convictions, diagnose } from '../../../lambda/domain/diagnosis/diagnose.ts';
import { testClock, withFastClock } from '../../support/clock.ts';

const ADA = { email: 'ada.lovelace@example.org', password: 'canary-password' };

let system: LocalSystem | undefined;
afterEach(() => system?.close());

test("where a maker's own server makes the links, what is not kept here convicts nobody", async () => {
  const clock = testClock();
  const log = createLog('silent', clock);
  const local = await startLocalSystem({
    ...{ clock, log, deviceCloud: 'maker', watch: false, reportDelayMs: 20 },
    signInServer: { tokens: 'jwt' },
    serviceClient: false,
  });
  system = local;
  const account = local.maker?.addAccount(ADA).accountId ?? '';
  local.maker?.addDevice(account, { name: 'Bedroom lamp', level: 40 });
  const customer = local.addAccount({ onLinked: () => customer.customer.acceptGrant() });
  await signInAsPerson(customer.account.startUrl, ADA);
  const accountId = await local.accountIdOf(account);
  const evidence = await withFastClock(clock, () => local.ports.diagnostics.gather({ accountId }));
  const diagnosis = diagnose(evidence, clock.now());
  expect(convictions(diagnosis)).toEqual([]);
  expect(diagnosis).toMatchObject({ hop: 'undecided', doubt: 'not-enough-known' });
});
