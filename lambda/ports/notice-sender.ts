import type { NoticeCause } from './notices.ts';

/** What somebody is told, in plain words. A mend link is a secret, so `text` is one. */
export interface NoticeMessage {
  readonly homeId: string;
  readonly cause: NoticeCause;
  readonly kind: 'notice' | 'all-clear';
  /** One line, below 100 characters. */
  readonly subject: string;
  readonly text: string;
}

export interface NoticeSender {
  /** @throws StoreUnavailable when it was not taken */
  send(message: NoticeMessage): Promise<void>;
}
