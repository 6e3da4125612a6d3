import { StoreUnavailable } from '../ports/errors.ts';

/** The row of a valid token or code is missing: wrong table, restored backup. It proves nothing about the link. */
export class LinkMissing extends StoreUnavailable {
  constructor(linkId: string) {
    super(`no row for link ${linkId}`);
  }
}
