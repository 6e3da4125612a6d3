import type { Account, NewAccount } from '../../lambda/ports/account-store.ts';
import { kindsOf, toldPeople } from '../support/reauth.ts';
import { type TestSetup, turnOn } from '../support/setup.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** What the tests of maintenance look at, and do. */
export function maintenanceViews(setup: () => TestSetup) {
  const row = async (id = String(setup().account.userId)): Promise<Account> => {
    const found = await setup().system.ports.accounts.get(id);
    if (!found) throw new Error('there is no account');
    return found;
  };
  const logins = () => setup().system.myLeviton.counts.logins;
  return {
    row,
    logins,
    notices: () => kindsOf(toldPeople(setup().system.notices)),
    /** The name of Alexa's answer to a directive, or the type of its error. */
    async answered(): Promise<string> {
      const { name, errorType } = await setup().customer.send(turnOn(setup().endpointId));
      return errorType ?? name;
    },
    /** The lines of the log with this event. */
    logged: (event: string): Record<string, unknown>[] =>
      setup()
        .lines.map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((line) => line.event === event),
    async change(fields: Partial<NewAccount>): Promise<void> {
      const standing = await row();
      await setup().system.ports.accounts.replace(standing, { ...standing, ...fields } as Account);
    },
    /** Winds the clock to a day on which the session of 60 days is due for renewal. */
    async untilDue(): Promise<void> {
      await setup().system.maintainAccounts();
      setup().clock.advance(49 * DAY);
    },
    /** Runs every hour. @returns in which of them there was a login */
    async hoursWithLogin(hours: number, meanwhile: () => Promise<unknown> = async () => undefined): Promise<number[]> {
      const tried: number[] = [];
      for (let hour = 0; hour < hours; hour++) {
        const before = logins();
        await meanwhile();
        await setup().system.maintainAccounts();
        if (logins() > before) tried.push(hour);
        setup().clock.advance(HOUR + 1_000);
      }
      return tried;
    },
  };
}
