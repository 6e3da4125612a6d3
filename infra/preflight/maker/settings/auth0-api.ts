import type * as v from 'valibot';
import type { Clock } from '../../../../lambda/ports/clock.ts';
import type { Observation } from '../observation.ts';
import type { MakerServer } from '../server.ts';
import type { AdminApi } from './admin-api.ts';
import { Api, Application, judgeAuth0Api, judgeAuth0Application, judgeAuth0Audience, Tenant } from './auth0.ts';
import { type AdminCredential, adminToken } from './credential.ts';
import { observed } from './observed.ts';
import { jwtsKept, offlineScope } from './rules.ts';

// Auth0: reads the settings. The rules are in `auth0.ts`.

/** @see https://auth0.com/docs/api/management/v2 */
export async function observeAuth0(
  server: MakerServer,
  api: AdminApi,
  credential: AdminCredential,
  clock: Clock,
): Promise<readonly Observation[]> {
  const base = new URL('/', server.issuer).href;
  const permissions = 'read:clients, read:resource_servers and read:tenant_settings of the Auth0 Management API';
  const tokenOf = () =>
    adminToken(api, credential, {
      tokenUrl: `${base}oauth/token`,
      clock,
      audience: base,
      more: { audience: `${base}api/v2/` },
      permission: permissions,
    });
  let token: Promise<string> | undefined;
  const read = async <T extends v.GenericSchema>(path: string, what: string, permission: string, schema: T) => {
    token ??= tokenOf();
    const headers = { Authorization: `Bearer ${await token}` };
    return (await api.read({ url: `${base}api/v2/${path}`, headers, what, permission }, schema)).body;
  };
  const application = await observed(['refresh-life', 'idle', 'repeat', 'secrets'], async () => {
    const fields = 'fields=refresh_token,grant_types&include_fields=true';
    const client = encodeURIComponent(server.clientId);
    const body = await read(`clients/${client}?${fields}`, 'the application', 'read:clients', Application);
    return judgeAuth0Application(server.clientId, body);
  });
  const apiSettings = await observed(['access-life', 'refresh-issued'], async () => {
    const named = new URL(server.authorizationUrl).searchParams.get('audience');
    const { default_audience } = named
      ? { default_audience: named }
      : await read(
          'tenants/settings?fields=default_audience&include_fields=true',
          'the settings of the tenant',
          'read:tenant_settings',
          Tenant,
        );
    const audience = default_audience ?? '';
    const judged = judgeAuth0Audience(audience);
    if (audience === '') return judged;
    const id = encodeURIComponent(audience);
    const body = await read(`resource-servers/${id}`, `the API ${audience}`, 'read:resource_servers', Api);
    return [...judged, ...judgeAuth0Api(body), jwtsKept];
  });
  return [...application, ...apiSettings, offlineScope(server.scopes)];
}
