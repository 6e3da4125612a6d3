import { parseJson } from '../lambda/basics/json.ts';
import type { AlexaExchange } from './alexa/contract.ts';
import type { TokenExchange } from './alexa/token-endpoint.ts';
import { ofAlexaApi, ofConsent, ofLoginWithAmazon } from './amazon-messages.ts';
import type { Break } from './broken-paths.ts';
import type { DeskDevice } from './desk-cloud.ts';
import { at, isObject, text } from './json-path.ts';
import type { SignInExchange } from './maker/sign-in-server/contract.ts';
import type { HopMessage } from './message-log.ts';
import { type Names, outcomeOf, prefixed } from './message-names.ts';
import type { Exchange } from './my-leviton/contract.ts';
import type { Hop } from './page/protocol.ts';
import type { QueueExchange } from './queue/fifo-queue.ts';

// How the messages of the emulators become messages of the page. What does not look as expected is shown anyway.

/** Who is to blame for an ErrorResponse, as far as its type says. `path` is what has to work again. */
const BLAME: Readonly<Record<string, { hop: Hop; path: 'plug' | 'cloud' | 'link' | 'grant'; sentence: string }>> = {
  ENDPOINT_UNREACHABLE: { hop: 'plug', path: 'plug', sentence: 'The plug is not connected to its cloud.' },
  BRIDGE_UNREACHABLE: {
    hop: 'device-cloud',
    path: 'cloud',
    sentence: 'The device cloud did not answer in time, or not as it should.',
  },
  RATE_LIMIT_EXCEEDED: { hop: 'device-cloud', path: 'cloud', sentence: 'The device cloud asks for fewer requests.' },
  NO_SUCH_ENDPOINT: { hop: 'device-cloud', path: 'cloud', sentence: 'The account has no such device.' },
  INVALID_AUTHORIZATION_CREDENTIAL: {
    hop: 'alexa',
    path: 'link',
    sentence: 'Alexa presented a token that is not ours.',
  },
  EXPIRED_AUTHORIZATION_CREDENTIAL: { hop: 'alexa', path: 'link', sentence: 'Alexa presented a token that has ended.' },
  ACCEPT_GRANT_FAILED: {
    hop: 'lwa',
    path: 'grant',
    sentence: 'Login with Amazon gave no tokens for the event gateway.',
  },
};

/** A message of the emulated Alexa: a directive, a token request, or an event at a gateway. */
export function ofAlexa(exchange: AlexaExchange, names: Names): HopMessage {
  if (exchange.channel === 'lwa') return ofLoginWithAmazon(exchange, names);
  if (exchange.channel === 'gateway') return ofGateway(exchange, names);
  if (exchange.channel === 'consent') return ofConsent(exchange);
  if (exchange.channel === 'alexa-api') return ofAlexaApi(exchange);
  return ofDirective(exchange, names);
}

function ofGateway(exchange: AlexaExchange, names: Names): HopMessage {
  const { sent, answered, status, ms, problems, region = '?', customer = '' } = exchange;
  const name = text(at(sent, 'event', 'header', 'name')) || 'event';
  const accepted = status >= 200 && status < 300;
  const path = `gateway/${customer}`;
  const outcome = outcomeOf(status);
  const sentence = prefixed(names.customer(customer), `${name} (${region}): ${outcome}`);
  return {
    ...{ sent, answered, ms, problems, outcome, from: 'report-worker', to: 'gateway' },
    title: `${name} (${region})`,
    ok: accepted && problems.length === 0,
    ...(accepted ? { works: [path] } : { breaks: [{ path, hop: 'gateway', sentence }] }),
  };
}

function ofDirective(exchange: AlexaExchange, names: Names): HopMessage {
  const { sent, answered, ms, problems, customer = '' } = exchange;
  const payload = at(sent, 'directive', 'payload');
  const value = at(payload, 'brightness') ?? at(payload, 'brightnessDelta');
  const directive = text(at(sent, 'directive', 'header', 'name')) || 'directive';
  const name = text(at(answered, 'event', 'header', 'name'));
  const type = text(at(answered, 'event', 'payload', 'type'));
  const outcome = type || name || 'no answer';
  return {
    ...{ sent, answered, ms, problems, outcome, from: 'alexa', to: 'skill' },
    title: value === undefined ? directive : `${directive} ${value}`,
    ok: name !== '' && type === '' && problems.length === 0,
    ...stateOfPaths(
      { customer, directive, endpoint: text(at(sent, 'directive', 'endpoint', 'endpointId')) },
      exchange,
      names,
    ),
  };
}

interface Way {
  readonly customer: string;
  readonly directive: string;
  readonly endpoint: string;
}

