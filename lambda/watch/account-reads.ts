import { asError } from '../basics/as-error.ts';
import type { Account } from '../ports/account-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { CloudSession, DeviceCloud, DeviceList } from '../ports/device-cloud.ts';
import { isCloudOutage, isSkillError, ServiceTokenMissing } from '../ports/errors.ts';
import type { EvidenceStore } from '../ports/evidence-store.ts';
import type { Log } from '../ports/log.ts';
import type { Notices } from '../ports/notices.ts';
import { afterFailure, isLongOutage, type Outage } from './outage.ts';

export interface ReadPorts {
  readonly cloud: DeviceCloud;
  readonly notices: Notices;
  readonly evidence: Pick<EvidenceStore, 'note'>;
  readonly clock: Clock;
  readonly log: Log;
}

const HOUR_MS = 3_600_000;

/** Reads the list of one account's devices, and knows for how long it could not be read. */
export class AccountReads {
  readonly #accountId: string;
  readonly #ports: ReadPorts;
  #skipped = '';
  #outage: Outage | undefined;
  #isOutageReported = false;
  /** This run has met the device cloud without an answer. */
  #mayBeCloudNoticed = false;
  /** When the device cloud last answered, or pushed anything, in milliseconds. */
  #lastHeardAt = 0;

  constructor(accountId: string, ports: ReadPorts) {
    this.#accountId = accountId;
    this.#ports = ports;
  }

  /** The device cloud has pushed something. */
  heard(): void {
    this.#lastHeardAt = this.#ports.clock.now().getTime();
  }

  /** The account could not be read. @returns since when, if that is long enough to be reported, and was not yet */
  failed(): Date | undefined {
    const now = this.#ports.clock.now();
    this.#outage = afterFailure(this.#outage, this.#lastHeardAt, now);
    return this.#isOutageReported || !isLongOutage(this.#outage, now) ? undefined : new Date(this.#outage.since);
  }

  outageReported(): void {
    this.#isOutageReported = true;
  }

  /**
   * Reads all devices.
   * @param account who gets a notice if the device cloud does not answer
   * @param onFailed called before a failure of the device cloud is thrown
   * @throws what `DeviceCloud.devices` throws
   */
  async list(
    account: Account | undefined,
    session: CloudSession,
    onFailed: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<DeviceList> {
    let list: DeviceList;
    try {
      list = await this.#ports.cloud.devices(session, signal);
    } catch (error) {
      // Without a token of our own it is not known how the devices are, or the device cloud.
      if (!signal.aborted && isSkillError(error) && !(error instanceof ServiceTokenMissing)) {
        await onFailed();
        if (isCloudOutage(error)) await this.#followOutage(account);
      }
      throw error;
    }
    await this.#answered();
    this.#logSkipped(list);
    return list;
  }

  async #answered(): Promise<void> {
    const { log, clock, notices } = this.#ports;
    this.#noteHeard(clock.now());
    if (this.#isOutageReported) log.info('account-reachable-again', { account: this.#accountId });
    if (this.#mayBeCloudNoticed) await notices.clear(this.#accountId, ['cloud-down']);
    this.#mayBeCloudNoticed = false;
    this.#outage = undefined;
    this.#isOutageReported = false;
  }

  /** The device cloud does not answer. The notice waits in its row, since an outage outlasts a run; of one failed read nothing is said. */
  async #followOutage(account: Account | undefined): Promise<void> {
    if (!account || !this.#outage || this.#outage.failures < 2) return;
    const { id: accountId, maskedEmail } = account;
    const offlineSince = new Date(this.#outage.since).toISOString();
    this.#mayBeCloudNoticed = true;
    await this.#ports.notices.raise({ accountId, cause: 'cloud-down', maskedEmail, offlineSince });
  }

  /** Notes once an hour that the device cloud answers: the run that reads on both sides of the account's minute does it. */
  #noteHeard(now: Date): void {
    const { evidence, log } = this.#ports;
    const isDue = this.#lastHeardAt > 0 && isAnotherHour(this.#accountId, this.#lastHeardAt, now.getTime());
    this.#lastHeardAt = now.getTime();
    if (!isDue) return;
    evidence.note(this.#accountId, { heardAt: now.toISOString() }, now).catch((error: unknown) => {
      log.warn('evidence-not-noted', { account: this.#accountId, error: asError(error) });
    });
  }

  #logSkipped(list: DeviceList): void {
    const skipped = JSON.stringify(list.skipped);
    if (skipped === this.#skipped) return;
    this.#skipped = skipped;
    for (const { id, reason } of list.skipped)
      this.#ports.log.warn('device-skipped', { account: this.#accountId, device: id, reason });
  }
}

/** Whether an hour of the account has begun in between: hours of different accounts begin at different minutes. Moments are milliseconds. */
function isAnotherHour(accountId: string, before: number, now: number): boolean {
  const offsetMs = [...accountId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % HOUR_MS, 0);
  const hourOf = (at: number) => Math.floor((at - offsetMs) / HOUR_MS);
  return hourOf(before) !== hourOf(now);
}
