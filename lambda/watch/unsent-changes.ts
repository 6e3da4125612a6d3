import type { DeviceList } from '../ports/device-cloud.ts';
import type { DeviceRecord } from '../ports/device-store.ts';
import { StoreUnavailable } from '../ports/errors.ts';
import type { Grant } from '../ports/grant-store.ts';
import { firstEnd, isInBackoff, isInShortBackoff } from '../reports/backoff-rules.ts';
import { isUnannounced, type NoteDevicesPorts, noteDevices } from '../reports/device-list.ts';
import { isReported } from '../reports/last-reported.ts';
import { isListStored } from './compare-devices.ts';

/** Doubled each time that something is queued once more: what the gateway refuses for good is not sent every minute. */
const FIRST_PAUSE_MS = 60_000;

/**
 * Finds what some grant's Alexa was not sent: its gateway refused the event, its back-off was long, the message was lost, or the list that
 * was noted last was an older one. The rows show it. While there is reason for doubt, each read of the account also checks the rows.
 */
export class UnsentChanges {
  #isInDoubt = false;
  #nextLookAt = 0;
  #pauseMs = FIRST_PAUSE_MS;

  /** The list of devices has changed, or a grant is in a back-off: the next reads check whether all has arrived. */
  doubt(): void {
    this.#isInDoubt = true;
    this.#nextLookAt = 0;
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  /**
   * Queues what is unsent, for grants that take it now or soon. The doubt ends when nothing is unsent and no grant is in a back-off.
   * @param list the account's devices as they were just read
   */
  async look(accountId: string, list: DeviceList, ports: NoteDevicesPorts): Promise<void> {
    const now = ports.clock.now().getTime();
    if (!this.#isInDoubt || now < this.#nextLookAt) return;
    this.#nextLookAt = now + FIRST_PAUSE_MS;
    try {
      const sentFor = await this.#send(accountId, list, ports);
      if (!sentFor) return;
      // What waits in the queue for the end of a back-off is not sent before.
      const waiting = sentFor.filter((grant) => isInBackoff(grant, new Date(now)));
      const from = waiting.length > 0 ? firstEnd(waiting).getTime() : now;
      this.#nextLookAt = from + this.#pauseMs;
      this.#pauseMs *= 2;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      ports.log.warn('unsent-changes-unknown', { account: accountId, error });
    }
  }

  /** @returns the grants that something was queued for; nothing where nothing was queued */
  async #send(accountId: string, list: DeviceList, ports: NoteDevicesPorts): Promise<readonly Grant[] | undefined> {
    const { devices, queue, clock, log } = ports;
    const [records, grants] = await Promise.all([devices.list(accountId), ports.grants.list(accountId)]);
    const now = clock.now();
    const lacking = grants.filter((grant) => lacks(grant, records));
    const isSame = isListStored(records, list);
    this.#isInDoubt = !isSame || lacking.length > 0 || grants.some((grant) => isInBackoff(grant, now));
    const open = lacking.filter((grant) => !isInBackoff(grant, now) || isInShortBackoff(grant, now));
    if (isSame && open.length === 0) return undefined;
    log.info('unsent-changes', { account: accountId, grants: open.length });
    if (isSame) await queue.send([{ kind: 'devices', accountId, at: now.toISOString() }]);
    else await noteDevices(accountId, list, ports);
    return open;
  }
}

/** Whether this grant's Alexa was not sent all that the rows say. */
const lacks = (grant: Grant, records: readonly DeviceRecord[]): boolean =>
  isUnannounced(grant, records) ||
  records.some((record) => record.removedSince === undefined && !isReported(record, record.lastState, [grant.id]));