/** What the answer to a directive shows of the paths that it took. */
function stateOfPaths(
  { customer, directive, endpoint }: Way,
  { answered }: AlexaExchange,
  names: Names,
): Pick<HopMessage, 'breaks' | 'works'> {
  const name = text(at(answered, 'event', 'header', 'name'));
  const type = text(at(answered, 'event', 'payload', 'type'));
  const paths = {
    skill: `skill/${customer}`,
    link: `link/${customer}`,
    grant: `grant/${customer}`,
    plug: `plug/${endpoint}`,
    cloud: cloudPath(customer, directive === 'ReportState' || directive === 'Discover' ? 'read' : 'write'),
  };
  const blame = BLAME[type];
  const who = blame?.path === 'plug' ? names.lamp(endpoint) : names.customer(customer);
  if (blame) {
    const { hop, path, sentence } = blame;
    const works = path === 'link' ? [paths.skill] : [paths.skill, paths.link];
    return { works, breaks: [{ path: paths[path], hop, sentence: prefixed(who, sentence) }] };
  }
  if (name === '' || type !== '') {
    const sentence = prefixed(who, `${directive}: ${type || 'no answer'}`);
    return { breaks: [{ path: paths.skill, hop: 'skill', sentence }] };
  }
  const works = [paths.skill, paths.link];
  if (name === 'AcceptGrant.Response') return { works: [...works, paths.grant] };
  if (name === 'StateReport') return stateReported(answered, paths.plug, works, prefixed(names.lamp(endpoint), ''));
  // The plug obeyed, so it is connected, and the device cloud takes writes and reads.
  if (name === 'Response') {
    return { works: [...works, paths.plug, cloudPath(customer, 'write'), cloudPath(customer, 'read')] };
  }
  return { works };
}

/** A StateReport may come from memory, so it shows nothing of the device cloud. */
function stateReported(answered: unknown, plug: string, works: readonly string[], who: string) {
  const properties = at(answered, 'context', 'properties');
  const connectivity = Array.isArray(properties)
    ? properties.find((one: unknown) => at(one, 'name') === 'connectivity')
    : undefined;
  if (at(connectivity, 'value', 'value') !== 'UNREACHABLE') return { works };
  const sentence = `${who}The plug is not connected to its cloud.`;
  return { works, breaks: [{ path: plug, hop: 'plug' as const, sentence }] };
}

/** The way to the device cloud with one customer's account. */
const cloudPath = (customer: string, kind: 'read' | 'write' | 'login'): string => `device-cloud/${customer}/${kind}`;

/** A request of Alexa's to our token endpoint. */
export function ofLinking(exchange: TokenExchange, customer: string, names: Names): HopMessage {
  const { grantType, sent, answered, status, ms } = exchange;
  const ok = status === 200;
  const path = `account-linking/${customer}`;
  const sentence =
    status === 0 || status >= 500
      ? 'The sign-in server did not answer; Alexa keeps the link and asks again.'
      : 'The sign-in server refused Alexa, which ends the link.';
  const broken: Break = { path, hop: 'account-linking', sentence: prefixed(names.customer(customer), sentence) };
  return {
    ...{ from: 'alexa', to: 'account-linking', outcome: outcomeOf(status), ok, ms, sent, answered },
    title: grantType === 'refresh_token' ? 'refresh the access token' : 'exchange the code',
    ...(ok ? { works: [path] } : { breaks: [broken] }),
  };
}

const ASKED: Readonly<Record<string, string>> = {
  '/jwks': 'fetch the public keys',
  '/token/introspection': 'ask whether a token is good',
};

/** What our functions ask a maker's own sign-in server; nothing for what browsers and Alexa ask. */
export function ofSignInServer({ path: asked, status, ms }: SignInExchange): HopMessage | undefined {
  const title = ASKED[asked];
  if (title === undefined) return undefined;
  const ok = status === 200;
  const path = `account-linking${asked}`;
  const sentence = 'The sign-in server does not answer our functions, which go on with what they know.';
  return {
    ...{ from: 'skill', to: 'account-linking', title, outcome: outcomeOf(status), ok, ms },
    ...(ok ? { works: [path] } : { breaks: [{ path, hop: 'account-linking' as const, sentence }] }),
  };
}

/**
 * A message of the emulated device cloud; nothing for frames that only keep the channel open.
 * @param asker who makes REST requests at this moment
 */
export function ofMyLeviton(exchange: Exchange, asker: Hop, names: Names): HopMessage | undefined {
  const { channel, request, response, outbound } = exchange;
  if (channel === 'rest') return ofRest(exchange, asker, names);
  if (request.method !== 'FRAME') return ofPushChannel(response.status);
  if (!outbound || at(response.body, 'type') !== 'notification') return undefined;
  return {
    ...{ from: 'device-cloud', to: 'device-watch', ok: true, sent: response.body },
    title: `push for ${String(at(response.body, 'notification', 'modelId'))}`,
    outcome: describeData(at(response.body, 'notification', 'data')),
  };
}

