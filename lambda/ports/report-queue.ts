import type { Power } from './device-cloud.ts';

/** Amazon's words for what caused a change (Alexa.ChangeReport, `cause.type`). */
export type Cause = 'APP_INTERACTION' | 'PHYSICAL_INTERACTION' | 'PERIODIC_POLL' | 'RULE_TRIGGER' | 'VOICE_INTERACTION';

/** A device's whole state at one moment, on its way to Alexa. */
export interface Sample {
  readonly accountId: string;
  readonly deviceId: string;
  readonly power: Power;
  /** 0..100 percent, kept while off. */
  readonly level: number;
  readonly connected: boolean;
  /** ISO 8601: when it was true. */
  readonly at: string;
  readonly cause: Cause;
  /** false: a write was noted that the device has yet to follow; not to be reported, but Alexa's view is in doubt. */
  readonly settled: boolean;
  /** For this grant alone, which was left behind when the others were told. */
  readonly grantId?: string;
  /** ISO 8601: when it was queued once more, so that the queue does not take it for a repetition. */
  readonly again?: string;
}

/** The devices of an account are others than Alexa was told, or are called otherwise: see the table. */
export interface DevicesMessage {
  readonly kind: 'devices';
  readonly accountId: string;
  /** ISO 8601: when it was noticed. */
  readonly at: string;
}

export type ReportMessage = Sample | DevicesMessage;

export interface ReportQueue {
  /** Queues messages; those of one device stay in order. @throws StoreUnavailable */
  send(messages: readonly ReportMessage[]): Promise<void>;
}

/** A message in the worker's hands that is to come again. */
export interface VisibilityChange {
  /** The queue's name for this one reading of the message. */
  readonly receipt: string;
  /** From now, 0..43,200. */
  readonly afterSeconds: number;
}

/** What the worker alone asks of the queue. */
export interface VisibilityChanger {
  /**
   * Sets when messages come again, in place of the queue's own time-out (SQS API reference, ChangeMessageVisibilityBatch).
   * @throws StoreUnavailable: for some of them the queue's own time-out still holds
   */
  changeVisibility(messages: readonly VisibilityChange[]): Promise<void>;
}
