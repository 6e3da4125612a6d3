import * as v from 'valibot';
import { asError } from '../basics/as-error.ts';
import type { AddressBook, ConfirmMailAsked } from '../domain/address-book.ts';
import { type AddressLink, type AddressLinkKind, addressUrl, openAddressLink } from '../domain/address-links.ts';
import { withDeadline } from '../domain/deadline.ts';
import { isSkillError } from '../ports/errors.ts';
import type { NoticeAddress } from '../ports/notice-addresses.ts';
import {
  type AddressDone,
  type AddressProblem,
  type AddressRefusal,
  addressesPage,
  addressPage,
  addressRefusalPage,
  confirmedPage,
  confirmPage,
  unsubscribedPage,
  unsubscribePage,
} from './address-pages.ts';
import { isMalformed, saveAnswer, typedAddresses } from './address-question.ts';
import { sayAllClear } from './all-clear.ts';
import { OAuthError } from './errors.ts';
import { maskEmail } from './mask-email.ts';
import { PageRefusal } from './page-refusal.ts';
import { failurePage } from './pages.ts';
import type { LinkingPorts, PagePorts } from './ports.ts';
import { tagOf } from './reader.ts';
import { type Parameters, parseParameters, readForm, sealedLink } from './request.ts';
import { beginSignIn, continueSignIn, resumeSignIn, type SignInPurpose, type SignInTarget } from './sign-in-pages.ts';
import { ADDRESSES, openSignedIn, type SignedIn, signedInForm, toSignedIn } from './signed-in.ts';
import { type Arrival, inRequestTime } from './time-limit.ts';

/** The request cannot continue; shown as an error page. */
class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly kind: AddressRefusal;
  constructor(kind: AddressRefusal) {
    super(kind);
    this.kind = kind;
  }
}

type BookPorts = PagePorts & { readonly addressBook: AddressBook };
type Page = (arrival: Arrival, ports: BookPorts) => Promise<Response>;

/**
 * The pages about addresses for messages. A GET changes nothing, as mail programs open links before people do. A link in a mail acts on its own
 * address only; all addresses are shown after a sign-in at the device cloud.
 */
const PAGES: Readonly<Record<string, Page>> = {
  '/notices': (arrival, ports) => showAddress(arrival.request, ports),
  '/notices/confirm': (arrival, ports) => confirm(arrival.request, ports),
  '/notices/unsubscribe': (arrival, ports) => unsubscribe(arrival.request, ports),
  '/notices/sign-in': (arrival, ports) => signIn(arrival, ports),
  '/notices/addresses': (arrival, ports) => change(arrival.request, ports),
};

export async function answerNotices(arrival: Arrival, ports: PagePorts): Promise<Response> {
  const { pathname } = new URL(arrival.request.url);
  try {
    const answer = Object.hasOwn(PAGES, pathname) ? PAGES[pathname] : undefined;
    if (!answer) throw new AddressRefused('no-link');
    return await inRequestTime(arrival, ports, async (inTime) => {
      const { addressBook } = inTime;
      if (!addressBook) throw new AddressRefused('no-mail');
      return await answer(arrival, { ...inTime, addressBook });
    });
  } catch (error) {
    return await answerFailure(error, ports);
  }
}

/** @throws AddressRefused for anything but a link of this kind */
function readLink(kind: AddressLinkKind, request: Request, { sealer }: LinkingPorts): AddressLink {
  const query = parseParameters(new URL(request.url).search.slice(1));
  const token = sealedLink(query);
  const link = token === undefined ? undefined : openAddressLink(kind, token, sealer);
  if (!link) throw new AddressRefused('no-link');
  return link;
}

/** How a page that a link opens names the account and the address: both masked, as the link may have been forwarded. */
interface Named {
  readonly account: string;
  readonly address: string;
  readonly state: NoticeAddress['state'];
}

