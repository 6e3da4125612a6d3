import type { Log } from '../../ports/log.ts';
import type { NoticeSender } from '../../ports/notice-sender.ts';

/** Notices as lines of the log, where there is no topic for them. The log masks what a sign-in link carries, so the link does not work. */
export const createLogSender = (log: Log): NoticeSender => ({
  async send({ accountId, cause, kind, subject, text }) {
    log.warn('notice', { account: accountId, cause, kind, subject, text });
  },
});