function ofPushChannel(status: number): HopMessage {
  const ok = status === 101;
  const path = 'push';
  const sentence = 'The push channel does not open; the watcher tries again and reads meanwhile.';
  return {
    ...{ from: 'device-watch', to: 'device-cloud', title: 'open the push channel', outcome: outcomeOf(status), ok },
    ...(ok ? { works: [path] } : { breaks: [{ path, hop: 'device-watch', sentence }] }),
  };
}

/** A call of the device cloud's REST, and its answer. */
export function ofRest(
  { request, response, ms }: Pick<Exchange, 'request' | 'response' | 'ms'>,
  asker: Hop,
  names: Names,
): HopMessage {
  const path = request.path.replace(/\?.*$/, '');
  const email = text(at(request.body, 'email'));
  const isProbe = LOGIN.test(path) && request.method === 'POST' && email === '';
  // A sign-in without credentials is answered well when it is refused.
  const ok = isProbe
    ? response.status >= 400 && response.status < 500
    : response.status >= 200 && response.status < 300 && isObject(response.body ?? {});
  return {
    ...{
      from: asker,
      to: 'device-cloud',
      title: isProbe ? 'ask whether sign-ins are answered' : `${request.method} ${path}`,
      outcome: outcomeOf(response.status),
      ok,
      ms,
    },
    ...(request.body !== undefined && { sent: request.body }),
    ...(response.body !== undefined && { answered: response.body }),
    ...restPaths({ method: request.method, path, email }, response.status, ok, names),
  };
}

const LOGIN = /^\/(?:Person\/login|sessions)$/i;

interface RestWay {
  readonly method: string;
  readonly path: string;
  readonly email: string;
}

/** What an answer of the device cloud shows of the paths to it. Only requests that our functions repeat can show that one works again. */
function restPaths(
  { method, path, email }: RestWay,
  status: number,
  ok: boolean,
  names: Names,
): Pick<HopMessage, 'breaks' | 'works'> {
  const isLogin = LOGIN.test(path);
  // Without an address it only asks whether sign-ins are answered, and is nobody's.
  if (isLogin && email === '') return {};
  const isWrite = method === 'PATCH' || (method === 'PUT' && /^\/IotSwitches\//i.test(path));
  if (!isLogin && !isWrite && method !== 'GET') return {};
  const owner = names.ownerOf(path, email) ?? '';
  const [login, read, write] = [cloudPath(owner, 'login'), cloudPath(owner, 'read'), cloudPath(owner, 'write')];
  // A refused password is an answer; the device cloud is well.
  if (isLogin && (ok || (status >= 400 && status < 500))) return { works: [login] };
  // What works needs a session, and a write that arrives shows that reads do, too.
  if (ok) return { works: isWrite ? [login, read, write] : [login, read] };
  const what =
    status === 401 ? 'The device cloud no longer takes the session.' : 'The device cloud did not answer as it should.';
  const sentence = prefixed(names.customer(owner), what);
  return { breaks: [{ path: isLogin ? login : isWrite ? write : read, hop: 'device-cloud', sentence }] };
}

function describeData(data: unknown): string {
  const fields = ['power', 'brightness', 'connected'].flatMap((name) => {
    const value = at(data, name);
    return value === undefined ? [] : [`${name} ${String(value)}`];
  });
  return fields.join(', ') || 'nothing of interest';
}

/** A batch of the report queue, in the worker's hands. */
export function ofQueue({ event, failed, error, ms }: QueueExchange, names: Names): HopMessage {
  const ok = failed.length === 0 && error === undefined;
  const records = event.Records.map(({ messageId, body }) => {
    const sample = parseJson(body) ?? body;
    const device = text(at(sample, 'deviceId'));
    return {
      path: `report/${text(at(sample, 'accountId'))}/${device}`,
      device,
      sample,
      failed: failed.includes(messageId),
    };
  });
  const waits = 'A report could not be delivered yet; it is sent again.';
  const breaks = records
    .filter((record) => record.failed)
    .map(({ path, device }): Break => ({ path, hop: 'report-worker', sentence: prefixed(names.lamp(device), waits) }));
  return {
    ...{ from: 'queue', to: 'report-worker', ok, ms, outcome: ok ? 'done' : 'will be sent again', breaks },
    title: records.length === 1 ? 'a sample' : `${records.length} samples`,
    sent: records.map(({ sample }) => sample),
    works: records.filter((record) => !record.failed).map(({ path }) => path),
  };
}

/** What the emulated plug shows of itself: whether it is connected. */
export function ofPlug(id: string, { power, level, online }: DeskDevice, names: Names): HopMessage {
  const path = `plug/${id}`;
  const sentence = prefixed(names.lamp(id), 'The plug is not connected to its cloud.');
  return {
    ...{ from: 'plug', to: 'device-cloud', title: `plug ${id}`, ok: true },
    outcome: online ? `${power} at ${level} %` : 'unplugged',
    ...(online ? { works: [path] } : { breaks: [{ path, hop: 'plug', sentence }] }),
  };
}