async function nameOf({ accountId, addressId }: AddressLink, { accounts, addressBook }: BookPorts): Promise<Named> {
  const [account, addresses] = await Promise.all([accounts.get(accountId), addressBook.read(accountId)]);
  const standing = addresses.find(({ id }) => id === addressId);
  if (!account || !standing) throw new AddressRefused('not-there');
  return { account: account.maskedEmail, address: maskEmail(standing.email), state: standing.state };
}

async function showAddress(request: Request, ports: BookPorts): Promise<Response> {
  const query = new URL(request.url).searchParams;
  if (!query.has('t')) return redirectTo('/notices/sign-in');
  const link = readLink('page', request, ports);
  const named = await nameOf(link, ports);
  const unsubscribe = new URL(addressUrl('unsubscribe', link, request.url, ports.sealer));
  return await addressPage(ports.reader, named, named.state, {
    unsubscribe: unsubscribe.pathname + unsubscribe.search,
    signIn: query.get('t') ?? '',
  });
}

/** 303: the browser follows with a GET. */
const redirectTo = (location: string): Response =>
  new Response(null, { status: 303, headers: { 'Cache-Control': 'no-store', Location: location } });

async function confirm(request: Request, ports: BookPorts): Promise<Response> {
  const link = readLink('confirm', request, ports);
  const { account, address, state } = await nameOf(link, ports);
  if (state === 'confirmed') return await confirmedPage(ports.reader, account, address);
  if (state !== 'pending') throw new AddressRefused('not-there');
  const { expiresAt = '' } = link;
  if (!(Date.parse(expiresAt) > ports.clock.now().getTime())) throw new AddressRefused('too-old');
  if (request.method === 'GET') return await confirmPage(ports.reader, account, address, ports.reader.address);
  const outcome = await ports.addressBook.confirm(link, tagOf(ports.reader));
  if (outcome !== 'confirmed') throw new AddressRefused(outcome);
  await tellWhatIsOpen(link, ports);
  return await confirmedPage(ports.reader, account, address);
}

/** A person waits for the page. What is not sent by then is sent by the next run of `maintenance`. */
const TELL_MS = 3_000;

/** Whoever has just confirmed an address hears of what does not work now. Never throws. */
async function tellWhatIsOpen({ accountId, addressId }: AddressLink, ports: BookPorts): Promise<void> {
  await withDeadline(TELL_MS, ports, (_, { notices }) => notices.repeatFor(accountId, addressId)).catch(
    () => undefined,
  );
}

/** The mail program posts here without cookies, in whatever type of form; what it posts says nothing (RFC 8058 section 3.1). */
async function unsubscribe(request: Request, ports: BookPorts): Promise<Response> {
  const link = readLink('unsubscribe', request, ports);
  if (request.method === 'POST') {
    await ports.addressBook.unsubscribe(link);
    return await unsubscribedPage(ports.reader);
  }
  const { account, address, state } = await nameOf(link, ports);
  if (state !== 'confirmed' && state !== 'pending') return await unsubscribedPage(ports.reader);
  return await unsubscribePage(ports.reader, account, address, ports.reader.address);
}

/** The account whose mail led here; any account that is known, where none did. */
const Subject = v.object({ accountId: v.exactOptional(v.string()) });
type Subject = v.InferOutput<typeof Subject>;

export const purpose = ({
  reader: { texts },
  cloudName: cloud,
}: Pick<PagePorts, 'reader' | 'cloudName'>): SignInPurpose<Subject> => ({
  name: 'notices',
  subject: Subject,
  action: '/notices/sign-in',
  words: {
    title: texts.addresses.question,
    why: texts.addresses.signInWhy({ cloud }),
    submit: texts.signIn.submit,
  },
});

async function signIn({ request, address }: Arrival, ports: BookPorts): Promise<Response> {
  if (request.method === 'GET') {
    const subject = new URL(request.url).searchParams.has('t')
      ? { accountId: readLink('page', request, ports).accountId }
      : {};
    const { page } = await beginSignIn(purpose(ports), subject, await targetOf(subject, ports), request, ports);
    return page;
  }
  const form = await readForm(request);
  const flow = resumeSignIn(purpose(ports), form, request, ports);
  const target = await targetOf(flow.subject, ports);
  const step = await continueSignIn(purpose(ports), flow, target, form, address, ports);
  if (step.kind === 'page') return step.page;
  const account = toSignedIn(step.account);
  await sayAllClear(account.id, ports);
  return await addressesPage(
    ports.reader,
    signedInForm(ADDRESSES, account, request, ports),
    account,
    await ports.addressBook.read(account.id),
  );
}

