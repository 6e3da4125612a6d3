import * as v from 'valibot';
import { withDeadline } from '../domain/deadline.ts';
import { openMendLink, SESSION_CAUSES } from '../domain/mend-link.ts';
import { HomeMissing, isSkillError, StoreUnavailable } from '../ports/errors.ts';
import type { Home } from '../ports/home-store.ts';
import type { NoticeRecord } from '../ports/notice-store.ts';
import { sayAllClear } from './all-clear.ts';
import { asError, OAuthError } from './errors.ts';
import {
  allWellPage,
  linkSentPage,
  type MendRefusal,
  MendRefused,
  mendedPage,
  mendRefusalPage,
  mendWords,
} from './mend-pages.ts';
import { PageRefusal } from './page-refusal.ts';
import { failurePage } from './pages.ts';
import type { LinkingPorts } from './ports.ts';
import { type Parameters, parseParameters, readForm } from './request.ts';
import { beginSignIn, continueSignIn, resumeSignIn, type SignInPurpose } from './sign-in-pages.ts';

/** A person waits: ten seconds for the device cloud, and some for the store. */
const DEADLINE_MS = 15_000;
/** A new link is sent no more often than this. */
const RENEW_MS = 3_600_000;
const MOST_RACES = 5;

/** Which notice a page is about; of the link nothing else is needed once the page is open. */
const Subject = v.object({ homeId: v.string(), cause: v.picklist(SESSION_CAUSES), mendId: v.string() });
type Subject = v.InferOutput<typeof Subject>;

const mending = (account: string): SignInPurpose<Subject> => ({
  name: 'mend',
  subject: Subject,
  action: '/mend',
  words: mendWords(account),
});

/** What is known of the visit by the time it fails. */
interface Visit {
  attempt?: string;
  link?: string;
}

/**
 * The mend page: whoever got a notice signs in to the device cloud, and the home is well again. GET shows it and changes nothing, since
 * mail programs look at links before people do; the link is used up by the sign-in.
 */
export async function answerMend(request: Request, address: string, ports: LinkingPorts): Promise<Response> {
  const visit: Visit = {};
  try {
    return await withDeadline(DEADLINE_MS, ports.clock, () =>
      request.method === 'GET' ? begin(request, visit, ports) : proceed(request, address, visit, ports),
    );
  } catch (error) {
    return await answerFailure(error, visit, ports);
  }
}

async function begin(request: Request, visit: Visit, ports: LinkingPorts): Promise<Response> {
  const query = parseParameters(new URL(request.url).search.slice(1));
  const subject = readLink(query, ports);
  const { home, isWell } = await inspect(subject, ports);
  if (isWell) return await allWellPage();
  if (subject.isOld) {
    visit.link = query.get('t') ?? '';
    throw new MendRefused('too-old');
  }
  const { homeId, cause, mendId } = subject;
  const target = { formAction: [], onlyHome: homeId, keep: letUsKeep(home) };
  const { page, attempt } = await beginSignIn(
    mending(home.maskedEmail),
    { homeId, cause, mendId },
    target,
    request,
    ports,
  );
  ports.log.info('mend-shown', { attempt, home: homeId, cause });
  return page;
}

/** Whether the home's password was kept: one that was changed was, until it was refused. */
const letUsKeep = ({ credentials, reason }: Home): boolean =>
  credentials !== undefined || reason === 'password-changed';

async function proceed(request: Request, address: string, visit: Visit, ports: LinkingPorts): Promise<Response> {
  const form = await readForm(request);
  if (form.get('action') === 'renew') return await sendNewLink(readLink(form, ports), ports);
  const flow = resumeSignIn(mending(''), form, request, ports);
  visit.attempt = flow.attempt;
  const { homeId, cause } = flow.subject;
  const { home, isWell } = await inspect(flow.subject, ports);
  if (isWell) return await allWellPage();
  const target = { formAction: [], onlyHome: homeId };
  const step = await continueSignIn(mending(home.maskedEmail), flow, target, form, address, ports);
  if (step.kind === 'page') return step.page;
  // The home first: should the next write fail, the link is as good as new and the home is well all the same.
  await useUp(flow.subject, ports);
  ports.log.info('mended', { attempt: flow.attempt, home: homeId, cause });
  await sayAllClear(homeId, ports);
  return await mendedPage(flow.attempt);
}

