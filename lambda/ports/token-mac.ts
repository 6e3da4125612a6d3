/** Marks texts as ours, so that proof of a forgery needs no store. */
export interface TokenMac {
  /** Signs with the newest key of the ring. */
  sign(text: string): { readonly keyId: string; readonly mac: string };
  /**
   * Whether `mac` is what the key gives for `text`; any key of the ring will do.
   * @throws SealingKeyMissing when the ring has no such key: a key lost in a deployment, and no proof of a forgery
   */
  verify(text: string, keyId: string, mac: string): boolean;
}
