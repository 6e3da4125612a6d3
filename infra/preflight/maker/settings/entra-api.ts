import type * as v from 'valibot';
import type { Clock } from '../../../../lambda/ports/clock.ts';
import type { Observation } from '../observation.ts';
import type { MakerServer } from '../server.ts';
import { type AdminApi, nextPage, SettingsUnreadable } from './admin-api.ts';
import { type AdminCredential, adminToken } from './credential.ts';
import { Application, judgeEntra, LifetimePolicy, page } from './entra.ts';
import { observed } from './observed.ts';
import { offlineScope } from './rules.ts';

// Microsoft Entra: reads the settings. The rules are in `entra.ts`.

export interface EntraAccess {
  readonly clock: Clock;
  readonly clientSecret?: string;
  /** Where Graph and the sign-in are; Microsoft's own by default. */
  readonly graphUrl?: string;
  readonly loginUrl?: string;
}

/** @see https://learn.microsoft.com/graph/api/resources/tokenlifetimepolicy */
export async function observeEntra(
  server: MakerServer,
  api: AdminApi,
  credential: AdminCredential,
  {
    clock,
    clientSecret,
    graphUrl = 'https://graph.microsoft.com',
    loginUrl = 'https://login.microsoftonline.com',
  }: EntraAccess,
): Promise<readonly Observation[]> {
  const tenant = new URL(server.issuer).pathname.split('/')[1] ?? '';
  const read = async <T extends v.GenericSchema>(
    token: string,
    path: string,
    what: string,
    permission: string,
    schema: T,
  ) =>
    (
      await api.read(
        {
          url: path.startsWith('http') ? path : `${graphUrl}/v1.0/${path}`,
          headers: { Authorization: `Bearer ${token}` },
          what,
          permission,
        },
        schema,
      )
    ).body;
  const all = async <T extends v.GenericSchema>(token: string, path: string, what: string, item: T) => {
    const found: v.InferOutput<T>[] = [];
    let url: string | undefined = `${graphUrl}/v1.0/${path}`;
    while (url !== undefined) {
      const body: v.InferOutput<ReturnType<typeof page<T>>> = await read(
        token,
        url,
        what,
        'Policy.Read.All',
        page(item),
      );
      found.push(...body.value);
      url = nextPage(body['@odata.nextLink'], url);
    }
    return found;
  };
  const settings = await observed(['access-life', 'repeat', 'access-kept', 'secrets'], async () => {
    if (tenant === '')
      throw new SettingsUnreadable('the issuer names no tenant: https://login.microsoftonline.com/TENANT/v2.0');
    const permission = 'Application.Read.All and Policy.Read.All of Microsoft Graph, with consent of an administrator';
    const tokenUrl = `${loginUrl}/${tenant}/oauth2/v2.0/token`;
    const token = await adminToken(api, credential, { tokenUrl, more: { scope: `${graphUrl}/.default` }, permission });
    const id = encodeURIComponent(server.clientId);
    const select = '$select=id,appId,passwordCredentials';
    const application = await read(
      token,
      `applications(appId='${id}')?${select}`,
      'the application',
      'Application.Read.All',
      Application,
    );
    const own = await all(
      token,
      `applications/${application.id}/tokenLifetimePolicies`,
      'the policies of the application',
      LifetimePolicy,
    );
    const shared = await all(token, 'policies/tokenLifetimePolicies', 'the token lifetime policies', LifetimePolicy);
    const policy = own[0] ?? shared.find(({ isOrganizationDefault }) => isOrganizationDefault);
    return judgeEntra({ application, ...(policy && { policy }), ...(clientSecret && { clientSecret }) }, clock.now());
  });
  return [...settings, offlineScope(server.scopes)];
}
