import type { NoticeCause } from './notices.ts';

/** A message to a person. A sign-in link is a secret, so `text` is one. */
export interface NoticeMessage {
  readonly accountId: string;
  readonly cause: NoticeCause | 'weekly-digest' | 'grants-missing';
  readonly kind: 'notice' | 'all-clear' | 'digest';
  /** One line, below 100 characters. */
  readonly subject: string;
  readonly text: string;
}

/** Reaches the developer: an SNS topic, or the log. Where no sender of mails is configured, every message goes this way. */
export interface NoticeSender {
  /** @throws StoreUnavailable when it was not taken */
  send(message: NoticeMessage): Promise<void>;
}
