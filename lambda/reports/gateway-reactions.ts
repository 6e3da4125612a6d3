import type { EventRefused } from '../ports/errors.ts';

/** The event gateway's error codes (Amazon: send events to the Alexa event gateway). */
type GatewayCode =
  | 'INVALID_REQUEST_EXCEPTION'
  | 'INVALID_ACCESS_TOKEN_EXCEPTION'
  | 'SKILL_DISABLED_EXCEPTION'
  | 'SKILL_NEVER_ENABLED_EXCEPTION'
  | 'INSUFFICIENT_PERMISSION_EXCEPTION'
  | 'ACCOUNT_NOT_FOUND_EXCEPTION'
  | 'SKILL_NOT_FOUND_EXCEPTION'
  | 'REQUEST_ENTITY_TOO_LARGE_EXCEPTION'
  | 'THROTTLING_EXCEPTION'
  | 'INTERNAL_SERVICE_EXCEPTION'
  | 'SERVICE_UNAVAILABLE_EXCEPTION';

export type Reaction =
  /** A bug of ours: drop the event, notify the developer, never send it again. */
  | 'event-refused'
  /** Refresh the access token once and send once more. */
  | 'refresh'
  /** Usually the wrong region: try the other two gateways once, and keep the one that accepts. */
  | 'try-other-regions'
  /** Keep the grant, back off, notify the developer. */
  | 'events-not-permitted'
  | 'wrong-stage'
  /** Drop the event. Only a refused refresh proves that the grant has ended. */
  | 'account-not-found'
  /** Send in halves. */
  | 'split'
  /** Transient failure: retry later, with the state of that moment. */
  | 'retry';

const reactions: Readonly<Record<GatewayCode, { readonly status: number; readonly reaction: Reaction }>> = {
  INVALID_REQUEST_EXCEPTION: { status: 400, reaction: 'event-refused' },
  INVALID_ACCESS_TOKEN_EXCEPTION: { status: 401, reaction: 'refresh' },
  SKILL_DISABLED_EXCEPTION: { status: 403, reaction: 'try-other-regions' },
  SKILL_NEVER_ENABLED_EXCEPTION: { status: 403, reaction: 'try-other-regions' },
  INSUFFICIENT_PERMISSION_EXCEPTION: { status: 403, reaction: 'events-not-permitted' },
  ACCOUNT_NOT_FOUND_EXCEPTION: { status: 403, reaction: 'account-not-found' },
  SKILL_NOT_FOUND_EXCEPTION: { status: 404, reaction: 'wrong-stage' },
  REQUEST_ENTITY_TOO_LARGE_EXCEPTION: { status: 413, reaction: 'split' },
  THROTTLING_EXCEPTION: { status: 429, reaction: 'retry' },
  INTERNAL_SERVICE_EXCEPTION: { status: 500, reaction: 'retry' },
  SERVICE_UNAVAILABLE_EXCEPTION: { status: 503, reaction: 'retry' },
};

/** What an answer of the gateway leads to. The code decides; if we do not know the code, the first row with the same status decides. */
export function reactionTo({ status, code }: Pick<EventRefused, 'status' | 'code'>): Reaction {
  if (code !== undefined && Object.hasOwn(reactions, code)) return reactions[code as GatewayCode].reaction;
  // A redirect is a proxy's; 408 and 425 ask for the same event later. None of them says that the event is wrong.
  if (status >= 500 || status < 400 || status === 408 || status === 425) return 'retry';
  return Object.values(reactions).find((row) => row.status === status)?.reaction ?? 'event-refused';
}

export const saysDisabled = ({ code }: Pick<EventRefused, 'code'>): boolean =>
  code === ('SKILL_DISABLED_EXCEPTION' satisfies GatewayCode);
