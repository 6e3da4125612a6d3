import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { InvalidDirective } from './errors.ts';
import { ENDPOINT_ID } from './limits.ts';

/** A directive as Alexa sends it, checked (message guide of the smart home skill API, payload version 3). */
export interface Directive {
  readonly namespace: string;
  readonly name: string;
  /** On control directives and ReportState; goes into their answer unchanged. */
  readonly correlationToken?: string;
  readonly endpointId?: string;
  /** The access token of the account, as it comes with an endpoint. */
  readonly token?: string;
  /** What discovery attached to the endpoint, if it came back. */
  readonly cookie?: Readonly<Record<string, unknown>>;
  /** Unchecked: the interface's own schema does that. */
  readonly payload: unknown;
}

/** One reported property, in the protocol's own words. */
export interface Property {
  readonly namespace: string;
  readonly name: string;
  readonly value: unknown;
  readonly timeOfSample: string;
  readonly uncertaintyInMilliseconds: number;
}

/** What Alexa gets: the answer to a directive, or the body of a post to the event gateway. */
export interface Message {
  readonly event: {
    readonly header: {
      readonly namespace: string;
      readonly name: string;
      readonly payloadVersion: '3';
      readonly messageId: string;
      readonly correlationToken?: string;
    };
    readonly endpoint?: { readonly endpointId: string; readonly scope?: BearerScope };
    readonly payload: object;
  };
  readonly context?: { readonly properties: readonly Property[] };
}

export interface BearerScope {
  readonly type: 'BearerToken';
  readonly token: string;
}

const text = v.pipe(v.string(), v.minLength(1));
/** An endpointId with anything else is none of ours and is not repeated either. */
export const endpointId = v.pipe(v.string(), v.regex(ENDPOINT_ID));

// Unknown keys are let pass: Amazon adds some, and its capability tests send `payload: null`.
const Envelope = v.object({
  directive: v.object({
    header: v.object({
      namespace: text,
      name: text,
      payloadVersion: v.literal('3'),
      correlationToken: v.optional(text),
    }),
    endpoint: v.optional(
      v.object({
        endpointId,
        scope: v.object({ type: v.literal('BearerToken'), token: v.string() }),
        // Not needed, so a strange one counts as absent.
        cookie: v.fallback(v.optional(v.record(v.string(), v.unknown())), undefined),
      }),
    ),
    payload: v.optional(v.unknown()),
  }),
});

/**
 * Reads a directive from an event.
 * @throws InvalidDirective when it is none
 */
export function toDirective(event: unknown): Directive {
  const result = v.safeParse(Envelope, event);
  if (!result.success) {
    const field = v.getDotPath(result.issues[0]) ?? undefined;
    throw new InvalidDirective(`malformed directive: ${field ?? 'no object'}`, field);
  }
  const { header, endpoint, payload } = result.output.directive;
  return {
    namespace: header.namespace,
    name: header.name,
    payload,
    ...(header.correlationToken !== undefined && { correlationToken: header.correlationToken }),
    ...(endpoint && { endpointId: endpoint.endpointId, token: endpoint.scope.token }),
    ...(endpoint?.cookie && { cookie: endpoint.cookie }),
  };
}

/** What an answer repeats from its directive. */
export type Addressed = Pick<Directive, 'correlationToken' | 'endpointId'>;

/** What can still be read from an event that is no directive, so that its error reaches the right place. */
export function addressOf(event: unknown): Addressed {
  const part = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  const directive = part(event, 'directive');
  const token = v.safeParse(text, part(part(directive, 'header'), 'correlationToken'));
  const id = v.safeParse(endpointId, part(part(directive, 'endpoint'), 'endpointId'));
  return { ...(token.success && { correlationToken: token.output }), ...(id.success && { endpointId: id.output }) };
}

const header = (namespace: string, name: string, correlationToken?: string) => ({
  namespace,
  name,
  payloadVersion: '3' as const,
  messageId: randomUUID(),
  ...(correlationToken !== undefined && { correlationToken }),
});

const endpointOf = ({ endpointId }: Addressed) => endpointId !== undefined && { endpoint: { endpointId } };

/** The answer to a control directive (`Response`) or to ReportState (`StateReport`). */
export const stateMessage = (
  name: 'Response' | 'StateReport',
  to: Addressed,
  properties: readonly Property[],
): Message => ({
  event: { header: header('Alexa', name, to.correlationToken), ...endpointOf(to), payload: {} },
  context: { properties },
});

/**
 * @param message for Amazon's log only, never spoken: it names nothing secret
 * @param extra keys that the type asks for or allows, e.g. `validRange`
 */
export const errorResponse = (to: Addressed, type: string, message: string, extra: object = {}): Message => ({
  event: {
    header: header('Alexa', 'ErrorResponse', to.correlationToken),
    ...endpointOf(to),
    payload: { type, message, ...extra },
  },
});

export const discoverResponse = (endpoints: readonly object[]): Message => ({
  event: { header: header('Alexa.Discovery', 'Discover.Response'), payload: { endpoints } },
});

export const acceptGrantResponse = (to: Addressed): Message => ({
  event: { header: header('Alexa.Authorization', 'AcceptGrant.Response', to.correlationToken), payload: {} },
});

export const acceptGrantError = (to: Addressed, message: string): Message => ({
  event: {
    header: header('Alexa.Authorization', 'ErrorResponse', to.correlationToken),
    payload: { type: 'ACCEPT_GRANT_FAILED', message },
  },
});

/**
 * A change of one endpoint, for the event gateway (Alexa / ChangeReport): never with a correlationToken, always with Login with
 * Amazon's token. Each property is either among the changed or in the context.
 */
export const changeReport = (
  endpointId: string,
  accessToken: string,
  cause: string,
  changed: readonly Property[],
  unchanged: readonly Property[],
): Message => ({
  event: {
    header: header('Alexa', 'ChangeReport'),
    endpoint: { endpointId, scope: { type: 'BearerToken', token: accessToken } },
    payload: { change: { cause: { type: cause }, properties: changed } },
  },
  context: { properties: unchanged },
});

/** Endpoints that are new, or whose description has changed, for the event gateway. The scope is in the payload, and nothing is ever deleted by it. */
export const addOrUpdateReport = (endpoints: readonly object[], accessToken: string): Message => ({
  event: {
    header: header('Alexa.Discovery', 'AddOrUpdateReport'),
    payload: { endpoints, scope: { type: 'BearerToken', token: accessToken } },
  },
});

/** Endpoints that are gone for good, for the event gateway; one that is merely offline is not. */
export const deleteReport = (endpointIds: readonly string[], accessToken: string): Message => ({
  event: {
    header: header('Alexa.Discovery', 'DeleteReport'),
    payload: {
      endpoints: endpointIds.map((endpointId) => ({ endpointId })),
      scope: { type: 'BearerToken', token: accessToken },
    },
  },
});
