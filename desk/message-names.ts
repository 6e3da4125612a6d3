/** What the page calls a customer or a lamp, by its id; for a sentence that says whose hop is broken. */
export interface Names {
  customer(id: string): string | undefined;
  lamp(id: string): string | undefined;
  /** The customer to whose account at the device cloud a request belongs, by its path and the e-mail address in its body. */
  ownerOf(path: string, email: string): string | undefined;
}

/** A sentence, with whose it is before it. */
export const prefixed = (name: string | undefined, sentence: string): string =>
  name === undefined ? sentence : `${name}: ${sentence}`;

/** How the page calls an HTTP status; 0 is no answer. */
export const outcomeOf = (status: number): string => (status === 0 ? 'no answer' : String(status));
