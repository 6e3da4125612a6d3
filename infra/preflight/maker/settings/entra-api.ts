import type * as v from 'valibot';
import type { Clock } from '../../../../lambda/ports/clock.ts';
import type { Observation } from '../observation.ts';
import type { MakerServer } from '../server.ts';
import { type AdminApi, nextPage, SettingsUnreadable } from './admin-api.ts';
import { type AdminCredential, adminToken } from './credential.ts';
import { Application, judgeEntra, judgeEntraSecrets, LifetimePolicy, page } from './entra.ts';
import { observed } from './observed.ts';
import { offlineScope } from './rules.ts';

// Microsoft Entra and Azure AD B2C: reads the settings by Microsoft Graph. The rules are in `entra.ts`.

/** Microsoft takes a signed request only with a certificate, so a token or a client with a secret reads here. */
export type GraphCredential = Exclude<AdminCredential, { readonly kind: 'key' }>;

export interface EntraAccess {
  readonly clock: Clock;
  /** The secret that Amazon has, to find which one it is. */
  readonly clientSecret?: string;
  /** Where Graph and the sign-in are; Microsoft's own by default. */
  readonly graphUrl?: string;
  readonly loginUrl?: string;
}

/** @see https://learn.microsoft.com/graph/api/resources/tokenlifetimepolicy */
export async function observeEntra(
  server: MakerServer,
  api: AdminApi,
  credential: GraphCredential,
  access: EntraAccess,
): Promise<readonly Observation[]> {
  const settings = await observed(['access-life', 'repeat', 'access-kept', 'secrets'], async () => {
    const permission = 'Application.Read.All and Policy.Read.All';
    const graph = await openGraph(server, api, credential, access, permission);
    const application = await graph.application();
    const own = await graph.policies(
      `applications/${application.id}/tokenLifetimePolicies`,
      'the policies of the application',
    );
    const shared = await graph.policies('policies/tokenLifetimePolicies', 'the token lifetime policies');
    const policy = own[0] ?? shared.find(({ isOrganizationDefault }) => isOrganizationDefault);
    const { clientSecret, clock } = access;
    return judgeEntra({ application, ...(policy && { policy }), ...(clientSecret && { clientSecret }) }, clock.now());
  });
  return [...settings, offlineScope(server.scopes)];
}

/** The client secrets of an application of Azure AD B2C: Graph shows nothing of its user flows. */
export async function observeB2cSecrets(
  server: MakerServer,
  api: AdminApi,
  credential: GraphCredential,
  access: EntraAccess,
): Promise<readonly Observation[]> {
  return await observed(['secrets'], async () => {
    const graph = await openGraph(server, api, credential, access, 'Application.Read.All');
    return judgeEntraSecrets(await graph.application(), access.clientSecret, access.clock.now());
  });
}

/** `https://login.microsoftonline.com/TENANT/v2.0`, `https://NAME.b2clogin.com/TENANT/v2.0/` or `.../tfp/TENANT/POLICY/v2.0/`. */
function tenantOf(issuer: string): string {
  const [first, second] = new URL(issuer).pathname.split('/').filter((part) => part !== '');
  const tenant = first === 'tfp' ? second : first;
  if (tenant) return tenant;
  throw new SettingsUnreadable('the issuer names no tenant: https://login.microsoftonline.com/TENANT/v2.0');
}

async function openGraph(
  { issuer, clientId }: MakerServer,
  api: AdminApi,
  credential: GraphCredential,
  { clock, graphUrl = 'https://graph.microsoft.com', loginUrl = 'https://login.microsoftonline.com' }: EntraAccess,
  needs: string,
) {
  const token = await adminToken(api, credential, {
    tokenUrl: `${loginUrl}/${tenantOf(issuer)}/oauth2/v2.0/token`,
    clock,
    more: { scope: `${graphUrl}/.default` },
    permission: `${needs} of Microsoft Graph, with consent of an administrator`,
  });
  const headers = { Authorization: `Bearer ${token}` };
  return {
    async application() {
      const path = `applications(appId='${encodeURIComponent(clientId)}')?$select=id,appId,passwordCredentials`;
      const request = { url: `${graphUrl}/v1.0/${path}`, headers, what: 'the application' };
      return (await api.read({ ...request, permission: 'Application.Read.All' }, Application)).body;
    },
    async policies(path: string, what: string) {
      const found: v.InferOutput<typeof LifetimePolicy>[] = [];
      let url: string | undefined = `${graphUrl}/v1.0/${path}`;
      while (url !== undefined) {
        const request = { url, headers, what, permission: 'Policy.Read.All' };
        const { body }: { body: PolicyPage } = await api.read(request, PolicyPage);
        found.push(...body.value);
        url = nextPage(body['@odata.nextLink'], url);
      }
      return found;
    },
  };
}

const PolicyPage = page(LifetimePolicy);
type PolicyPage = v.InferOutput<typeof PolicyPage>;
