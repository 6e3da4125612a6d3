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
import { observeDeclared, readHydraFile } from './settings/declared.ts';
import { type EntraAccess, type GraphCredential, observeB2cSecrets, observeEntra } from './settings/entra-api.ts';
import { observeFixed } from './settings/fixed.ts';
import { type HydraAdmin, observeHydra } from './settings/hydra-api.ts';
import { observeKeycloak } from './settings/keycloak-api.ts';
import { observeOkta } from './settings/okta-api.ts';

/** How the settings of a server are read. Which one there is follows from its kind. */
export type SettingsAccess =
  | { readonly kind: 'cognito'; readonly keys: () => Promise<Keys>; readonly environment: NodeJS.ProcessEnv }
  | { readonly kind: 'auth0' | 'keycloak' | 'okta'; readonly credential: AdminCredential }
  | ({ readonly kind: 'entra' } & GraphAccess)
  /** The settings of a user flow from a file, the client secrets by Graph; at least one of both. */
  | { readonly kind: 'b2c'; readonly settings?: unknown; readonly graph?: GraphAccess }
  /** Hydra's file, its client by the admin API; at least one of both. */
  | { readonly kind: 'hydra'; readonly settings?: unknown; readonly admin?: HydraAdmin }
  | { readonly kind: 'oidc-provider'; readonly settings: unknown };

export type GraphAccess = Omit<EntraAccess, 'clock'> & { readonly credential: GraphCredential };

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
      return await observeAuth0(server, api, access.credential, clock);
    case 'keycloak':
      return await observeKeycloak(server, api, access.credential, clock);
    case 'okta':
      return await observeOkta(server, api, access.credential, clock);
    case 'entra':
      return await observeEntra(server, api, access.credential, { ...access, clock });
    case 'hydra': {
      const { admin, settings } = access;
      if (!admin) return observeDeclared('hydra', settings, server.scopes, clock.now());
      return await observeHydra(
        server,
        api,
        admin,
        settings === undefined ? undefined : readHydraFile(settings),
        clock,
      );
    }
    case 'b2c': {
      const { graph, settings } = access;
      return [
        ...(settings === undefined ? [] : observeDeclared('b2c', settings, server.scopes, clock.now())),
        ...(graph ? await observeB2cSecrets(server, api, graph.credential, { ...graph, clock }) : []),
      ];
    }
    case 'oidc-provider':
      return observeDeclared(access.kind, access.settings, server.scopes, clock.now());
  }
}
