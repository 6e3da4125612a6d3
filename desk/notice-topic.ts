import { StoreUnavailable } from '../lambda/ports/errors.ts';
import type { NoticeMessage, NoticeSender } from '../lambda/ports/notice-sender.ts';
import type { DeskClock } from './clock.ts';

/** What a helper has got. Sign-in links are in it: they are secret, and meant for the helper's eyes. */
export interface SentNotice extends NoticeMessage {
  readonly at: Date;
}

/** The notice topic of the local system, and the helper who reads it. */
export function createNoticeTopic(clock: DeskClock) {
  const notices: SentNotice[] = [];
  const listeners = new Set<(notice: SentNotice) => void>();
  let refusing = false;
  const sender: NoticeSender = {
    async send(message) {
      if (refusing) throw new StoreUnavailable('the notice topic of the desk takes nothing at the moment');
      const notice = { ...message, at: clock.now() };
      notices.push(notice);
      for (const listener of listeners) listener(notice);
    },
  };
  return {
    notices,
    sender,
    onNotice(listener: (notice: SentNotice) => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    refuse() {
      refusing = true;
      return () => {
        refusing = false;
      };
    },
  };
}
