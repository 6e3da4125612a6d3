/** Why a page cannot be shown, whatever the person types. */
export type RefusalKind =
  | 'too-old'
  | 'other-browser'
  | 'unknown-client'
  | 'retired-client'
  | 'unknown-redirect'
  | 'malformed';

/** The request cannot continue. It is answered with an error page, never with a redirect. */
export class PageRefusal extends Error {
  override readonly name = 'PageRefusal';
  readonly kind: RefusalKind;
  readonly attempt: string | undefined;
  readonly status: number;
  constructor(kind: RefusalKind, attempt?: string, status = 400) {
    super(kind);
    this.kind = kind;
    this.attempt = attempt;
    this.status = status;
  }
}
