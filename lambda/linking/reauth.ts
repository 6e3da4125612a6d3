import * as v from 'valibot';
import { asError } from '../basics/as-error.ts';
import { changeRow } from '../basics/change-row.ts';
import { earliestSignIn } from '../domain/next-action.ts';
import { reachable } from '../domain/notice-addresses.ts';
import { openReauthLink, SESSION_CAUSES } from '../domain/reauth-link.ts';
import { hasEnded } from '../domain/sealed-content.ts';
import type { Account } from '../ports/account-store.ts';
import { AccountMissing, isSkillError } from '../ports/errors.ts';
import type { NoticeRecord } from '../ports/notice-store.ts';
import { shouldAsk } from './address-question.ts';
import { sealVisit, signedInVisit } from './alexa-visit.ts';
import { sayAllClear } from './all-clear.ts';
import { OAuthError } from './errors.ts';
import { isOfOtherUser } from './other-user.ts';
import { PageRefusal } from './page-refusal.ts';
import { failurePage } from './pages.ts';
import type { LinkingPorts, PagePorts } from './ports.ts';
import {
  linkSentPage,
  noMoreLinksPage,
  otherUserDonePage,
  type ReauthRefusal,
  ReauthRefused,
  reauthDonePage,
  reauthRefusalPage,
  reauthWords,
  signedInPage,
  waitingPage,
} from './reauth-pages.ts';
import { type Parameters, parseParameters, readForm, sealedLink } from './request.ts';
import type { Flow } from './sign-in-form.ts';
import { beginSignIn, continueSignIn, resumeSignIn, type SignInPurpose } from './sign-in-pages.ts';
import { ADDRESSES, signedInForm, toSignedIn } from './signed-in.ts';
import { type Arrival, inRequestTime } from './time-limit.ts';

/** The notice that a page is about. */
const Subject = v.object({ accountId: v.string(), cause: v.picklist(SESSION_CAUSES), reauthId: v.string() });
type Subject = v.InferOutput<typeof Subject>;

const reauthPurpose = (account: string, { reader, cloudName }: PagePorts): SignInPurpose<Subject> => ({
  name: 'reauth',
  subject: Subject,
  action: '/reauth',
  words: reauthWords(reader.texts, account, cloudName),
});

/** What we know about the visit when it fails. */
interface Visit {
  attempt?: string;
  link?: string;
}

/**
 * The sign-in-again page: the person who got a notice signs in to the device cloud, and the account works again. GET changes nothing,
 * because mail programs open links before people do. The sign-in uses up the link.
 */
export async function answerReauth(arrival: Arrival, ports: PagePorts): Promise<Response> {
  const { request, address } = arrival;
  const visit: Visit = {};
  try {
    return await inRequestTime(arrival, ports, (inTime) =>
      request.method === 'GET' ? begin(request, visit, inTime) : proceed(request, address, visit, inTime),
    );
  } catch (error) {
    return await answerFailure(error, visit, ports);
  }
}

async function begin(request: Request, visit: Visit, ports: PagePorts): Promise<Response> {
  const query = parseParameters(new URL(request.url).search.slice(1));
  const subject = readLink(query, ports);
  const { account, isWell } = await inspect(subject, ports);
  if (isWell) return await nothingToDoPage(account, ports);
  if (subject.isOld) {
    visit.link = query.get('t') ?? '';
    throw new ReauthRefused('too-old');
  }
  const { accountId, cause, reauthId } = subject;
  const target = { formAction: [], onlyAccount: accountId, keep: letUsKeep(account) };
  const { page, attempt } = await beginSignIn(
    reauthPurpose(account.maskedEmail, ports),
    { accountId, cause, reauthId },
    target,
    request,
    ports,
  );
  ports.log.info('reauth-page-shown', { attempt, account: accountId, cause });
  return page;
}

/** Nobody has to sign in: the session works, or the skill waits before it signs in by itself. */
function nothingToDoPage(account: Account, { reader, cloudName, clock }: PagePorts): Promise<Response> {
  if (account.state !== 'waiting-to-retry') return signedInPage(reader, cloudName);
  return waitingPage(reader, cloudName, earliestSignIn(account, clock.now()));
}

/** Whether the person let us keep the password: a changed password was kept until the device cloud refused it. */
const letUsKeep = (account: Account): boolean =>
  account.credentials !== undefined || (account.state === 'needs-reauth' && account.reason === 'password-changed');

async function proceed(request: Request, address: string, visit: Visit, ports: PagePorts): Promise<Response> {
  const form = await readForm(request);
  if (form.get('action') === 'renew') return await sendNewLink(readLink(form, ports), ports);
  const flow = resumeSignIn(reauthPurpose('', ports), form, request, ports);
  visit.attempt = flow.attempt;
  const { accountId, cause } = flow.subject;
  const { account, isWell } = await inspect(flow.subject, ports);
  if (isWell) return await nothingToDoPage(account, ports);
  const target = { formAction: [], onlyAccount: accountId, orWhoSeesAll: true, linkFor: account.maskedEmail } as const;
  const step = await continueSignIn(reauthPurpose(account.maskedEmail, ports), flow, target, form, address, ports);
  if (step.kind === 'page') return step.page;
  // The account is written first. If the next write fails, the link can be used again, and the account works in any case.
  await useUp(flow.subject, ports);
  ports.log.info('account-reauthenticated', { attempt: flow.attempt, account: accountId, cause });
  await sayAllClear(accountId, ports);
  // Whoever sees the lamps need not be who owns the account, and neither sees nor changes more of it here.
  if (isOfOtherUser(step.account)) return await otherUserDonePage(ports.reader, flow.attempt, ports.cloudName);
  const connect = connectOffer(flow, account, ports);
  return await reauthDonePage(
    ports.reader,
    flow.attempt,
    ports.cloudName,
    connect,
    await question(step.account, form, request, ports),
    await others(step.account, cause, request, ports),
  );
}

