import { freshGrant, type GrantPorts } from '../domain/grants.ts';
import type { AlexaGateway } from '../ports/alexa-gateway.ts';
import {
  EventRefused,
  GatewayUnreachable,
  GrantRevoked,
  isSkillError,
  MessagingClientRefused,
  type SkillError,
} from '../ports/errors.ts';
import type { AlexaRegion, Grant, GrantBackoffCause } from '../ports/grant-store.ts';
import { type Reaction, reactionTo, saysDisabled } from './gateway-reactions.ts';

export interface SendPorts extends GrantPorts {
  readonly gateway: AlexaGateway;
}

/** What became of one event on its way to one grant's Alexa; the grant is as it stands now. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly grant: Grant }
  /** Weather: nothing is known, and another try may do. */
  | { readonly kind: 'retry'; readonly grant: Grant; readonly error: SkillError }
  /** The event is too large. */
  | { readonly kind: 'split'; readonly grant: Grant; readonly error: SkillError }
  | { readonly kind: 'backoff'; readonly grant: Grant; readonly cause: GrantBackoffCause; readonly error: SkillError }
  /** The grant is proved to be over. */
  | { readonly kind: 'revoked'; readonly grant: Grant; readonly error: SkillError };

/** An event needs its access token in its scope, too. */
export type EventFor = (accessToken: string) => object;

const REGIONS: readonly AlexaRegion[] = ['NA', 'EU', 'FE'];
/** Amazon asks for a second at the least between resends, and for three of them at the most. */
const RESEND_AFTER_MS = 1_000;
export const MOST_RESENDS = 3;

/**
 * Sends one event to one grant's gateway, and follows what the gateway answers as far as that goes without giving up. Changes nothing
 * of the grant but its tokens and, once another gateway has accepted, its region.
 * @param resends how often it may be sent again within this call while the gateway is in trouble
 * @throws only what is a bug
 */
export async function sendEvent(
  grant: Grant,
  event: EventFor,
  ports: SendPorts,
  signal: AbortSignal,
  resends: number,
): Promise<Outcome> {
  const outcome = await attempt(grant, event, ports, signal, resends);
  if (outcome.kind !== 'revoked') return outcome;
  // Whoever refreshed meanwhile, or linked anew, has made these tokens old: that they are refused proves nothing.
  const standing = await ports.grants.get(grant.accountId, grant.id).catch((error: unknown) => skillError(error));
  if (standing instanceof Error) return { kind: 'retry', grant, error: standing };
  if (!standing || standing.tokens.refreshToken === outcome.grant.tokens.refreshToken) return outcome;
  return await attempt(standing, event, ports, signal, resends);
}

async function attempt(
  grant: Grant,
  event: EventFor,
  ports: SendPorts,
  signal: AbortSignal,
  resends: number,
): Promise<Outcome> {
  let current = grant;
  const over = (error: SkillError): Outcome => ({ kind: 'revoked', grant: current, error });
  const backoff = (cause: GrantBackoffCause, error: SkillError): Outcome => ({
    kind: 'backoff',
    grant: current,
    cause,
    error,
  });
  try {
    current = await freshGrant(current, ports, signal);
    let refreshed = false;
    for (let resent = 0; ; ) {
      const refused = await post(current.region, current, event, ports, signal);
      if (!refused) return { kind: 'accepted', grant: current };
      const reaction = reactionOf(refused);
      switch (reaction) {
        case 'retry':
          if (resent === resends) return { kind: 'retry', grant: current, error: refused };
          resent += 1;
          await ports.clock.wait(RESEND_AFTER_MS * (1 + Math.random() / 2), signal);
          continue;
        case 'refresh':
          if (refreshed) return backoff('lwa-token-rejected', refused);
          current = await freshGrant(current, ports, signal, current.tokens.accessToken);
          refreshed = true;
          continue;
        case 'account-not-found':
          current = await freshGrant(current, ports, signal, current.tokens.accessToken);
          return backoff('account-not-found', refused);
        case 'look-elsewhere':
          return await lookElsewhere(current, refused, event, ports, signal);
        case 'split':
          return { kind: 'split', grant: current, error: refused };
        default:
          return backoff(reaction, refused);
      }
    }
  } catch (thrown) {
    const error = skillError(thrown);
    if (error instanceof GrantRevoked) return over(error);
    if (error instanceof MessagingClientRefused) return backoff('messaging-client-refused', error);
    return { kind: 'retry', grant: current, error };
  }
}

/** The other two gateways, once each. The skill is disabled only if all three say so. */
async function lookElsewhere(
  grant: Grant,
  first: SkillError,
  event: EventFor,
  ports: SendPorts,
  signal: AbortSignal,
): Promise<Outcome> {
  const answers = [first];
  for (const region of REGIONS) {
    if (region === grant.region) continue;
    const refused = await post(region, grant, event, ports, signal);
    if (!refused) return { kind: 'accepted', grant: await moved(grant, region, ports) };
    answers.push(refused);
  }
  const weather = answers.find((answer) => reactionOf(answer) === 'retry');
  if (weather) return { kind: 'retry', grant, error: weather };
  if (answers.every((answer) => answer instanceof EventRefused && saysDisabled(answer)))
    return { kind: 'revoked', grant, error: first };
  return { kind: 'backoff', grant, cause: 'never-enabled', error: first };
}

/** The grant in its true region. The event has been accepted, so what goes wrong with the writing is found again next time. */
async function moved(grant: Grant, region: AlexaRegion, { grants }: SendPorts): Promise<Grant> {
  try {
    const { backoff } = grant;
    return (await grants.amend(grant, { region, ...(backoff && { backoff }) })) ?? grant;
  } catch (error) {
    skillError(error);
    return grant;
  }
}

/** @returns nothing when the event was accepted */
async function post(
  region: AlexaRegion,
  { tokens: { accessToken } }: Grant,
  event: EventFor,
  { gateway }: SendPorts,
  signal: AbortSignal,
): Promise<EventRefused | GatewayUnreachable | undefined> {
  try {
    await gateway.send(region, accessToken, event(accessToken), signal);
    return undefined;
  } catch (error) {
    if (error instanceof EventRefused || error instanceof GatewayUnreachable) return error;
    throw error;
  }
}

const reactionOf = (error: SkillError): Reaction => (error instanceof EventRefused ? reactionTo(error) : 'retry');

/** @throws what is none of ours, since that is a bug */
function skillError(error: unknown): SkillError {
  if (isSkillError(error)) return error;
  throw error;
}