/** @throws MendRefused for what is no link of ours */
function readLink(parameters: Parameters, { sealer, clock }: LinkingPorts): Subject & { readonly isOld: boolean } {
  const token = parameters.repeated.has('t') ? undefined : parameters.get('t');
  const link = token === undefined ? undefined : openMendLink(token, sealer);
  if (!link) throw new MendRefused('no-link');
  return { ...link, isOld: Date.parse(link.expiresAt) <= clock.now().getTime() };
}

/**
 * What became of the notice since the link was sent.
 * @throws MendRefused when the link was used; HomeMissing for a row that must be there and is not
 */
async function inspect(
  { homeId, cause, mendId }: Subject,
  { homes, noticeStore }: LinkingPorts,
): Promise<{ readonly record: NoticeRecord; readonly home: Home; readonly isWell: boolean }> {
  const [record, home] = await Promise.all([noticeStore.get({ homeId, cause }), homes.get(homeId)]);
  if (!record || !home) throw new HomeMissing(`a mend link leads to home ${homeId}, which has no row or no notice`);
  const isLatest = record.mendId === mendId;
  if (isLatest && record.mendedAt !== undefined) throw new MendRefused('used');
  // A session that is to end is mended while it still lives.
  const isNeeded = home.state === 'needs-person' || (cause === 'session-ends' && record.state === 'open');
  if (isNeeded && !(isLatest && record.state === 'open')) throw new MendRefused('used');
  return { record, home, isWell: !isNeeded };
}

/** Of two that signed in with one link at once, one has used it. @throws MendRefused for the other */
async function useUp(subject: Subject, { noticeStore, clock }: LinkingPorts): Promise<void> {
  for (let race = 0; race < MOST_RACES; race++) {
    const record = await noticeStore.get(subject);
    if (record?.mendId !== subject.mendId || record.mendedAt !== undefined) throw new MendRefused('used');
    if (await noticeStore.replace(record, { ...record, mendedAt: clock.now().toISOString() })) return;
  }
  throw new StoreUnavailable('too many write one notice at once');
}

/** To whoever gets the notices, not to whoever asks. */
async function sendNewLink(subject: Subject & { readonly isOld: boolean }, ports: LinkingPorts): Promise<Response> {
  const { record, isWell } = await inspect(subject, ports);
  if (isWell) return await allWellPage();
  const toldAt = record.toldAt === undefined ? Number.NEGATIVE_INFINITY : Date.parse(record.toldAt);
  if (subject.isOld && ports.clock.now().getTime() - toldAt >= RENEW_MS) {
    ports.log.info('mend-link-asked-for', { home: subject.homeId, cause: subject.cause });
    const { homeId, cause, maskedEmail, mattersBy, telling } = record;
    const what = { homeId, cause, ...(maskedEmail && { maskedEmail }), ...(mattersBy && { mattersBy }) };
    await ports.notices.raise({ ...what, telling: telling + 1 });
  }
  return await linkSentPage();
}

/** A refusal of the pages that all sign-ins share, in the words of this one. */
const KIND = { 'too-old': 'form-too-old', 'other-browser': 'other-browser' } as const satisfies Record<
  string,
  MendRefusal
>;

function refusalOf(error: unknown): MendRefusal | undefined {
  if (error instanceof MendRefused) return error.kind;
  if (error instanceof PageRefusal) return error.kind in KIND ? KIND[error.kind as keyof typeof KIND] : 'malformed';
  return error instanceof OAuthError ? 'malformed' : undefined;
}

async function answerFailure(error: unknown, { attempt, link }: Visit, { log }: LinkingPorts): Promise<Response> {
  const kind = refusalOf(error);
  if (kind) {
    log.warn('mend-refused', { attempt, reason: kind });
    return await mendRefusalPage(kind, attempt, link);
  }
  log.error('mend-failed', { attempt, error: asError(error) });
  return await failurePage(isSkillError(error) ? 503 : 500, attempt);
}
