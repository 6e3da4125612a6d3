/** Which version of the skill: the one in development works for its developer and beta testers only. */
export type SkillStage = 'development' | 'live';

/** One person's Alexa: an access token of their consent, and the host that serves their Amazon account. */
export interface AlexaAccess {
  readonly accessToken: string;
  /** One of those that `endpoints` named. */
  readonly endpoint: string;
}

/** How the skill stands in one person's Alexa. */
export interface EnablementStatus {
  /** Whether Amazon says that the account is linked. Whatever else it says counts as not linked. */
  readonly linked: boolean;
  /** Amazon's opaque id of the person for this skill, where it says one. */
  readonly userId?: string;
}

/**
 * Amazon's Skill Enablement API: enables this skill for the person who has consented, and links the account with a code of ours.
 * @see https://www.developer.amazon.com/en-US/docs/alexa/smapi/skill-enablement.html
 * @throws EnablementRefused, AlexaApiUnreachable from every method
 */
export interface AlexaEnablement {
  /** The hosts that may serve this person, Amazon's own only: each is to be tried. It has at least one. */
  endpoints(accessToken: string, signal: AbortSignal): Promise<string[]>;
  /**
   * Enables the skill and links the account. Within this call Alexa exchanges the code at our token endpoint, and sends AcceptGrant.
   * It takes up to 12.5 s. No answer is no failure: ask for the status first.
   */
  enable(
    access: AlexaAccess,
    link: { readonly redirectUri: string; readonly code: string },
    signal: AbortSignal,
  ): Promise<EnablementStatus>;
  /** `undefined` where the skill is not enabled. */
  status(access: AlexaAccess, signal: AbortSignal): Promise<EnablementStatus | undefined>;
  /** Disables the skill. It is no error where it was not enabled. */
  disable(access: AlexaAccess, signal: AbortSignal): Promise<void>;
}
