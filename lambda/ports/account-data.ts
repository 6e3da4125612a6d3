/** Everything that is kept of one account, whatever it is. */
export interface AccountData {
  /**
   * Deletes every row of an account but those of its links: Alexa must still be told that a link has ended. The account's own row goes last, and
   * only while nobody has written to it.
   * @param version of the account's row
   * @throws StoreUnavailable; what is left then goes with the next call
   */
  erase(accountId: string, version: number, now: Date): Promise<void>;
  /**
   * Deletes what functions that had not heard of the end wrote for an account after it was erased, an hour or longer ago.
   * @throws StoreUnavailable
   */
  sweep(now: Date): Promise<void>;
}
