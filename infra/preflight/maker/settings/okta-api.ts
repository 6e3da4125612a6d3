import * as v from 'valibot';
import type { Clock } from '../../../../lambda/ports/clock.ts';
import type { Observation } from '../observation.ts';
import type { MakerServer } from '../server.ts';
import { type AdminApi, nextPage, SettingsUnreadable } from './admin-api.ts';
import { type AdminCredential, adminToken } from './credential.ts';
import { oktaServerId } from './fixed.ts';
import { observed } from './observed.ts';
import { App, judgeOktaApp, judgeOktaRule, Policy, Rule, Secrets } from './okta.ts';
import { offlineScope } from './rules.ts';

// Okta: reads the settings. The rules are in `okta.ts`.

/** @see https://developer.okta.com/docs/api/openapi/okta-management/guides/overview/ */
export async function observeOkta(
  server: MakerServer,
  api: AdminApi,
  credential: AdminCredential,
  clock: Clock,
): Promise<readonly Observation[]> {
  const { origin } = new URL(server.issuer);
  const authorization = once(() => authorizationOf(api, credential, origin, clock));
  const serverId = oktaServerId(server.issuer);
  /** Pages are linked in a header (RFC 8288). */
  const list = async <T extends v.GenericSchema>(path: string, what: string, permission: string, item: T) => {
    const all: v.InferOutput<T>[] = [];
    let url: string | undefined = `${origin}/api/v1/${path}`;
    while (url !== undefined) {
      const page: { body: v.InferOutput<T>[]; headers: Headers } = await api.read(
        { url, headers: { Authorization: await authorization() }, what, permission },
        v.array(item),
      );
      all.push(...page.body);
      url = nextPage(/<([^>]+)>;\s*rel="next"/.exec(page.headers.get('link') ?? '')?.[1], url);
    }
    return all;
  };
  const rules = async () => {
    if (serverId === undefined) return []; // `fixed.ts`
    const policies = await list(
      `authorizationServers/${serverId}/policies`,
      'the access policies',
      'okta.authorizationServers.read',
      Policy,
    );
    const ours = policies.filter((policy) => policy.status === 'ACTIVE' && isFor(policy, server.clientId));
    const judged: Observation[] = [];
    for (const { id } of ours) {
      const path = `authorizationServers/${serverId}/policies/${id}/rules`;
      const found = await list(path, 'the rules of an access policy', 'okta.authorizationServers.read', Rule);
      const codes = found.filter(
        ({ status, conditions }) => status === 'ACTIVE' && hasCode(conditions.grantTypes?.include),
      );
      judged.push(...codes.flatMap((rule) => judgeOktaRule(rule, `${origin}/api/v1/${path}/${rule.id}`)));
    }
    if (judged.length > 0) return judged;
    throw new SettingsUnreadable(
      `no active rule of the access policies lets the app ${server.clientId} exchange codes`,
    );
  };
  const app = async () => {
    const url = `${origin}/api/v1/apps/${encodeURIComponent(server.clientId)}`;
    const headers = { Authorization: await authorization() };
    const { body } = await api.read({ url, headers, what: 'the app', permission: 'okta.apps.read' }, App);
    return judgeOktaApp(body, url);
  };
  const secrets = async (): Promise<readonly Observation[]> => {
    const url = `${origin}/api/v1/apps/${encodeURIComponent(server.clientId)}/credentials/secrets`;
    const headers = { Authorization: await authorization() };
    const { body } = await api.read(
      { url, headers, what: 'the secrets of the app', permission: 'okta.apps.read' },
      Secrets,
    );
    const active = body.filter(({ status }) => status === 'ACTIVE').length;
    return [
      {
        question: 'secrets',
        outcome: 'good',
        what: 'client secrets',
        seen: `${active} active, without an end`,
        wanted: 'no end',
      },
    ];
  };
  return [
    ...(await observed(['access-life', 'refresh-life', 'idle'], rules)),
    ...(await observed(['refresh-issued', 'repeat', 'access-kept'], app)),
    ...(await observed(['secrets'], secrets)),
    offlineScope(server.scopes),
  ];
}

const SCOPES = ['okta.authorizationServers.read', 'okta.apps.read'];

/**
 * An API token (`SSWS`), or an access token of the org authorization server, which takes only clients with a private key.
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 */
async function authorizationOf(
  api: AdminApi,
  credential: AdminCredential,
  origin: string,
  clock: Clock,
): Promise<string> {
  const token = await adminToken(api, credential, {
    tokenUrl: `${origin}/oauth2/v1/token`,
    clock,
    more: { scope: SCOPES.join(' ') },
    permission: `the scopes ${SCOPES.join(' and ')}, with an administrator role that may read`,
  });
  // An OAuth access token is a JWT, an API token is not.
  const isOAuth = credential.kind !== 'token' || token.split('.').length === 3;
  return `${isOAuth ? 'Bearer' : 'SSWS'} ${token}`;
}

/** Asked for once, however often it is needed. */
function once(ask: () => Promise<string>): () => Promise<string> {
  let asked: Promise<string> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}

const isFor = ({ conditions }: v.InferOutput<typeof Policy>, clientId: string): boolean => {
  const clients = conditions?.clients?.include ?? ['ALL_CLIENTS'];
  return clients.includes('ALL_CLIENTS') || clients.includes(clientId);
};

const hasCode = (grants: readonly string[] | undefined): boolean =>
  grants === undefined || grants.length === 0 || grants.includes('authorization_code');