/** The proof of this sign-in for the page that connects Alexa, so that nobody has to sign in twice. */
function connectOffer(flow: Flow<Subject>, { id, maskedEmail }: Account, ports: LinkingPorts): string | undefined {
  if (!ports.alexaEnablement) return undefined;
  return sealVisit(signedInVisit(flow, { accountId: id, account: maskedEmail }, ports), ports);
}

/** Who is connected: after a change of the password also where it is one connection, which may not be this person's. */
async function others(account: Account, cause: Subject['cause'], request: Request, ports: PagePorts) {
  const { connectionsPart } = await import('./connection-question.ts');
  return await connectionsPart(toSignedIn(account), cause === 'password-changed' ? 1 : 2, request, ports);
}

/** Where to write, if nobody gets messages about this account. */
async function question(account: Account, form: Parameters, request: Request, ports: PagePorts) {
  if (!(await shouldAsk(account.id, ports))) return undefined;
  const { questionForm } = await import('./address-pages.ts');
  const fields = signedInForm(ADDRESSES, toSignedIn(account), request, ports);
  return questionForm(ports.reader, fields, form.get('email') ?? '');
}

/** @throws ReauthRefused for anything but a sign-in link of ours */
function readLink(parameters: Parameters, { sealer, clock }: LinkingPorts): Subject & { readonly isOld: boolean } {
  const token = sealedLink(parameters);
  const link = token === undefined ? undefined : openReauthLink(token, sealer);
  if (!link) throw new ReauthRefused('no-link');
  return { ...link, isOld: hasEnded(link, clock.now()) };
}

/**
 * The notice and the account of a sign-in link, as they are now.
 * @throws ReauthRefused when the link was used; AccountMissing when a row is missing
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
  // A session that ends soon is renewed before it ends.
  const isNeeded = account.state === 'needs-reauth' || (cause === 'session-ends' && record.state === 'open');
  if (isNeeded && !(isLatest && record.state === 'open')) throw new ReauthRefused('used');
  return { record, account, isWell: !isNeeded };
}

/** Marks the link as used. If two people sign in with it at once, one wins. @throws ReauthRefused for the other */
async function useUp(subject: Subject, { noticeStore, clock }: LinkingPorts): Promise<void> {
  await changeRow({
    read: () => noticeStore.get(subject),
    next: (record) => {
      if (record?.reauthId !== subject.reauthId || record.reauthAt !== undefined) throw new ReauthRefused('used');
      return { ...record, reauthAt: clock.now().toISOString() };
    },
    write: async (record, used) => record && (await noticeStore.replace(record, used)),
  });
}

/** The new link goes to the receiver of the notices, not to the visitor. */
async function sendNewLink(subject: Subject & { readonly isOld: boolean }, ports: PagePorts): Promise<Response> {
  const { account, isWell } = await inspect(subject, ports);
  if (isWell) return await nothingToDoPage(account, ports);
  const { accountId, cause } = subject;
  if (await isNobodyReached(accountId, ports)) {
    const { addressRefusalPage } = await import('./address-pages.ts');
    return await addressRefusalPage(ports.reader, 'nobody', '/notices/sign-in');
  }
  // A link that still works needs no other.
  const renewed = subject.isOld ? await ports.notices.renewLink({ accountId, cause }) : 'too-soon';
  return await (renewed === 'too-many' ? noMoreLinksPage(ports.reader) : linkSentPage(ports.reader));
}

/** Whether a message about the account would reach nobody. Without a sender of mails they go to the topic. */
async function isNobodyReached(accountId: string, { addressBook }: LinkingPorts): Promise<boolean> {
  return addressBook !== undefined && reachable(await addressBook.read(accountId)).length === 0;
}

/** The refusals of the shared sign-in pages, as this page names them. */
const KIND = { 'too-old': 'form-too-old', 'other-browser': 'other-browser' } as const satisfies Record<
  string,
  ReauthRefusal
>;

function refusalOf(error: unknown): ReauthRefusal | undefined {
  if (error instanceof ReauthRefused) return error.kind;
  if (error instanceof PageRefusal) return error.kind in KIND ? KIND[error.kind as keyof typeof KIND] : 'malformed';
  return error instanceof OAuthError ? 'malformed' : undefined;
}

async function answerFailure(error: unknown, { attempt, link }: Visit, { reader, log }: PagePorts): Promise<Response> {
  const kind = refusalOf(error);
  if (kind) {
    log.warn('reauth-request-refused', { attempt, reason: kind });
    return await reauthRefusalPage(reader, kind, attempt, link);
  }
  log.error('reauth-request-failed', { attempt, error: asError(error) });
  return await failurePage(reader, isSkillError(error) ? 503 : 500, attempt);
}
