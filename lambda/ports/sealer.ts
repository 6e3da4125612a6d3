/** Seals texts so that only a holder of the key ring can read them, and only where they belong. */
export interface Sealer {
  /** @param context where the text belongs (row and field); opening it elsewhere fails */
  seal(text: string, context: string): string;
  /** @throws SealingKeyMissing, BearerInvalid when it was changed, belongs elsewhere, or was never sealed by us */
  open(sealed: string, context: string): string;
}
