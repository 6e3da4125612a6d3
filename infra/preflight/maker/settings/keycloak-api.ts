import * as v from 'valibot';
import type { Clock } from '../../../../lambda/ports/clock.ts';
import type { Observation } from '../observation.ts';
import type { MakerServer } from '../server.ts';
import { type AdminApi, SettingsUnreadable } from './admin-api.ts';
import { type AdminCredential, adminToken } from './credential.ts';
import { Client, judgeKeycloak, Realm } from './keycloak.ts';
import { observed } from './observed.ts';

// Keycloak: reads the settings. The rules are in `keycloak.ts`.

/** @see https://www.keycloak.org/docs-api/latest/rest-api/index.html */
export async function observeKeycloak(
  server: MakerServer,
  api: AdminApi,
  credential: AdminCredential,
  clock: Clock,
): Promise<readonly Observation[]> {
  const questions = [
    'access-life',
    'refresh-issued',
    'refresh-life',
    'idle',
    'repeat',
    'access-kept',
    'secrets',
  ] as const;
  return await observed(questions, async () => {
    // Before version 17 every path began with /auth, which the issuer shows.
    const [, base, realmName] = /^(https?:\/\/.+?)\/realms\/([^/]+)\/?$/.exec(server.issuer) ?? [];
    if (!base || !realmName)
      throw new SettingsUnreadable('the issuer is not that of a realm: https://HOST/realms/REALM');
    const token = await adminToken(api, credential, {
      tokenUrl: `${base}/realms/${realmName}/protocol/openid-connect/token`,
      clock,
      audience: server.issuer,
      permission: 'a service account with two roles of realm-management: view-realm, view-clients',
    });
    const read = async <T extends v.GenericSchema>(path: string, what: string, role: string, schema: T) => {
      const url = `${base}/admin/realms/${realmName}${path}`;
      const permission = `the role ${role} of the client realm-management`;
      return (await api.read({ url, headers: { Authorization: `Bearer ${token}` }, what, permission }, schema)).body;
    };
    const realm = await read('', `the realm ${decodeURIComponent(realmName)}`, 'view-realm', Realm);
    const query = `/clients?clientId=${encodeURIComponent(server.clientId)}`;
    const clients = await read(query, `the client ${server.clientId}`, 'view-clients', v.array(Client));
    const client = clients.find(({ clientId }) => clientId === server.clientId);
    if (!client)
      throw new SettingsUnreadable(`the realm has no client ${server.clientId}, or the credential may not see it`);
    return judgeKeycloak({ realm, client, scopes: server.scopes }, clock.now());
  });
}
