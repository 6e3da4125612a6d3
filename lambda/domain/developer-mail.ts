import { asError } from '../basics/as-error.ts';
import { changeRow } from '../basics/change-row.ts';
import type { Clock } from '../ports/clock.ts';
import type { Burst, DeveloperMail, DeveloperMailStore } from '../ports/developer-mail-store.ts';
import type { Log } from '../ports/log.ts';
import type { NoticeMessage, NoticeSender } from '../ports/notice-sender.ts';
import { manyText } from './developer-texts.ts';

/** A burst may grow this long after its first message. The next message then begins another burst. */
const BURST_MS = 3_600_000;
/** Up to this many accounts with one cause get a message each. One more account makes a message about all of them. */
const SINGLE_MESSAGES = 3;

/** What to send: the message itself, one about many accounts in its place, or nothing. */
export type DeveloperMailKind = 'message' | 'many' | 'nothing';

/** The rule of bursts. An account that had its message gets further ones, such as reminders. */
export function addToBurst(
  burst: Burst | undefined,
  about: string,
  accountId: string,
  now: Date,
): { readonly burst: Burst; readonly toSend: DeveloperMailKind } {
  const age = burst ? now.getTime() - Date.parse(burst.since) : BURST_MS;
  // A moment in the future is from a clock that has been put right since.
  if (!burst || age >= BURST_MS || age < 0)
    return { burst: { about, since: now.toISOString(), accounts: [accountId], leftOut: 0 }, toSend: 'message' };
  const { accounts } = burst;
  if (accounts.slice(0, SINGLE_MESSAGES).includes(accountId)) return { burst, toSend: 'message' };
  if (accounts.length < SINGLE_MESSAGES)
    return { burst: { ...burst, accounts: [...accounts, accountId] }, toSend: 'message' };
  if (accounts.length === SINGLE_MESSAGES)
    return { burst: { ...burst, accounts: [...accounts, accountId] }, toSend: 'many' };
  return { burst: { ...burst, leftOut: burst.leftOut + 1 }, toSend: 'nothing' };
}

export interface DeveloperMailPorts {
  readonly developerMail: DeveloperMailStore;
  /** Reaches the developer. */
  readonly sender: NoticeSender;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Sends a message to the developer; where many accounts have its cause at the same time, one message about all of them.
 * @throws StoreUnavailable when the sender did not take it
 */
export async function sendToDeveloper(message: NoticeMessage, ports: DeveloperMailPorts): Promise<void> {
  const { sender, log } = ports;
  const { burst, toSend } = await noteMessage(message, ports);
  if (toSend === 'nothing')
    log.info('developer-message-left-out', { account: message.accountId, cause: message.cause });
  else await sender.send(toSend === 'many' && burst ? { ...message, ...manyText(message, burst) } : message);
}

/** Without the row nobody knows of other messages, and each is sent. */
async function noteMessage(
  { accountId, cause, kind }: NoticeMessage,
  { developerMail, clock, log }: DeveloperMailPorts,
): Promise<{ readonly burst?: Burst; readonly toSend: DeveloperMailKind }> {
  const about = `${kind} ${cause}`;
  let result: { readonly burst?: Burst; readonly toSend: DeveloperMailKind } = { toSend: 'message' };
  try {
    await changeRow<DeveloperMail | undefined, Omit<DeveloperMail, 'version'>, DeveloperMail>({
      read: () => developerMail.get(),
      next: (row) => {
        const bursts = row?.bursts ?? [];
        const standing = bursts.find((one) => one.about === about);
        const next = addToBurst(standing, about, accountId, clock.now());
        result = next;
        if (next.burst === standing) return undefined;
        return { ...row, bursts: [...bursts.filter((one) => one !== standing), next.burst] };
      },
      write: (row, next) => developerMail.write(row, next),
    });
    return result;
  } catch (error) {
    log.warn('developer-messages-not-counted', { account: accountId, error: asError(error) });
    return { toSend: 'message' };
  }
}
