import { ask } from '../../http.ts';
import { unseen } from '../conclude.ts';
import type { Observation } from '../observation.ts';
import type { MakerServer } from '../server.ts';
import { authorizationUrlOf, type FlowPorts, newChallenge, newState } from './client.ts';

// Redirect addresses, without a sign-in: a server refuses an address that is not registered before it asks who somebody is
// (RFC 6749 section 4.1.2.1). Some refuse it later; then nothing is said here.

const STRANGER = 'https://stranger.example/api/skill/link/preflight';

export type RedirectPorts = Pick<FlowPorts, 'clock' | 'pkce'> & {
  /** An address that is registered; Alexa's are in any case. */
  readonly redirectUri?: string;
};

/** All addresses of Alexa are registered, one for each region, and others that look like them are not. */
export async function observeRedirects(server: MakerServer, ports: RedirectPorts): Promise<Observation> {
  const { redirectUris: ofAlexa = [] } = server;
  const { redirectUri = ofAlexa[0] ?? STRANGER } = ports;
  const takes = (uri: string) => isTaken(server, ports, uri);
  const base = {
    question: 'redirects',
    what: 'redirect addresses',
    wanted: 'those of Alexa, compared exactly',
  } as const;
  try {
    if (await takes(STRANGER))
      return unseen('redirects', 'the server does not say before the sign-in which addresses it takes');
    const known = ofAlexa.length > 0 ? ofAlexa : [redirectUri];
    const refused = await filter(known, async (uri) => !(await takes(uri)));
    if (refused.length === known.length && ofAlexa.length === 0)
      return unseen('redirects', `the server does not take ${redirectUri} without a sign-in`);
    if (refused.length > 0) return notRegistered(base, refused);
    const alike = await filter(known.flatMap(likeIt), takes);
    if (alike.length > 0) return notExact(base, alike);
    const seen = ofAlexa.length > 0 ? `all ${known.length} of Alexa are taken, others refused` : 'others are refused';
    if (ofAlexa.length > 0) return { ...base, outcome: 'good', seen };
    return unseen(
      'redirects',
      `${seen}; name your vendor id with --vendor-id to see whether all of Alexa are registered`,
    );
  } catch {
    return { ...unseen('redirects', 'the authorization address does not answer'), outcome: 'unchecked' };
  }
}

type Base = Pick<Observation, 'question' | 'what' | 'wanted'>;

const notRegistered = (base: Base, refused: readonly string[]): Observation => ({
  ...base,
  outcome: 'bad',
  seen: `refused: ${refused.join(', ')}`,
  why: 'people of some regions cannot link, as the server refuses the redirect address that Alexa has there',
  remedy: { text: `Register for the client: ${refused.join(', ')}` },
});

const notExact = (base: Base, alike: readonly string[]): Observation => ({
  ...base,
  outcome: 'bad',
  seen: `taken: ${alike.join(', ')}`,
  why: 'the server takes redirect addresses that are not registered, so a code can be led to somebody else',
  remedy: {
    text: 'Compare the whole address with the registered ones, and register none with a wildcard (RFC 9700 section 4.1.3).',
  },
});

/** Addresses that are not the same, and that a comparison of beginnings or of patterns would take for it. */
function likeIt(uri: string): readonly string[] {
  const { protocol, host, pathname } = new URL(uri);
  const longer = `${protocol}//${host}${pathname}/preflight`;
  // The ports of a loopback address may differ (RFC 8252 section 7.3), so only its path is tried.
  return protocol === 'http:'
    ? [longer]
    : [longer, `https://${host}.stranger.example${pathname}`, `http://${host}${pathname}`];
}

/** Whether the server goes on to a sign-in: neither an error page nor a redirect to one. */
async function isTaken(server: MakerServer, ports: RedirectPorts, redirectUri: string): Promise<boolean> {
  const more = ports.pkce ? newChallenge().asked : {};
  const { status, headers } = await ask(ports, authorizationUrlOf(server, redirectUri, newState(), more));
  if (status >= 500) throw new Error('an outage');
  const location = headers.get('location');
  if (status >= 400) return false;
  // An error that is sent to the address itself is one of something else.
  if (location === null || location.startsWith(redirectUri)) return true;
  const to = new URL(location, server.authorizationUrl);
  return !to.searchParams.has('error') && !/\berror\b/i.test(to.pathname);
}

async function filter(all: readonly string[], holds: (one: string) => Promise<boolean>): Promise<readonly string[]> {
  const kept: string[] = [];
  for (const one of all) if (await holds(one)) kept.push(one);
  return kept;
}
