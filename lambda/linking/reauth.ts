import * as v from 'valibot';
import { withDeadline } from '../domain/deadline.ts';
import { openReauthLink, SESSION_CAUSES } from '../domain/reauth-link.ts';
import type { Account } from '../ports/account-store.ts';
import { AccountMissing, isSkillError, StoreUnavailable } from '../ports/errors.ts';
import type { NoticeRecord } from '../ports/notice-store.ts';
import { sayAllClear } from './all-clear.ts';
import { asError, OAuthError } from './errors.ts';
import { PageRefusal } from './page-refusal.ts';
import { failurePage } from './pages.ts';
import type { LinkingPorts } from './ports.ts';
import {
  allWellPage,
  linkSentPage,
  noMoreLinksPage,
  type ReauthRefusal,
  ReauthRefused,
  reauthDonePage,
  reauthRefusalPage,
  reauthWords,
} from './reauth-pages.ts';
import { type Parameters, parseParameters, readForm } from './request.ts';
import { beginSignIn, continueSignIn, resumeSignIn, type SignInPurpose } from './sign-in-pages.ts';

/** A person waits: ten seconds for the device cloud, and some for the store. */
const DEADLINE_MS = 15_000;
const MOST_RACES = 5;

/** Which notice a page is about; of the link nothing else is needed once the page is open. */
const Subject = v.object({ accountId: v.string(), cause: v.picklist(SESSION_CAUSES), reauthId: v.string() });
type Subject = v.InferOutput<typeof Subject>;

const mending = (account: string): SignInPurpose<Subject> => ({
  name: 'mend',
  subject: Subject,
  action: '/reauth',
  words: reauthWords(account),
});

/** What is known of the visit by the time it fails. */
interface Visit {
  attempt?: string;
  link?: string;
}

/**
 * The sign-in-again page: whoever got a notice signs in to the device cloud, and the account is well again. GET shows it and changes nothing, since
 * mail programs look at links before people do; the link is used up by the sign-in.
 */
export async function answerReauth(request: Request, address: string, ports: LinkingPorts): Promise<Response> {
  const visit: Visit = {};
  try {
    return await withDeadline(DEADLINE_MS, ports, (_, observed) =>
      request.method === 'GET' ? begin(request, visit, observed) : proceed(request, address, visit, observed),
    );
  } catch (error) {
    return await answerFailure(error, visit, ports);
  }
}

async function begin(request: Request, visit: Visit, ports: LinkingPorts): Promise<Response> {
  const query = parseParameters(new URL(request.url).search.slice(1));
  const subject = readLink(query, ports);
  const { account, isWell } = await inspect(subject, ports);
  if (isWell) return await allWellPage();
  if (subject.isOld) {
    visit.link = query.get('t') ?? '';
    throw new ReauthRefused('too-old');
  }
  const { accountId, cause, reauthId } = subject;
  const target = { formAction: [], onlyAccount: accountId, keep: letUsKeep(account) };
  const { page, attempt } = await beginSignIn(
    mending(account.maskedEmail),
    { accountId, cause, reauthId },
    target,
    request,
    ports,
  );
  ports.log.info('mend-shown', { attempt, account: accountId, cause });
  return page;
}

/** Whether the account's password was kept: one that was changed was, until it was refused. */
const letUsKeep = ({ credentials, reason }: Account): boolean =>
  credentials !== undefined || reason === 'password-changed';

async function proceed(request: Request, address: string, visit: Visit, ports: LinkingPorts): Promise<Response> {
  const form = await readForm(request);
  if (form.get('action') === 'renew') return await sendNewLink(readLink(form, ports), ports);
  const flow = resumeSignIn(mending(''), form, request, ports);
  visit.attempt = flow.attempt;
  const { accountId, cause } = flow.subject;
  const { account, isWell } = await inspect(flow.subject, ports);
  if (isWell) return await allWellPage();
  const target = { formAction: [], onlyAccount: accountId };
  const step = await continueSignIn(mending(account.maskedEmail), flow, target, form, address, ports);
  if (step.kind === 'page') return step.page;
  // The account first: should the next write fail, the link is as good as new and the account is well all the same.
  await useUp(flow.subject, ports);
  ports.log.info('mended', { attempt: flow.attempt, account: accountId, cause });
  await sayAllClear(accountId, ports);
  return await reauthDonePage(flow.attempt);
}

