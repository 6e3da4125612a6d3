import type { Account } from '../../lambda/ports/account-store.ts';
import { openSetup, type TestSetup, turnOn } from '../support/setup.ts';

/** What tests of sessions ask of a linked account. */
export interface SessionSetup extends TestSetup {
  /** Logins at the device cloud since the account was linked. */
  logins(): number;
  /** What Alexa hears when it turns the lamp on: the name of the answer, or the type of the error. */
  answered(): Promise<string>;
  /** The lines of the log with this event. */
  logged(event: string): Record<string, unknown>[];
  accountRow(): Promise<Account>;
}

export async function openSessionSetup(): Promise<SessionSetup> {
  const setup = await openSetup();
  const { system, customer, endpointId, lines, account } = setup;
  system.myLeviton.resetCounts();
  return {
    ...setup,
    logins: () => system.myLeviton.counts.logins,
    async answered() {
      const { name, errorType } = await customer.send(turnOn(endpointId));
      return errorType ?? name;
    },
    logged: (event) =>
      lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line.event === event),
    async accountRow() {
      const found = await system.ports.accounts.get(String(account.userId));
      if (!found) throw new Error('there is no account');
      return found;
    },
  };
}
