import type { AlexaExchange } from './alexa/contract.ts';
import type { TokenExchange } from './alexa/linking.ts';
import type { HopMessage } from './chain.ts';
import type { Hop } from './console/protocol.ts';
import type { Exchange } from './my-leviton/contract.ts';
import type { QueueExchange } from './queue/fifo-queue.ts';

// How the messages of the emulators become messages of the page. What does not look as expected is shown all the same.

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((part, key) => (isObject(part) ? part[key] : undefined), value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Who is to blame for an ErrorResponse, as far as its type tells. */
const BLAME: Readonly<Record<string, { hop: Hop; sentence: string }>> = {
  ENDPOINT_UNREACHABLE: { hop: 'plug', sentence: 'The plug is not connected to its cloud.' },
  BRIDGE_UNREACHABLE: {
    hop: 'device-cloud',
    sentence: 'The device cloud did not answer in time, or not as it should.',
  },
  RATE_LIMIT_EXCEEDED: { hop: 'device-cloud', sentence: 'The device cloud asks for fewer requests.' },
  NO_SUCH_ENDPOINT: { hop: 'device-cloud', sentence: 'The account has no such device.' },
  INVALID_AUTHORIZATION_CREDENTIAL: { hop: 'alexa', sentence: 'Alexa presented a token that is not ours.' },
  EXPIRED_AUTHORIZATION_CREDENTIAL: { hop: 'alexa', sentence: 'Alexa presented a token that has ended.' },
  ACCEPT_GRANT_FAILED: { hop: 'lwa', sentence: 'Login with Amazon gave no tokens for the event gateway.' },
};

/** A message of the emulated Alexa: a directive, a token request, or an event at a gateway. */
export function ofAlexa({ channel, region, sent, answered, status, ms, problems }: AlexaExchange): HopMessage {
  const both = { sent, answered, ms, problems };
  if (channel === 'lwa') {
    const grantType = text(at(sent, 'grant_type'));
    const title = grantType === 'authorization_code' ? 'exchange the grant code' : 'refresh the access token';
    const ok = status === 200;
    const from = grantType === 'authorization_code' ? 'skill' : 'report-worker';
    const blame = { hop: 'lwa' as const, sentence: 'Login with Amazon gives no tokens, so reports must wait.' };
    return { ...both, from, to: 'lwa', title, outcome: outcomeOf(status), ok, ...(!ok && { blame }) };
  }
  if (channel === 'gateway') {
    const title = `${text(at(sent, 'event', 'header', 'name')) || 'event'} (${region ?? '?'})`;
    const ok = status >= 200 && status < 300 && problems.length === 0;
    return { ...both, from: 'report-worker', to: 'gateway', title, outcome: outcomeOf(status), ok };
  }
  const payload = at(sent, 'directive', 'payload');
  const value = at(payload, 'brightness') ?? at(payload, 'brightnessDelta');
  const title = [text(at(sent, 'directive', 'header', 'name')) || 'directive', value]
    .filter((one) => one !== undefined)
    .join(' ');
  const name = text(at(answered, 'event', 'header', 'name'));
  const type = text(at(answered, 'event', 'payload', 'type'));
  const ok = name !== '' && name !== 'ErrorResponse' && problems.length === 0;
  const blame = ok ? undefined : BLAME[type];
  return {
    ...both,
    from: 'alexa',
    to: 'skill',
    title,
    outcome: type || name || 'no answer',
    ok,
    ...(blame && { blame }),
  };
}

/** A request of Alexa's to our token endpoint. */
export function ofLinking({ grantType, sent, answered, status, ms }: TokenExchange): HopMessage {
  const ok = status === 200;
  const sentence =
    status === 0 || status >= 500
      ? 'The sign-in server did not answer; Alexa keeps the link and comes again.'
      : 'The sign-in server refused Alexa, which ends the link.';
  return {
    from: 'alexa',
    to: 'account-linking',
    title: grantType === 'refresh_token' ? 'refresh the access token' : 'exchange the code',
    outcome: outcomeOf(status),
    ok,
    ms,
    sent,
    answered,
    ...(!ok && { blame: { hop: 'account-linking' as const, sentence } }),
  };
}

const outcomeOf = (status: number): string => (status === 0 ? 'no answer' : String(status));

/**
 * A message of the emulated device cloud; nothing for frames that only keep the channel alive.
 * @param asker who makes REST requests at this moment
 */
export function ofMyLeviton(
  { channel, request, response, outbound, ms }: Exchange,
  asker: Hop,
): HopMessage | undefined {
  if (channel === 'rest') {
    const path = request.path.replace(/\?.*$/, '');
    const ok = response.status >= 200 && response.status < 300 && isObject(response.body ?? {});
    const sentence =
      response.status === 401
        ? 'The device cloud no longer takes the session.'
        : 'The device cloud did not answer as it should.';
    return {
      from: asker,
      to: 'device-cloud',
      title: `${request.method} ${path}`,
      outcome: outcomeOf(response.status),
      ok,
      ms,
      ...(request.body !== undefined && { sent: request.body }),
      ...(response.body !== undefined && { answered: response.body }),
      ...(!ok && { blame: { hop: 'device-cloud' as const, sentence } }),
    };
  }
  if (request.method !== 'FRAME') {
    const ok = response.status === 101;
    return {
      from: 'device-watch',
      to: 'device-cloud',
      title: 'open the push channel',
      outcome: outcomeOf(response.status),
      ok,
    };
  }
  if (!outbound || at(response.body, 'type') !== 'notification') return undefined;
  return {
    from: 'device-cloud',
    to: 'device-watch',
    title: `push for ${String(at(response.body, 'notification', 'modelId'))}`,
    outcome: describeData(at(response.body, 'notification', 'data')),
    ok: true,
    sent: response.body,
  };
}

function describeData(data: unknown): string {
  const said = ['power', 'brightness', 'connected'].flatMap((name) => {
    const value = at(data, name);
    return value === undefined ? [] : [`${name} ${String(value)}`];
  });
  return said.join(', ') || 'nothing of interest';
}

/** A batch of the report queue, in the worker's hands. */
export function ofQueue({ event, failed, error, ms }: QueueExchange): HopMessage {
  const ok = failed.length === 0 && error === undefined;
  return {
    from: 'queue',
    to: 'report-worker',
    title: event.Records.length === 1 ? 'a sample' : `${event.Records.length} samples`,
    outcome: ok ? 'done' : 'will come again',
    ok,
    ms,
    sent: event.Records.map(({ body }) => parsed(body)),
    ...(!ok && {
      blame: { hop: 'report-worker' as const, sentence: 'A report could not be delivered yet; it is tried again.' },
    }),
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
