/** A key of the ring for tokens and rows. The first key of the ring seals; every key of the ring opens. */
export interface SealingKey {
  readonly id: string;
  /** 32 random bytes, base64. */
  readonly key: string;
}

/** An OAuth client of our linking server: Alexa, as configured in the developer console. */
export interface LinkingClient {
  readonly id: string;
  /** Several at once, so that a changed secret breaks no old link. Retired secrets refresh but make no new links. */
  readonly secrets: readonly { readonly secret: string; readonly retired: boolean }[];
  /** A retired client refreshes but makes no new links. */
  readonly retired: boolean;
  /** Compared exactly. Alexa has three for each vendor id; list all of them. */
  readonly redirectUris: readonly string[];
  /** Refuses authorization requests without a PKCE challenge. */
  readonly pkceRequired: boolean;
  /** Refresh tokens rotate, with a grace period; for device makers whose policy asks for it. */
  readonly rotates: boolean;
}

/** The content of the Secrets Manager entry. */
export interface Secrets {
  /** The skill's Alexa Skill Messaging credentials, for Login with Amazon. */
  readonly messaging: { readonly clientId: string; readonly clientSecret: string };
  readonly sealingKeys: readonly SealingKey[];
  readonly linkingClients: readonly LinkingClient[];
  /** The key that a device cloud signs its events with (`device-events`), at least 32 characters. Without it no event is accepted. */
  readonly deviceEventsKey?: string;
  /** With LINK_MODE=passthrough: the maker's own authorization servers, see `adapters/authorization-server/issuer.ts`. */
  readonly authorizationServers?: readonly unknown[];
  /** Who runs the skill, as mails say. It is no secret; it is here as every function reads the entry. */
  readonly operator?: string | undefined;
  /** The client with which the skill reads accounts that it has no session of; the adapter of the device cloud knows its fields. */
  readonly deviceCloudClient?: unknown;
}
