import * as v from 'valibot';
import { asError } from '../basics/as-error.ts';
import { accountOf } from '../domain/account-of.ts';
import type { Evidence } from '../domain/diagnosis/evidence.ts';
import { openLampsLink } from '../domain/lamps-link.ts';
import { hasEnded } from '../domain/sealed-content.ts';
import { isSkillError, StoreUnavailable } from '../ports/errors.ts';
import { sayAllClear } from './all-clear.ts';
import { OAuthError } from './errors.ts';
import { answersIn, evidenceOfAnswers } from './lamps-answers.ts';
import {
  answerPress,
  type ButtonContext,
  type ButtonResult,
  blinkLamp,
  lookForPress,
  lookForTap,
  startPress,
  startTap,
} from './lamps-buttons.ts';
import { type Access, lampsPage, type Outcome, shareText } from './lamps-page.ts';
import { type LampsRefusal, LampsRefused, lampsRefusalPage } from './lamps-refusals.ts';
import { type PageEvidence, viewOf } from './lamps-view.ts';
import { Visit } from './lamps-visit.ts';
import type { LampsContext } from './lamps-words.ts';
import { PageRefusal } from './page-refusal.ts';
import { failurePage } from './pages.ts';
import type { LinkingPorts, PagePorts } from './ports.ts';
import { type Parameters, parseParameters, readForm, sealedLink } from './request.ts';
import { type Flow, openFlow, sealFlow, startFlow } from './sign-in-form.ts';
import { beginSignIn, continueSignIn, resumeSignIn, type SignInPurpose } from './sign-in-pages.ts';
import { type Arrival, inRequestTime, timeLeftMs } from './time-limit.ts';

const VISIT = { purpose: 'lamps', action: '/lamps', field: 'page' } as const;
const SignInSubject = v.object({});
/** Only known accounts have lamps here, and this sign-in adds no account. */
const TARGET = { formAction: [], onlyKnown: true } as const;
/** How often the page of one link may be opened: more than a person needs. */
const VIEWS = { limit: 30, windowSeconds: 300 } as const;
/** A look at everything takes this long at most. */
const PROBES_MS = 8_000;

const contextOf = ({ reader, cloudName }: PagePorts): LampsContext => ({
  texts: reader.texts,
  cloud: cloudName,
  skill: reader.about.skill,
});

/**
 * The page "How are my lamps?". The link of a notice shows how the lamps are, and nothing of what people at home do; it is forwarded by
 * design. What switches a lamp, and the history, come after a sign-in at the device cloud, in this browser, within half an hour.
 */
export async function answerLamps(arrival: Arrival, ports: PagePorts): Promise<Response> {
  const { request } = arrival;
  const context = contextOf(ports);
  try {
    return await inRequestTime(arrival, ports, async (inTime, signal) => {
      if (request.method === 'GET') return await opened(arrival, context, inTime);
      const form = await readForm(request, FORM_LIMIT_BYTES);
      return form.get(VISIT.field) === undefined
        ? await signIn(form, arrival, context, inTime)
        : await act(form, arrival, context, inTime, signal);
    });
  } catch (error) {
    return await answerFailure(error, context, ports);
  }
}

/** A visit carries the states of some hundred lamps at most. */
const FORM_LIMIT_BYTES = 64 * 1024;

const purposeOf = ({ texts, cloud }: LampsContext): SignInPurpose<v.InferOutput<typeof SignInSubject>> => {
  const { title, signIn } = texts.lamps;
  return {
    name: 'lamps-sign-in',
    subject: SignInSubject,
    action: '/lamps',
    words: { title, why: signIn.why({ cloud }), submit: signIn.submit },
  };
};

async function opened(arrival: Arrival, context: LampsContext, ports: PagePorts): Promise<Response> {
  const { request } = arrival;
  const query = parseParameters(new URL(request.url).search.slice(1));
  if (query.get('t') === undefined) return (await beginSignIn(purposeOf(context), {}, TARGET, request, ports)).page;
  const token = sealedLink(query);
  const link = token === undefined ? undefined : openLampsLink(token, ports.sealer);
  if (token === undefined || !link) throw new LampsRefused('noLink');
  if (hasEnded(link, ports.clock.now())) throw new LampsRefused('tooOld');
  await countView(link.accountId, ports);
  ports.log.info('lamps-page-shown', { account: link.accountId, by: 'link' });
  const answers = answersIn(query);
  const evidence = await look(
    link.accountId,
    evidenceOfAnswers(answers, ports.clock.now().toISOString()),
    arrival,
    ports,
  );
  return await show({ evidence, records: [], answers, blinks: [] }, { by: 'link', token }, context, ports);
}

/** A table that does not answer refuses nobody: the page then says so. @throws LampsRefused */
async function countView(accountId: string, { throttle, clock }: LinkingPorts): Promise<void> {
  const counter = { name: 'lamps', key: `lamps#${accountId}`, labels: ['view'], anyOf: [{ limits: [VIEWS] }] };
  const taken = await throttle.take([counter], clock.now()).catch((error: unknown) => {
    if (!isSkillError(error)) throw error;
    return undefined;
  });
  if (taken?.taken === false) throw new LampsRefused('tooMany');
}

async function look(
  accountId: string,
  said: Evidence,
  arrival: Arrival,
  ports: LinkingPorts,
  lampId?: string,
): Promise<Evidence> {
  const withoutProbes = timeLeftMs(arrival, ports) < PROBES_MS;
  const question = { accountId, ...(lampId !== undefined && { lampId }), ...(withoutProbes && { withoutProbes }) };
  const evidence = await ports.diagnostics.gather(question);
  const { gateway, reports } = evidence;
  const acceptedAt = gateway?.state === 'accepted' && reports?.waiting === 0 ? gateway.at : undefined;
  const tile = said.tile && acceptedAt !== undefined ? { tile: { ...said.tile, acceptedAt } } : {};
  return { ...evidence, ...said, ...tile };
}

