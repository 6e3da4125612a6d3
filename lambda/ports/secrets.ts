/** A key of the ring that seals tokens and rows; the first of the ring seals, all of them open. */
export interface SealingKey {
  readonly id: string;
  /** 32 random bytes, base64. */
  readonly key: string;
}

/** An OAuth client of our linking server, i.e. Alexa as the developer console describes it. */
export interface LinkingClient {
  readonly id: string;
  /** Several at once, so that a changed secret breaks no old link; retired ones refresh but do not link. */
  readonly secrets: readonly { readonly secret: string; readonly retired: boolean }[];
  /** The whole client: retired ones refresh but do not link. */
  readonly retired: boolean;
  /** Compared exactly: all of Alexa's three per vendor id. */
  readonly redirectUris: readonly string[];
  /** Refuses authorization requests without a PKCE challenge. */
  readonly pkceRequired: boolean;
  /** Refresh tokens rotate, with a window of grace; for makers whose policy asks for it. */
  readonly rotates: boolean;
}

/** What the Secrets Manager entry holds. */
export interface Secrets {
  /** The skill's Alexa Skill Messaging credentials, for Login with Amazon. */
  readonly messaging: { readonly clientId: string; readonly clientSecret: string };
  readonly sealingKeys: readonly SealingKey[];
  readonly linkingClients: readonly LinkingClient[];
  /** What a device cloud signs its events with (`device-events`), at least 32 characters; without it that door is closed. */
  readonly deviceEventsKey?: string;
}
