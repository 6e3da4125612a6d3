import { ask } from '../../http.ts';
import type { Observation } from '../observation.ts';
import type { MakerServer } from '../server.ts';
import type { FlowPorts } from './client.ts';

/** What a server says of itself (OpenID Connect Discovery 1.0, RFC 8414); absent: it says nothing. */
export interface Discovery {
  readonly issuer?: string;
  readonly authorizationUrl?: string;
  readonly tokenUrl?: string;
  readonly introspectionUrl?: string;
  readonly jwksUrl?: string;
  /** `code_challenge_methods_supported`; absent: not said. */
  readonly challengeMethods?: readonly string[];
}

/** Both documents keep the path of the issuer: at its end, or before it (RFC 8414 section 3). */
const documentsOf = (issuer: string): readonly string[] => {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/oauth-authorization-server`,
  ];
};

/** Never throws: a server need not have any such document. */
export async function discover(issuer: string, ports: Pick<FlowPorts, 'clock'>): Promise<Discovery> {
  for (const url of documentsOf(issuer)) {
    const answer = await ask(ports, url).catch(() => undefined);
    const { json } = answer ?? {};
    if (answer?.status !== 200 || typeof json?.token_endpoint !== 'string') continue;
    const text = (name: string) => (typeof json[name] === 'string' ? json[name] : undefined);
    const [named, authorizationUrl, tokenUrl] = ['issuer', 'authorization_endpoint', 'token_endpoint'].map(text);
    const introspectionUrl = text('introspection_endpoint');
    const jwksUrl = text('jwks_uri');
    const { code_challenge_methods_supported: methods } = json;
    return {
      ...(named && { issuer: named }),
      ...(authorizationUrl && { authorizationUrl }),
      ...(tokenUrl && { tokenUrl }),
      ...(introspectionUrl && { introspectionUrl }),
      ...(jwksUrl && { jwksUrl }),
      ...(Array.isArray(methods) && { challengeMethods: methods.map(String) }),
    };
  }
  return {};
}

/** Whether Amazon has the addresses that the server names. Others can be right as well: a server may have a second name. */
export function observeAddress(server: MakerServer, found: Discovery): Observation {
  const base = {
    question: 'address',
    what: 'token address at Amazon',
    wanted: 'the one that the server names',
  } as const;
  if (found.tokenUrl === undefined)
    return { ...base, outcome: 'good', seen: `${server.tokenUrl} (the server names none)` };
  if (sameAddress(found.tokenUrl, server.tokenUrl)) return { ...base, outcome: 'good', seen: server.tokenUrl };
  return {
    ...base,
    outcome: 'advice',
    seen: `${server.tokenUrl}, while the server names ${found.tokenUrl}`,
    why: `links call ${new URL(server.tokenUrl).origin} for ever, and the server now names another address`,
    remedy: {
      text: 'Keep the address at Amazon in service for as long as there are links, or give Amazon the other before homes link.',
    },
  };
}

/** Query parameters, such as Auth0's audience, do not make another address. */
const sameAddress = (one: string, other: string): boolean => {
  const [first, second] = [one, other].map((url) => (URL.canParse(url) ? new URL(url) : undefined));
  return first !== undefined && first.origin === second?.origin && first.pathname === second.pathname;
};
