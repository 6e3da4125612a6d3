import { parseJson } from '../../basics/json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OwnAddress, PageState, TokenEndpointState } from '../../ports/own-address.ts';
import type { LinkingClient } from '../../ports/secrets.ts';
import { createHttpClient, type HttpAnswer, NoAnswer } from '../http/client.ts';
import { readCertificate } from './certificate.ts';

export interface OwnAddressOptions {
  /** `https://link.example.org` */
  readonly origin: string;
  /** @throws when the secret entry cannot be read: then nothing but the address is looked at */
  readonly clients: () => Promise<readonly LinkingClient[]>;
  readonly ca?: string;
  readonly clock: Clock;
}

/** Alexa gives up after this (Amazon: configure an authorization code grant). */
export const ALEXA_WAITS_MS = 4_500;
const LONGEST_ANSWER_BYTES = 1024 * 1024;
/** No server has issued it, and it has not the form of one of ours. */
export const BOGUS_REFRESH_TOKEN = 'a-probe-asks-whether-anybody-is-there';

/** Our own linking server, asked over its public address. */
export function createOwnAddress({ origin, clients, ca, clock }: OwnAddressOptions): OwnAddress {
  const http = createHttpClient({ timeoutMs: ALEXA_WAITS_MS, longestAnswerBytes: LONGEST_ANSWER_BYTES });
  const isSecure = origin.startsWith('https://');
  const refresh = async (refreshToken: string, signal: AbortSignal) => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Authorization: basic(await clients()) };
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }).toString();
    return http.start({ method: 'POST', url: `${origin}/token`, headers, body, signal });
  };
  return {
    address: async (signal) => {
      if (isSecure) return await readCertificate(origin, signal, ca === undefined ? {} : { ca });
      const url = `${origin}/.well-known/oauth-authorization-server`;
      const answer = await answerOf(http.start({ method: 'GET', url, headers: {}, signal }).answer);
      return answer ? { state: 'ok' } : { state: 'no-answer' };
    },
    signInPage: async (signal) => {
      const url = pageUrl(origin, await clients());
      return toPage(await answerOf(http.start({ method: 'GET', url, headers: {}, signal }).answer));
    },
    tokenEndpoint: async (signal) => {
      const asked = await refresh(BOGUS_REFRESH_TOKEN, signal);
      const began = clock.now().getTime();
      const state = await toTokenState(asked);
      const isLate = clock.now().getTime() - began > ALEXA_WAITS_MS;
      return state.state === 'ok' && isLate ? { state: 'late' } : state;
    },
    refresh: async (refreshToken, signal) => {
      const answer = await answerOf((await refresh(refreshToken, signal)).answer);
      if (answer?.status === 200 && hasAccessToken(answer.text)) return 'refreshed';
      return answer?.status === 400 && errorOf(answer.text) === 'invalid_grant' ? 'refused' : 'no-answer';
    },
  };
}

const openClient = (clients: readonly LinkingClient[]): LinkingClient | undefined =>
  clients.find(({ retired, secrets }) => !retired && secrets.some((one) => !one.retired)) ?? clients[0];

/** As Alexa opens it, without a state that anybody waits for. */
function pageUrl(origin: string, clients: readonly LinkingClient[]): string {
  const client = openClient(clients);
  const query = new URLSearchParams({
    client_id: client?.id ?? '',
    response_type: 'code',
    redirect_uri: client?.redirectUris[0] ?? '',
    scope: 'lamps',
    state: 'probe',
    ...(client?.pkceRequired && {
      code_challenge: 'a-probe-asks-whether-the-page-opens--------',
      code_challenge_method: 'S256',
    }),
  });
  return `${origin}/authorize?${query}`;
}

function basic(clients: readonly LinkingClient[]): string {
  const client = openClient(clients);
  const secret = client?.secrets.find(({ retired }) => !retired)?.secret ?? '';
  return `Basic ${Buffer.from(`${client?.id ?? ''}:${secret}`).toString('base64')}`;
}

async function answerOf(answer: Promise<HttpAnswer>): Promise<HttpAnswer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NoAnswer) return undefined;
    throw error;
  }
}

function toPage(answer: HttpAnswer | undefined): PageState {
  if (!answer) return { state: 'failing' };
  return answer.status === 200 && /<form/i.test(answer.text)
    ? { state: 'ok' }
    : { state: 'failing', status: answer.status };
}

async function toTokenState(asked: { readonly answer: Promise<HttpAnswer> }): Promise<TokenEndpointState> {
  try {
    const { status, text } = await asked.answer;
    if (status >= 500) return { state: 'server-error', status };
    const error = errorOf(text);
    if (error === undefined) return { state: 'not-json', status };
    if (status === 400 && error === 'invalid_grant') return { state: 'ok' };
    return error === 'invalid_client' ? { state: 'client-refused', status } : { state: 'server-error', status };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { state: error.reason === 'time-out' || error.reason === 'given-up' ? 'late' : 'no-answer' };
  }
}

function hasAccessToken(text: string): boolean {
  const body = parseJson(text);
  return typeof body === 'object' && body !== null && 'access_token' in body;
}

function errorOf(text: string): string | undefined {
  const body = parseJson(text);
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  return typeof error === 'string' ? error : undefined;
}
