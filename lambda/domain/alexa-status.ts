import { asError } from '../basics/as-error.ts';
import { changeRow } from '../basics/change-row.ts';
import type { AlexaEnablement } from '../ports/alexa-enablement.ts';
import type { ConsentClient, ConsentTokens } from '../ports/consent-client.ts';
import type { Consent, ConsentStore } from '../ports/consent-store.ts';
import { GrantRevoked, isSkillError } from '../ports/errors.ts';
import type { Log } from '../ports/log.ts';
import { noteAlexaStatus, type SignPorts } from './alexa-signs.ts';

export interface AlexaStatusPorts extends SignPorts {
  readonly consents: ConsentStore;
  readonly consentClient: ConsentClient;
  /** Absent where the skill does not know its own id: then nothing is asked. */
  readonly alexaEnablement?: AlexaEnablement | undefined;
  readonly log: Log;
}

/** Asked once a day, at the account's hour. An hour of one day may begin a little earlier than that of the day before. */
const ASKED_LATELY_MS = 20 * 3_600_000;

/**
 * Asks Amazon how each link of an account stands whose person has consented to that, and notes the answer on the link. What fails for one link
 * does not affect the others, and says nothing of that link.
 * @throws StoreUnavailable when the consents cannot be listed
 */
export async function readAlexaStatus(accountId: string, ports: AlexaStatusPorts, signal: AbortSignal): Promise<void> {
  const { alexaEnablement, consents, log } = ports;
  if (!alexaEnablement) return;
  for (const consent of await consents.list(accountId)) {
    if (signal.aborted) return;
    await readOne(consent, alexaEnablement, ports, signal).catch((error: unknown) => {
      const fields = { account: accountId, link: consent.linkId, error: asError(error) };
      log[isSkillError(error) ? 'warn' : 'error']('alexa-status-not-read', fields);
    });
  }
}

async function readOne(
  consent: Consent,
  alexaEnablement: AlexaEnablement,
  ports: AlexaStatusPorts,
  signal: AbortSignal,
): Promise<void> {
  const { accountId, linkId, checkedAt, endpoint } = consent;
  if (checkedAt !== undefined && Math.abs(ports.clock.now().getTime() - Date.parse(checkedAt)) < ASKED_LATELY_MS)
    return;
  const link = await ports.links.get(linkId);
  if (link?.state !== 'live') return await ports.consents.drop(accountId, linkId);
  const tokens = await freshTokens(consent, ports, signal);
  if (!tokens) return;
  const answer = await alexaEnablement.status({ accessToken: tokens.accessToken, endpoint }, signal);
  const status = answer?.linked ? 'LINKED' : 'NOT_LINKED';
  await noteAlexaStatus(linkId, status, ports);
  await noteAsked(consent, tokens, ports);
  ports.log.info('alexa-status-read', { account: accountId, link: linkId, status });
}

/** @returns nothing where the person has withdrawn the consent, which is forgotten then */
async function freshTokens(
  { accountId, linkId, refreshToken }: Consent,
  { consents, consentClient, log }: AlexaStatusPorts,
  signal: AbortSignal,
): Promise<ConsentTokens | undefined> {
  try {
    return await consentClient.refresh(refreshToken, signal);
  } catch (error) {
    if (!(error instanceof GrantRevoked)) throw error;
    await consents.drop(accountId, linkId);
    log.info('alexa-consent-ended', { account: accountId, link: linkId });
    return undefined;
  }
}

/** A consent that was given again meanwhile has another token, and was not asked for. */
async function noteAsked(
  asked: Consent,
  { refreshToken = asked.refreshToken }: ConsentTokens,
  { consents, clock }: AlexaStatusPorts,
): Promise<void> {
  const { accountId, linkId } = asked;
  await changeRow<Consent | undefined, Parameters<ConsentStore['replace']>[1], Consent>({
    known: asked,
    read: async () => (await consents.list(accountId)).find((one) => one.linkId === linkId),
    next: (standing) =>
      standing?.refreshToken === asked.refreshToken
        ? { refreshToken, checkedAt: clock.now().toISOString() }
        : undefined,
    write: async (standing, next) => standing && (await consents.replace(standing, next)),
  });
}
