/** The public keys of a maker's authorization server, as its address last answered. */
export interface StoredKeySet {
  /** RFC 7517 */
  readonly keys: readonly unknown[];
  /** ISO 8601 */
  readonly fetchedAt: string;
}

/** @throws StoreUnavailable from every method */
export interface KeySetStore {
  get(jwksUrl: string): Promise<StoredKeySet | undefined>;
  put(jwksUrl: string, keySet: StoredKeySet): Promise<void>;
}
