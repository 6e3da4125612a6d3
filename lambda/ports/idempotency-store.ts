/** Remembers what has been taken already, so that it is not taken again. @throws StoreUnavailable from every method */
export interface IdempotencyStore {
  has(id: string): Promise<boolean>;
  /** Remembers it for the first time; false when somebody was first. It may be forgotten after `until`. */
  add(id: string, until: Date): Promise<boolean>;
}
