import { StoreUnavailable } from '../ports/errors.ts';

/** A token or code of ours whose row is not there: the wrong table, a restored backup. It proves nothing about the link. */
export class LinkMissing extends StoreUnavailable {
  constructor(linkId: string) {
    super(`no row for link ${linkId}`);
  }
}
