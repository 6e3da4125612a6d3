import { withDeadline } from '../domain/deadline.ts';
import { SESSION_CAUSES } from '../domain/reauth-link.ts';
import type { LinkingPorts } from './ports.ts';

/** A person waits for the page. A resolved notice that takes longer is sent by the next run of `maintenance`. */
const WAIT_MS = 3_000;

/** A person has signed in: closes the account's notices, so that whoever got one hears that it is solved. Never throws. */
export async function sayAllClear(accountId: string, ports: LinkingPorts): Promise<void> {
  await withDeadline(WAIT_MS, ports, (_, { notices }) => notices.clear(accountId, SESSION_CAUSES)).catch(
    () => undefined,
  );
}