/** @throws ReauthRefused for what is no link of ours */
function readLink(parameters: Parameters, { sealer, clock }: LinkingPorts): Subject & { readonly isOld: boolean } {
  const token = parameters.repeated.has('t') ? undefined : parameters.get('t');
  const link = token === undefined ? undefined : openReauthLink(token, sealer);
  if (!link) throw new ReauthRefused('no-link');
  return { ...link, isOld: Date.parse(link.expiresAt) <= clock.now().getTime() };
}

/**
 * What became of the notice since the link was sent.
 * @throws ReauthRefused when the link was used; AccountMissing for a row that must be there and is not
 */
async function inspect(
  { accountId, cause, reauthId }: Subject,
  { accounts, noticeStore }: LinkingPorts,
): Promise<{ readonly record: NoticeRecord; readonly account: Account; readonly isWell: boolean }> {
  const [record, account] = await Promise.all([noticeStore.get({ accountId, cause }), accounts.get(accountId)]);
  if (!record || !account)
    throw new AccountMissing(`a sign-in link leads to account ${accountId}, which has no row or no notice`);
  const isLatest = record.reauthId === reauthId;
  if (isLatest && record.reauthAt !== undefined) throw new ReauthRefused('used');
  // A session that is to end is mended while it still lives.
  const isNeeded = account.state === 'needs-reauth' || (cause === 'session-ends' && record.state === 'open');
  if (isNeeded && !(isLatest && record.state === 'open')) throw new ReauthRefused('used');
  return { record, account, isWell: !isNeeded };
}

/** Of two that signed in with one link at once, one has used it. @throws ReauthRefused for the other */
async function useUp(subject: Subject, { noticeStore, clock }: LinkingPorts): Promise<void> {
  for (let race = 0; race < MOST_RACES; race++) {
    const record = await noticeStore.get(subject);
    if (record?.reauthId !== subject.reauthId || record.reauthAt !== undefined) throw new ReauthRefused('used');
    if (await noticeStore.replace(record, { ...record, reauthAt: clock.now().toISOString() })) return;
  }
  throw new StoreUnavailable('too many write one notice at once');
}

/** To whoever gets the notices, not to whoever asks. */
async function sendNewLink(subject: Subject & { readonly isOld: boolean }, ports: LinkingPorts): Promise<Response> {
  const { isWell } = await inspect(subject, ports);
  if (isWell) return await allWellPage();
  const { accountId, cause } = subject;
  // A link that still works needs no other.
  const renewed = subject.isOld ? await ports.notices.renewLink({ accountId, cause }) : 'too-soon';
  return await (renewed === 'too-many' ? noMoreLinksPage() : linkSentPage());
}

/** A refusal of the pages that all sign-ins share, in the words of this one. */
const KIND = { 'too-old': 'form-too-old', 'other-browser': 'other-browser' } as const satisfies Record<
  string,
  ReauthRefusal
>;

function refusalOf(error: unknown): ReauthRefusal | undefined {
  if (error instanceof ReauthRefused) return error.kind;
  if (error instanceof PageRefusal) return error.kind in KIND ? KIND[error.kind as keyof typeof KIND] : 'malformed';
  return error instanceof OAuthError ? 'malformed' : undefined;
}

async function answerFailure(error: unknown, { attempt, link }: Visit, { log }: LinkingPorts): Promise<Response> {
  const kind = refusalOf(error);
  if (kind) {
    log.warn('mend-refused', { attempt, reason: kind });
    return await reauthRefusalPage(kind, attempt, link);
  }
  log.error('mend-failed', { attempt, error: asError(error) });
  return await failurePage(isSkillError(error) ? 503 : 500, attempt);
}
