import type { Power } from './device-cloud.ts';
import type { ChangedBy } from './device-store.ts';

/** Amazon's words for what caused a change (Alexa.ChangeReport, `cause.type`). */
export type Cause = 'APP_INTERACTION' | 'PHYSICAL_INTERACTION' | 'PERIODIC_POLL' | 'RULE_TRIGGER' | 'VOICE_INTERACTION';

/** A device's whole state at one moment, on its way to Alexa. */
export interface StateMessage {
  readonly kind: 'state';
  readonly accountId: string;
  readonly deviceId: string;
  readonly power: Power;
  /** 0..100 percent, kept while off. */
  readonly level: number;
  readonly connected: boolean;
  /** ISO 8601: when it was true. */
  readonly at: string;
  /** ISO 8601, by the device cloud's clock: when the record that shows this state was last written (`lastUpdated`), where known. */
  readonly changedAt?: string;
  readonly cause: Cause;
  /** Who made the change. Absent: not known, or the state is no news. */
  readonly by?: ChangedBy;
  /** Alexa may show something else meanwhile: every grant without a report of a state of this moment or later gets one, even an equal one. */
  readonly forceReport?: true;
  /** A catch-up message: it is for this grant only, which missed the report that the others got. */
  readonly grantId?: string;
  /** ISO 8601: when it was queued once more. Without it SQS would drop the message as a duplicate. */
  readonly requeuedAt?: string;
}

/**
 * The device cloud accepted a write that the device has not confirmed. The answer to a directive may have shown Alexa the written state, so
 * the next state is reported even if it equals the last report. A StateReport from memory is followed by one, too, for the same reason.
 */
export interface UnconfirmedWriteMessage {
  readonly kind: 'unconfirmed-write';
  readonly accountId: string;
  readonly deviceId: string;
  /** ISO 8601: when the write was noticed. */
  readonly at: string;
}

/** The device list changed (added, renamed, removed). The worker reads the details from the table. */
export interface DevicesMessage {
  readonly kind: 'devices';
  readonly accountId: string;
  /** ISO 8601: when it was noticed. */
  readonly at: string;
}

export type ReportMessage = StateMessage | UnconfirmedWriteMessage | DevicesMessage;

export interface ReportQueue {
  /** Queues messages; those of one device stay in order. @throws StoreUnavailable */
  send(messages: readonly ReportMessage[]): Promise<void>;
}

/** When a message that the worker could not finish is delivered again. */
export interface VisibilityChange {
  /** The queue's name for this one delivery of the message. */
  readonly receipt: string;
  /** From now, 0..43,200. */
  readonly afterSeconds: number;
}

/** What only the worker asks of the queue. */
export interface VisibilityChanger {
  /**
   * Sets when messages become visible again, instead of the queue's own time-out (SQS API reference, ChangeMessageVisibilityBatch).
   * @throws StoreUnavailable: for some of them the queue's own time-out still holds
   */
  changeVisibility(changes: readonly VisibilityChange[]): Promise<void>;
}
