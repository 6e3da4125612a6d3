import { asError } from '../basics/as-error.ts';
import type { Log } from '../ports/log.ts';
import type { ReportQueue } from '../ports/report-queue.ts';
import type { DeviceReport } from './device-state.ts';
import { messageOf } from './messages.ts';

/** Queues the reports of one account in the order in which they were made. */
export class QueuedReports {
  readonly #accountId: string;
  readonly #ports: { readonly queue: ReportQueue; readonly log: Log };
  readonly #notQueued: (reports: readonly DeviceReport[]) => void;
  readonly #pending: DeviceReport[] = [];
  #sent: Promise<void> = Promise.resolve();

  /** @param notQueued gets what the queue did not take */
  constructor(
    accountId: string,
    ports: { readonly queue: ReportQueue; readonly log: Log },
    notQueued: (reports: readonly DeviceReport[]) => void,
  ) {
    this.#accountId = accountId;
    this.#ports = ports;
    this.#notQueued = notQueued;
  }

  add(report: DeviceReport): void {
    this.#pending.push(report);
    this.#sent = this.#sent.then(() => this.#send());
  }

  /** Ends when each report was queued or refused. */
  async close(): Promise<void> {
    await this.#sent;
  }

  /** Sends all reports that were made since the last send, in one call. */
  async #send(): Promise<void> {
    const reports = this.#pending.splice(0);
    if (reports.length === 0) return;
    const { queue, log } = this.#ports;
    try {
      await queue.send(reports.map((report) => messageOf(this.#accountId, report)));
    } catch (error) {
      log.error('samples-not-queued', {
        account: this.#accountId,
        devices: reports.length,
        error: asError(error),
      });
      this.#notQueued(reports);
    }
  }
}
