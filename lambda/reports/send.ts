import { freshGrant, type GrantPorts } from '../domain/grants.ts';
import type { AlexaGateway } from '../ports/alexa-gateway.ts';
import {
  DeadlineExceeded,
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

/** How sending one event to one grant ended; the grant is as it is now. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly grant: Grant }
  /** Transient failure: retry later. */
  | { readonly kind: 'retry'; readonly grant: Grant; readonly error: SkillError }
  /** The event is too large. */
  | { readonly kind: 'split'; readonly grant: Grant; readonly error: SkillError }
  | { readonly kind: 'backoff'; readonly grant: Grant; readonly cause: GrantBackoffCause; readonly error: SkillError }
  /** Amazon has proved that the grant has ended. */
  | { readonly kind: 'revoked'; readonly grant: Grant; readonly error: SkillError };

/** Builds the event: its scope contains the access token. */
export type EventFor = (accessToken: string) => object;

const REGIONS: readonly AlexaRegion[] = ['NA', 'EU', 'FE'];
/** Amazon asks for at least a second between resends, and for three resends at most. */
const RESEND_AFTER_MS = 1_000;
export const MOST_RESENDS = 3;

/**
 * Sends one event to one grant's gateway, and reacts to the gateway's answer. It changes only the tokens of the grant and, after another
 * gateway has accepted the event, the region.
 * @param resends how often the event may be sent again within this call while the gateway fails
 * @throws only on a bug
 */
export async function sendEvent(
  grant: Grant,
  event: EventFor,
  ports: SendPorts,
  signal: AbortSignal,
  resends: number,
): Promise<Outcome> {
  return await unlessReplaced(grant, (one) => attempt(one, event, ports, signal, resends), ports);
}

/** How the trial of a grant ended. `accepted`: Login with Amazon gave a new access token, or did within the last hour. */
export type Trial = Exclude<Outcome, { readonly kind: 'split' }>;

/**
 * Refreshes a grant's access token unless it is fresh, and sends nothing: so a grant that Amazon has withdrawn is found without a change.
 * @throws only on a bug
 */
export const tryGrant = (grant: Grant, ports: GrantPorts, signal: AbortSignal): Promise<Trial> =>
  unlessReplaced<Trial>(
    grant,
    async (one) => {
      try {
        return { kind: 'accepted', grant: await freshGrant(one, ports, signal) };
      } catch (error) {
        return failedRefresh(one, skillError(error));
      }
    },
    ports,
  );

/** If the tokens were refreshed or replaced meanwhile, a refusal of the old ones proves nothing, and the new ones are tried. */
async function unlessReplaced<Result extends Outcome>(
  grant: Grant,
  use: (grant: Grant) => Promise<Result>,
  { grants }: GrantPorts,
): Promise<Result | Extract<Outcome, { kind: 'retry' }>> {
  const outcome = await use(grant);
  if (outcome.kind !== 'revoked') return outcome;
  const standing = await grants.get(grant.accountId, grant.id).catch((error: unknown) => skillError(error));
  if (standing instanceof Error) return { kind: 'retry', grant, error: standing };
  if (!standing || standing.tokens.refreshToken === outcome.grant.tokens.refreshToken) return outcome;
  return await use(standing);
}

/** What it means that the refresh of a grant's access token failed. */
function failedRefresh(grant: Grant, error: SkillError): Trial {
  if (error instanceof GrantRevoked) return { kind: 'revoked', grant, error };
  if (error instanceof MessagingClientRefused)
    return { kind: 'backoff', grant, cause: 'messaging-client-refused', error };
  return { kind: 'retry', grant, error };
}

async function attempt(
  grant: Grant,
  event: EventFor,
  ports: SendPorts,
  signal: AbortSignal,
  resends: number,
): Promise<Outcome> {
  let current = grant;
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
        case 'try-other-regions':
          return await tryOtherRegions(current, refused, event, ports, signal);
        case 'split':
          return { kind: 'split', grant: current, error: refused };
        default:
          return backoff(reaction, refused);
      }
    }
  } catch (thrown) {
    // A request that our own deadline ended says nothing of who was asked.
    const ended: unknown = signal.aborted ? signal.reason : undefined;
    return failedRefresh(current, ended instanceof DeadlineExceeded ? ended : skillError(thrown));
  }
}

/** Tries the other two gateways once each. The skill is disabled only if all three say so. */
async function tryOtherRegions(
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
    if (!refused) return { kind: 'accepted', grant: await withRegion(grant, region, ports) };
    answers.push(refused);
  }
  const transient = answers.find((answer) => reactionOf(answer) === 'retry');
  if (transient) return { kind: 'retry', grant, error: transient };
  if (answers.every((answer) => answer instanceof EventRefused && saysDisabled(answer)))
    return { kind: 'revoked', grant, error: first };
  return { kind: 'backoff', grant, cause: 'never-enabled', error: first };
}

/** Saves the region whose gateway accepted. If that write fails, the next event finds the region again. */
async function withRegion(grant: Grant, region: AlexaRegion, { grants }: SendPorts): Promise<Grant> {
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

/** @throws an error that no port declares, since that is a bug */
function skillError(error: unknown): SkillError {
  if (isSkillError(error)) return error;
  throw error;
}
