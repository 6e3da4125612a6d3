import type { Clock } from '../../../lambda/ports/clock.ts';
import type { Keys } from '../../deploy/aws/sign.ts';
import { conclude, type PracticeFinding } from './conclude.ts';
import type { FlowPorts } from './flow/client.ts';
import { playFlow } from './flow/play.ts';
import type { Observation } from './observation.ts';
import type { MakerServer } from './server.ts';
import { createAdminApi } from './settings/admin-api.ts';
import { observeAuth0 } from './settings/auth0-api.ts';
import { observeCognito } from './settings/cognito-api.ts';
import type { AdminCredential } from './settings/credential.ts';
import { type DeclaredKind, observeDeclared } from './settings/declared.ts';
import { observeEntra } from './settings/entra-api.ts';
import { observeFixed } from './settings/fixed.ts';
import { observeKeycloak } from './settings/keycloak-api.ts';
import { observeOkta } from './settings/okta-api.ts';

/** How the settings of a server are read. Which one there is follows from its kind. */
export type SettingsAccess =
  | { readonly kind: 'cognito'; readonly keys: () => Promise<Keys>; readonly environment: NodeJS.ProcessEnv }
  | { readonly kind: 'auth0' | 'keycloak'; readonly credential: AdminCredential }
  | { readonly kind: 'okta'; readonly credential: AdminCredential & { readonly kind: 'token' } }
  | {
      readonly kind: 'entra';
      readonly credential: AdminCredential;
      readonly clientSecret?: string;
      readonly graphUrl?: string;
      readonly loginUrl?: string;
    }
  | { readonly kind: DeclaredKind; readonly settings: unknown };

export interface AuditOptions {
  readonly server: MakerServer;
  readonly clock: Clock;
  /** Absent: the settings are not read. */
  readonly settings?: SettingsAccess;
  /** Absent: the linking flow is not played. */
  readonly flow?: FlowPorts;
}

/**
 * Judges a maker's authorization server by Amazon's practices: one finding for each.
 * @throws SettingsUnreadable only where declared settings are not valid; what a server does not show is said in the findings
 */
export async function auditMaker({ server, clock, settings, flow }: AuditOptions): Promise<readonly PracticeFinding[]> {
  const ofSettings = [...observeFixed(server), ...(settings ? await observeSettings(server, clock, settings) : [])];
  const ofFlow = flow ? await playFlow(server, flow) : [];
  return conclude([
    ...ofSettings.map((one) => ({ ...one, by: 'settings' as const })),
    ...ofFlow.map((one) => ({ ...one, by: 'linking-flow' as const })),
  ]);
}

/** @throws SettingsUnreadable only where declared settings are not valid */
export async function observeSettings(
  server: MakerServer,
  clock: Clock,
  access: SettingsAccess,
): Promise<readonly Observation[]> {
  const api = createAdminApi(clock);
  switch (access.kind) {
    case 'cognito':
      return await observeCognito(server, api, { ...access, clock });
    case 'auth0':
      return await observeAuth0(server, api, access.credential);
    case 'keycloak':
      return await observeKeycloak(server, api, access.credential, clock);
    case 'okta':
      return await observeOkta(server, api, access.credential);
    case 'entra':
      return await observeEntra(server, api, access.credential, { ...access, clock });
    default:
      return observeDeclared(access.kind, access.settings, server.scopes);
  }
}