async function targetOf({ accountId }: Subject, { accounts }: BookPorts): Promise<SignInTarget> {
  if (accountId === undefined) return { formAction: [], onlyKnown: true };
  const account = await accounts.get(accountId);
  if (!account) throw new AddressRefused('not-there');
  return { formAction: [], onlyAccount: accountId, keep: account.credentials !== undefined };
}

async function change(request: Request, ports: BookPorts): Promise<Response> {
  if (request.method === 'GET') return redirectTo('/notices/sign-in');
  const posted = await readForm(request);
  const { account, form } = openSignedIn(ADDRESSES, posted, request, ports);
  const outcome = ports.reader.isSwitch ? {} : await act(posted, account, tagOf(ports.reader), ports);
  return await addressesPage(ports.reader, form, account, await ports.addressBook.read(account.id), outcome);
}

interface Outcome {
  readonly typed?: string;
  readonly problem?: AddressProblem;
  readonly done?: AddressDone;
}

const ASKED: Readonly<Record<ConfirmMailAsked, Outcome>> = {
  sent: { done: 'sent' },
  'not-sent': { done: 'not-sent' },
  'too-many': { problem: 'too-many' },
  'not-there': { problem: 'not-there' },
};

async function act(posted: Parameters, account: SignedIn, language: string, ports: BookPorts): Promise<Outcome> {
  const { addressBook } = ports;
  const id = posted.get('id') ?? '';
  switch (posted.get('action')) {
    case 'remove':
      await addressBook.remove(account.id, id);
      return {};
    case 'ask':
      return ASKED[await addressBook.askConfirmMail(account.id, id)];
    case 'language':
      await addressBook.writeIn(account.id, id, language);
      return {};
    case 'add':
      return await add(account, posted.get('email') ?? '', language, ports);
    case 'save':
      return await save(account, posted, language, ports);
    default:
      return {};
  }
}

async function add(account: SignedIn, typed: string, language: string, { addressBook }: BookPorts): Promise<Outcome> {
  const added = await addressBook.add(account, typed, language);
  if (added === 'malformed') return { problem: added, typed: typed.slice(0, 254) };
  return added === 'added' ? {} : { problem: added };
}

async function save(account: SignedIn, posted: Parameters, language: string, ports: BookPorts): Promise<Outcome> {
  const typed = typedAddresses(posted);
  if (isMalformed(typed)) return { problem: 'malformed' };
  await saveAnswer(account, typed, language, ports);
  return {};
}

/** The refusals of the shared sign-in pages, as these pages name them. */
const KIND: Readonly<Record<string, AddressRefusal>> = { 'too-old': 'form-too-old', 'other-browser': 'other-browser' };

function refusalOf(error: unknown): AddressRefusal | undefined {
  if (error instanceof AddressRefused) return error.kind;
  if (error instanceof PageRefusal) return Object.hasOwn(KIND, error.kind) ? KIND[error.kind] : 'malformed';
  return error instanceof OAuthError ? 'malformed' : undefined;
}

const SIGN_IN_HELPS: ReadonlySet<AddressRefusal> = new Set([
  'not-there',
  'too-old',
  'form-too-old',
  'other-browser',
  'malformed',
]);

async function answerFailure(error: unknown, { reader, log }: PagePorts): Promise<Response> {
  const kind = refusalOf(error);
  if (kind) {
    log.warn('notices-request-refused', { reason: kind });
    return await addressRefusalPage(reader, kind, SIGN_IN_HELPS.has(kind) ? '/notices/sign-in' : undefined);
  }
  log.error('notices-request-failed', { error: asError(error) });
  return await failurePage(reader, isSkillError(error) ? 503 : 500, undefined);
}