async function signIn(form: Parameters, arrival: Arrival, context: LampsContext, ports: PagePorts): Promise<Response> {
  const { request, address } = arrival;
  const flow = resumeSignIn(purposeOf(context), form, request, ports);
  const step = await continueSignIn(purposeOf(context), flow, TARGET, form, address, ports);
  if (step.kind === 'page') return step.page;
  await sayAllClear(step.account.id, ports);
  ports.log.info('lamps-page-shown', { account: step.account.id, by: 'sign-in' });
  const visit: Visit = { accountId: step.account.id, answers: {}, blinks: [] };
  const { flow: started } = startFlow<Visit>(visit, request, ports);
  return await showSignedIn(started, undefined, arrival, context, ports);
}

async function act(
  form: Parameters,
  arrival: Arrival,
  context: LampsContext,
  ports: PagePorts,
  signal: AbortSignal,
): Promise<Response> {
  const flow = openFlow(VISIT.purpose, Visit, form.get(VISIT.field), arrival.request, ports);
  const account = await accountOf(flow.subject.accountId, ports);
  const done = await perform(form, { visit: flow.subject, account, context, ports, signal });
  return await showSignedIn({ ...flow, subject: done.visit }, done.outcome, arrival, context, ports);
}

async function perform(form: Parameters, acting: ButtonContext): Promise<ButtonResult> {
  const { visit, ports } = acting;
  const [action = '', lampId = ''] = (form.get('action') ?? '').split(' ');
  const now = ports.clock.now().toISOString();
  switch (action) {
    case 'blink':
      return await blinkLamp(lampId, form.get('consent') === 'yes', acting);
    case 'blink-yes':
    case 'blink-no':
      return { visit: visit.blink ? { ...visit, blink: { ...visit.blink, seen: action === 'blink-yes' } } : visit };
    case 'tap':
      return await startTap(acting);
    case 'tap-look':
      return await lookForTap(acting);
    case 'speech-yes':
    case 'speech-no':
      return { visit: visit.trial ? { ...visit, trial: { ...visit.trial, speech: action === 'speech-yes' } } : visit };
    case 'press':
      return await startPress(acting);
    case 'press-look':
      return await lookForPress(acting);
    case 'follow-yes':
    case 'follow-no':
      return answerPress(visit, action === 'follow-yes');
    case 'look':
      // What was tried and seen before may have changed.
      return { visit: { accountId: visit.accountId, answers: {}, blinks: visit.blinks } };
    case 'seen':
      return { visit: { ...visit, answers: answersIn(form), answeredAt: now } };
    default:
      return { visit };
  }
}

async function showSignedIn(
  flow: Flow<Visit>,
  outcome: Outcome | undefined,
  arrival: Arrival,
  context: LampsContext,
  ports: PagePorts,
): Promise<Response> {
  const visit = flow.subject;
  const { accountId, answers, answeredAt = ports.clock.now().toISOString(), blinks, trial, blink, button } = visit;
  const said: Evidence = {
    ...evidenceOfAnswers(answers, answeredAt),
    ...(trial && { trial }),
    ...(blink && { blink }),
    ...(button && { button }),
  };
  const [evidence, records] = await Promise.all([
    look(accountId, said, arrival, ports, visit.lampId),
    ports.devices.list(accountId).catch((error: unknown) => {
      if (!(error instanceof StoreUnavailable)) throw error;
      return [];
    }),
  ]);
  const form = { ...VISIT, sealed: sealFlow(VISIT.purpose, flow, ports) };
  const shown = {
    evidence,
    records: records.filter(({ removedSince }) => removedSince === undefined),
    answers,
    blinks,
  };
  return await show(shown, { by: 'sign-in', form }, context, ports, outcome);
}

async function show(
  looked: Omit<PageEvidence, 'now'>,
  access: Access,
  context: LampsContext,
  { reader, clock }: PagePorts,
  outcome?: Outcome,
): Promise<Response> {
  const whole = { ...looked, ...(outcome?.setBack && { setBack: outcome.setBack }), now: clock.now() };
  const view = viewOf(whole, access.by === 'link' ? { ...context, isShared: true } : context, reader.dates);
  const names = (looked.evidence.plugs?.list ?? []).map(({ name }) => name);
  const { lamp } = context.texts.lamps.share;
  // One that Alexa does not know may be in no list.
  const aliasOf = (name: string) => lamp({ number: (names.includes(name) ? names.indexOf(name) : names.length) + 1 });
  const shared = viewOf(whole, { ...context, isShared: true, aliasOf }, reader.dates);
  return await lampsPage(reader, view, shareText(shared), access, outcome);
}

/** The refusals of the shared sign-in pages, as this page names them. */
const KIND: Readonly<Record<string, LampsRefusal>> = { 'too-old': 'formTooOld', 'other-browser': 'otherBrowser' };

function refusalOf(error: unknown): LampsRefusal | undefined {
  if (error instanceof LampsRefused) return error.kind;
  if (error instanceof PageRefusal) return Object.hasOwn(KIND, error.kind) ? KIND[error.kind] : 'malformed';
  return error instanceof OAuthError ? 'malformed' : undefined;
}

async function answerFailure(error: unknown, context: LampsContext, { reader, log }: PagePorts): Promise<Response> {
  const kind = refusalOf(error);
  if (kind) {
    log.warn('lamps-request-refused', { reason: kind });
    return await lampsRefusalPage(reader, kind, context);
  }
  log.error('lamps-request-failed', { error: asError(error) });
  return await failurePage(reader, isSkillError(error) ? 503 : 500, undefined);
}
