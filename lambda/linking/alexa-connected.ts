import { asError } from '../basics/as-error.ts';
import { changeRow } from '../basics/change-row.ts';
import { ALEXA_CAUSES } from '../domain/alexa-link.ts';
import { noteAlexaStatus } from '../domain/alexa-signs.ts';
import { withDeadline } from '../domain/deadline.ts';
import { noteAccountLink } from '../domain/enablements.ts';
import type { ConsentTokens } from '../ports/consent-client.ts';
import { isSkillError } from '../ports/errors.ts';
import type { Enabled } from './alexa-enable.ts';
import { noteConnected } from './alexa-mint.ts';
import type { Consent, Visit } from './alexa-visit.ts';
import type { LinkingPorts } from './ports.ts';

type Connected = Extract<Enabled, { readonly kind: 'connected' }>;

/** A person waits for the page, and the link is made whatever becomes of this. */
const NOTE_MS = 6_000;
/** Time of the request that is reserved for the page. */
const ANSWER_MS = 1_000;

/**
 * Alexa has its half of the link again: notes it, drops what belonged to the old one, and closes the notice. Never throws: what the table does
 * not take is logged, and the page says that Alexa is connected.
 */
export async function noteConnection(
  connected: Connected,
  { visit, watches }: Consent,
  tokens: ConsentTokens,
  ports: LinkingPorts,
  timeLeftMs: number,
): Promise<void> {
  const { link, endpoint, userId } = connected;
  const { id: linkId, accountId } = link;
  const steps: readonly ((inTime: LinkingPorts) => Promise<unknown>)[] = [
    (inTime) => noteConnected(linkId, inTime),
    async (inTime) => {
      const linkedAt = inTime.clock.now().toISOString();
      if (userId !== undefined) await noteAccountLink(userId, { linkId, accountId, linkedAt }, inTime);
    },
    (inTime) => dropLostGrant(visit, linkId, inTime),
    async (inTime) => {
      const { refreshToken } = tokens;
      if (watches && refreshToken !== undefined)
        await inTime.consents.put({ accountId, linkId, refreshToken, endpoint });
    },
    (inTime) => noteAlexaStatus(linkId, 'LINKED', inTime),
    (inTime) => closeNotice(visit, linkId, inTime),
  ];
  const stepMs = Math.max(0, Math.min(NOTE_MS, timeLeftMs - ANSWER_MS)) / steps.length;
  for (const step of steps) {
    await withDeadline(stepMs, ports, (_, inTime) => step(inTime)).catch((error: unknown) => {
      const fields = { account: accountId, link: linkId, error: asError(error) };
      ports.log[isSkillError(error) ? 'warn' : 'error']('alexa-connection-not-noted', fields);
    });
  }
}

/** The notice's link is certainly gone at Amazon, and its grant with it: without this, one Alexa might get every report twice. */
async function dropLostGrant({ notice, accountId }: Visit, linkId: string, { grants }: LinkingPorts): Promise<void> {
  if (notice?.cause !== 'alexa-let-go' || notice.subject === undefined || notice.subject === linkId) return;
  await grants.drop(accountId, notice.subject);
}

/** The notice is solved, and its link used. A ready link was opened by somebody else: whoever reads the notices hears of it. */
async function closeNotice(visit: Visit, linkId: string, { notices, noticeStore, clock }: LinkingPorts): Promise<void> {
  const { notice, accountId, readyLink, account } = visit;
  if (readyLink !== undefined)
    await notices.raise({ accountId, cause: 'ready-link-used', maskedEmail: account, subject: linkId });
  if (!notice) return;
  await changeRow({
    read: () => noticeStore.get(notice),
    next: (record) =>
      record?.reauthId === notice.noticeId && record.reauthAt === undefined
        ? { ...record, reauthAt: clock.now().toISOString() }
        : undefined,
    write: async (record, used) => record && (await noticeStore.replace(record, used)),
  });
  await notices.clear(accountId, ALEXA_CAUSES, notice.subject);
}
