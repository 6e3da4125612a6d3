import { withDeadline } from '../domain/deadline.ts';
import { SESSION_CAUSES } from '../domain/reauth-link.ts';
import type { LinkingPorts } from './ports.ts';

/** Somebody looks at the page; what takes longer is told by the next `maintenance`. */
const WAIT_MS = 3_000;

/** A person has signed in to the account: whoever was told of its trouble hears that it is well. Never throws. */
export async function sayAllClear(accountId: string, ports: LinkingPorts): Promise<void> {
  await withDeadline(WAIT_MS, ports, (_, { notices }) => notices.clear(accountId, SESSION_CAUSES)).catch(
    () => undefined,
  );
}
