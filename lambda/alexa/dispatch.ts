import { GenericRequestDispatcher, RuntimeConfigurationBuilder } from 'ask-sdk-runtime';
import { asError } from '../basics/as-error.ts';
import { withDeadline } from '../domain/deadline.ts';
import {
  BearerExpired,
  DeadlineExceeded,
  isCloudOutage,
  isSkillError,
  SessionRejected,
  type SkillError,
  StoreUnavailable,
} from '../ports/errors.ts';
import type { AccountEvidence, FailedDirective, LateAnswer } from '../ports/evidence-store.ts';
import { acceptGrant, isAcceptGrant } from './accept-grant.ts';
import { malformedField } from './answer-check.ts';
import { controlHandlers } from './control.ts';
import { discover } from './discover.ts';
import {
  directiveErrorTypes,
  errorTypeOf,
  InvalidDirective,
  isDirectiveError,
  isOfOneAccount,
  isOurFault,
  ValueOutOfRange,
} from './errors.ts';
import { type Addressed, acceptGrantError, addressOf, errorResponse, type Message, toDirective } from './messages.ts';
import { type Meter, metered } from './meter.ts';
import { reportState } from './report-state.ts';
import type { Input, SkillPorts } from './skill.ts';

/** Alexa waits 8 s for the whole directive; one of them is kept for the answer and its way. */
const DEADLINE_MS = 7_000;

const dispatcher = new GenericRequestDispatcher<Input, Message>(
  new RuntimeConfigurationBuilder<Input, Message>()
    .addRequestHandlers(...controlHandlers, reportState, discover, acceptGrant, {
      canHandle: () => true,
      handle: ({ directive }) => {
        throw new InvalidDirective(`no directive ${directive.namespace} ${directive.name} here`, 'header.name');
      },
    })
    .getRuntimeConfiguration(),
);

/**
 * Answers a directive of the smart home skill API, payload version 3. Never throws: whatever comes, the answer is a well-formed message.
 */
export async function answerDirective(event: unknown, ports: SkillPorts): Promise<Message> {
  const began = ports.clock.now().getTime();
  const meter = metered(ports.cloud, ports.clock);
  let input: Input | undefined;
  // For the alarm on most directives failing: what one account alone causes says nothing of the others.
  let generalFailure: 0 | 1 | undefined = 0;
  const lateness = () => lateAnswer(began, meter, ports);
  let failure: { readonly error: unknown } | undefined;
  let answer = await withDeadline(DEADLINE_MS, { ...ports, cloud: meter.cloud }, (signal, observed) => {
    input = { directive: toDirective(event), ports: observed, signal };
    return dispatcher.dispatch(input);
  }).catch((error: unknown) => {
    failure = { error };
    return toError(error, event, input, ports);
  });
  const to = input?.directive ?? addressOf(event);
  const field = input?.leftOut ?? malformedField(answer, to);
  if (field !== undefined) {
    // A list without one malformed device is an answer.
    generalFailure = input?.leftOut === undefined ? 1 : undefined;
    const { instead } = await import('./malformed-answer.ts');
    answer = instead({ answer, field, to, input }, ports);
    await noteMalformed(input?.account, ports);
  } else if (failure) {
    generalFailure = isOfOneAccount(failure.error) ? undefined : 1;
    await noteFailure(failure.error, input, lateness(), ports);
  } else await noteSuccess(input, lateness(), ports);
  const { payload, header } = answer.event;
  ports.log.info('directive', {
    directive: input ? `${input.directive.namespace}.${input.directive.name}`.slice(0, 80) : 'malformed',
    account: input?.account,
    outcome: 'type' in payload ? String(payload.type) : header.name,
    ms: ports.clock.now().getTime() - began,
    cloudMs: meter.ms,
    cloudCalls: meter.calls,
    generalFailure,
  });
  return answer;
}

const ASKED_BY_ALEXA: ReadonlySet<string> = new Set(['Alexa', 'Alexa.Discovery', 'Alexa.Authorization']);
/** How long the answer to Alexa waits for the notes. */
const NOTE_MS = 300;

/** An answer that comes when the time of the directive is up: with its way it is too late for Alexa, or nearly so. */
function lateAnswer(began: number, { ms: cloudMs }: Meter, { clock }: SkillPorts): LateAnswer | undefined {
  const now = clock.now();
  const ms = now.getTime() - began;
  return ms < DEADLINE_MS ? undefined : { at: now.toISOString(), ms, cloudMs };
}

