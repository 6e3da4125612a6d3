import type { Account } from '../../lambda/ports/account-store.ts';
import { kindsOf, toldPeople } from '../support/reauth.ts';
import { type TestSetup, turnOn } from '../support/setup.ts';

/** What the tests of maintenance look at. */
export function maintenanceViews(setup: () => TestSetup) {
  return {
    logins: () => setup().system.myLeviton.counts.logins,
    notices: () => kindsOf(toldPeople(setup().system.notices)),
    /** The name of Alexa's answer to a directive, or the type of its error. */
    async answered(): Promise<string> {
      const { name, errorType } = await setup().customer.send(turnOn(setup().endpointId));
      return errorType ?? name;
    },
    async row(id = String(setup().account.userId)): Promise<Account> {
      const found = await setup().system.ports.accounts.get(id);
      if (!found) throw new Error('there is no account');
      return found;
    },
    /** The lines of the log with this event. */
    logged: (event: string): Record<string, unknown>[] =>
      setup()
        .lines.map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((line) => line.event === event),
  };
}
