/** What went wrong in one sentence, and what to do in another. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly remedy: string;

  constructor(sentence: string, remedy: string, options?: ErrorOptions) {
    super(sentence, options);
    this.remedy = remedy;
  }
}
