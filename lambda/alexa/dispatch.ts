import { GenericRequestDispatcher, RuntimeConfigurationBuilder } from 'ask-sdk-runtime';
import { asError } from '../basics/as-error.ts';
import { withDeadline } from '../domain/deadline.ts';
import { isCloudUnreachable, isSkillError } from '../ports/errors.ts';
import { acceptGrant, isAcceptGrant } from './accept-grant.ts';
import { controlHandlers } from './control.ts';
import { discover } from './discover.ts';
import {
  directiveErrorTypes,
  errorTypeOf,
  InvalidDirective,
  isDirectiveError,
  isOurFault,
  ValueOutOfRange,
} from './errors.ts';
import { type Addressed, acceptGrantError, addressOf, errorResponse, type Message, toDirective } from './messages.ts';
import { metered } from './meter.ts';
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
  const answer = await withDeadline(DEADLINE_MS, { ...ports, cloud: meter.cloud }, (signal, observed) => {
    input = { directive: toDirective(event), ports: observed, signal };
    return dispatcher.dispatch(input);
  }).catch(async (error: unknown) => {
    await noteFailure(error, input, ports);
    return toError(error, event, input, ports);
  });
  const { payload, header } = answer.event;
  ports.log.info('directive', {
    directive: input ? `${input.directive.namespace}.${input.directive.name}`.slice(0, 80) : 'malformed',
    account: input?.account,
    outcome: 'type' in payload ? String(payload.type) : header.name,
    ms: ports.clock.now().getTime() - began,
    cloudMs: meter.ms,
    cloudCalls: meter.calls,
  });
  return answer;
}

const ASKED_BY_ALEXA: ReadonlySet<string> = new Set(['Alexa', 'Alexa.Discovery', 'Alexa.Authorization']);
/** How long the answer to Alexa waits for the note. */
const NOTE_MS = 300;

/** Notes that a person's command failed because the device cloud does not answer. */
async function noteFailure(error: unknown, input: Input | undefined, { notices, clock }: SkillPorts): Promise<void> {
  if (input?.account === undefined || !isCloudUnreachable(error) || ASKED_BY_ALEXA.has(input.directive.namespace))
    return;
  const end = new AbortController();
  const late = clock.wait(NOTE_MS, end.signal).catch(() => undefined);
  await Promise.race([notices.commandFailed(input.account), late]);
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
