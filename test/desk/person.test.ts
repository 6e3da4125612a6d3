import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { signInAsPerson } from '../../desk/person.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup } from '../support/setup.ts';

let setup: TestSetup;
beforeAll(async () => {
  setup = await openSetup();
});
afterAll(() => setup.system.close());

test('a wrong password comes back in the words of the page', async () => {
  const { account } = setup.system.addAccount();
  await expect(signInAsPerson(account.startUrl, { email: EMAIL, password: 'wrong' })).rejects.toThrow(/password/);
  expect(account.linked).toBe(false);
});

test('a right one links the account', async () => {
  const { account } = setup.system.addAccount();
  await signInAsPerson(account.startUrl, { email: EMAIL, password: PASSWORD });
  expect(account.linked).toBe(true);
});

test('a code is given when the page asks for it, and not before', async () => {
  setup.system.myLeviton.setTwoFactorCode(EMAIL, '654321');
  const { account } = setup.system.addAccount();
  let asked = 0;
  const code = async () => {
    asked++;
    return '654321';
  };
  await signInAsPerson(account.startUrl, { email: EMAIL, password: PASSWORD, code });
  expect(account.linked).toBe(true);
  expect(asked).toBe(1);
});
