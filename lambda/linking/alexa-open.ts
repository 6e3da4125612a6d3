import { accountOf } from '../domain/account-of.ts';
import { alexaEvidence } from '../domain/alexa-evidence.ts';
import { hasEnded } from '../domain/sealed-content.ts';
import type { EnablePorts } from './alexa-enable.ts';
import { readLink, refuseUsed } from './alexa-notice-link.ts';
import { readyPage } from './alexa-pages.ts';
import { AlexaPageRefused } from './alexa-refusals.ts';
import { alexaPurpose } from './alexa-sign-in.ts';
import { type Failure, newVisitId, sealVisit, type Visit } from './alexa-visit.ts';
import type { LinkingPorts } from './ports.ts';
import { openReadyLink, type ReadyLink } from './ready-link.ts';
import { type Parameters, parseParameters } from './request.ts';
import { startFlow } from './sign-in-form.ts';
import { beginSignIn } from './sign-in-pages.ts';

/**
 * GET: the link of a notice, or a ready link. It writes nothing.
 * @throws AlexaPageRefused, AccountMissing, StoreUnavailable
 */
export async function openAlexaPage(request: Request, failure: Failure, ports: EnablePorts): Promise<Response> {
  const query = parseParameters(new URL(request.url).search.slice(1));
  const ready = query.get('r');
  return ready === undefined
    ? await beginByNotice(query, request, failure, ports)
    : await beginByReadyLink(ready, request, failure, ports);
}

/** The link of a notice: shows what was last heard of Alexa, and asks for the sign-in at the device cloud. */
async function beginByNotice(
  query: Parameters,
  request: Request,
  failure: Failure,
  ports: EnablePorts,
): Promise<Response> {
  const { clock, links } = ports;
  const link = readLink(query, ports);
  await refuseUsed(link, ports);
  if (hasEnded(link, clock.now())) {
    failure.link = query.get('t') ?? '';
    throw new AlexaPageRefused('link-too-old');
  }
  const { expiresAt: _, ...notice } = link;
  const account = await accountOf(link.accountId, ports);
  const evidence = alexaEvidence(await links.ofAccount(account.id), clock.now());
  const { page, attempt } = await beginSignIn(
    alexaPurpose({ account: account.maskedEmail, evidence }, ports),
    { accountId: account.id, notice },
    { formAction: [], onlyAccount: account.id, keep: account.credentials !== undefined },
    request,
    ports,
  );
  ports.log.info('alexa-page-shown', { attempt, account: account.id, cause: link.cause });
  return page;
}

/** A ready link: only the consent is left, in whatever browser opens it. */
async function beginByReadyLink(
  token: string,
  request: Request,
  failure: Failure,
  ports: EnablePorts,
): Promise<Response> {
  const link = openReadyLink(token, ports.sealer);
  if (!link) throw new AlexaPageRefused('no-link');
  if (hasEnded(link, ports.clock.now())) throw new AlexaPageRefused('ready-too-old');
  if (await wasUsed(link, ports)) throw new AlexaPageRefused('ready-used');
  const { id, accountId, notice } = link;
  const { maskedEmail } = await accountOf(accountId, ports);
  const visit = { id: newVisitId(), accountId, account: maskedEmail, readyLink: id, ...(notice && { notice }) };
  const { flow, setCookie } = startFlow<Visit>(visit, request, ports);
  failure.attempt = flow.attempt;
  ports.log.info('alexa-page-shown', { attempt: flow.attempt, account: accountId, ready: true });
  return await readyPage(
    ports.reader,
    { account: maskedEmail, visit: sealVisit(flow, ports), attempt: flow.attempt },
    ports,
    setCookie,
  );
}

const wasUsed = async ({ id, accountId }: ReadyLink, { links }: LinkingPorts): Promise<boolean> =>
  (await links.ofAccount(accountId)).some(({ minted }) => minted?.readyLink === id && minted.linkedAt !== undefined);