type Late = LateAnswer | undefined;

/** Notes that the account's directives are answered well, and that one was late: once an hour at most. */
async function noteSuccess(input: Input | undefined, late: Late, ports: SkillPorts): Promise<void> {
  const { account, directive } = input ?? {};
  if (account === undefined) return;
  const { clock, directiveMemory, passthrough } = ports;
  const evidence = directiveMemory.good(account, clock.now(), late);
  if (evidence) await soon(note(account, evidence, ports), ports);
  const usesTable = evidence !== undefined || directive?.namespace === 'Alexa.Discovery';
  if (passthrough) await soon(passthrough.tokenTaken(account, usesTable), ports);
}

/** Notes that Alexa would have refused an answer: once a minute at most. */
async function noteMalformed(account: string | undefined, ports: SkillPorts): Promise<void> {
  const evidence = account === undefined ? undefined : ports.directiveMemory.malformed(account, ports.clock.now());
  if (account !== undefined && evidence) await soon(note(account, evidence, ports), ports);
}

/** Notes what failed, and that a person's command failed because of an outage. */
async function noteFailure(error: unknown, input: Input | undefined, late: Late, ports: SkillPorts): Promise<void> {
  if (!isSkillError(error) || isTableAway(error)) return;
  const account = error instanceof BearerExpired ? error.accountId : input?.account;
  if (account === undefined) {
    await soon(ports.refusedTokens.note(error, input?.directive.endpointId), ports);
    return;
  }
  const now = ports.clock.now();
  const waitingFor = error instanceof DeadlineExceeded ? error.waitingFor : undefined;
  const failed: FailedDirective = { at: now.toISOString(), error: error.name, ...(waitingFor && { waitingFor }) };
  const evidence = ports.directiveMemory.failed(account, failed, now, late);
  const isOutage = isCloudOutage(error) || error instanceof SessionRejected;
  const isOfPerson = isOutage && !ASKED_BY_ALEXA.has(input?.directive.namespace ?? '');
  const notes = [
    evidence && note(account, evidence, ports),
    isOfPerson && ports.notices.commandFailed(account),
    error instanceof SessionRejected && ports.passthrough?.tokenRefused(account),
  ];
  if (notes.some(Boolean)) await soon(Promise.all(notes), ports);
}

/** The note would wait for the same table. */
const isTableAway = (error: SkillError): boolean =>
  error instanceof StoreUnavailable ||
  (error instanceof DeadlineExceeded && (error.waitingFor === 'table' || error.waitingFor === 'secrets'));

/** Never throws: the answer to Alexa is more important. */
const note = (account: string, evidence: AccountEvidence, { evidence: store, clock, log }: SkillPorts): Promise<void> =>
  store.note(account, evidence, clock.now()).catch((error: unknown) => {
    log.warn('evidence-not-noted', { account, error: asError(error) });
  });

async function soon(work: Promise<unknown>, { clock }: SkillPorts): Promise<void> {
  const end = new AbortController();
  const late = clock.wait(NOTE_MS, end.signal).catch(() => undefined);
  await Promise.race([work, late]);
  end.abort();
}

function toError(error: unknown, event: unknown, input: Input | undefined, { log }: SkillPorts): Message {
  const to: Addressed = input?.directive ?? addressOf(event);
  if (isDirectiveError(error)) {
    log.warn('directive-refused', { account: input?.account, field: error.field, reason: error.message });
    return refusal(directiveErrorTypes[error.name], error.message, to, input, error);
  }
  if (isSkillError(error)) {
    const [type, message] = errorTypeOf(error);
    // A person is looking at the screen while a grant is accepted: whatever is wrong then, somebody should look.
    const loud = isOurFault(error) || (input !== undefined && isAcceptGrant(input.directive));
    log[loud ? 'error' : 'warn']('directive-failed', { account: input?.account, error });
    return refusal(type, message, to, input);
  }
  log.error('bug', { account: input?.account, error: asError(error) });
  return refusal('INTERNAL_ERROR', 'internal error', to, input);
}

function refusal(type: string, message: string, to: Addressed, input: Input | undefined, error?: Error): Message {
  if (input && isAcceptGrant(input.directive)) return acceptGrantError(to, message);
  return errorResponse(to, type, message, error instanceof ValueOutOfRange ? { validRange: error.validRange } : {});
}
