/** Message authentication codes for our tokens: a forgery is proven without reading the table. */
export interface TokenMac {
  /** Signs with the newest key of the ring. */
  sign(text: string): { readonly keyId: string; readonly mac: string };
  /**
   * Whether `mac` is the key's MAC of `text`, with any key of the ring.
   * @throws SealingKeyMissing when the ring has no such key: it was lost in a deployment, which does not prove a forgery
   */
  verify(text: string, keyId: string, mac: string): boolean;
}
