import * as v from 'valibot';
import { parseJson } from '../basics/json.ts';
import { BearerInvalid, SealingKeyMissing } from '../ports/errors.ts';
import type { Sealer } from '../ports/sealer.ts';

/** A text that is not empty. */
export const text = v.pipe(v.string(), v.minLength(1));
/** ISO 8601, UTC or with an offset */
export const moment = v.pipe(v.string(), v.isoTimestamp());

/** Content that travels sealed, such as that of a link in a mail. */
export interface SealedContent<Content> {
  seal(content: Content, sealer: Sealer): string;
  /** @returns nothing for what is no content of ours for this purpose, or of a key that is no longer in the ring */
  open(sealed: string, sealer: Sealer): Content | undefined;
}

/** @param purpose the sealing context: content of one purpose does not open as that of another */
export const sealedContent = <Content>(
  purpose: string,
  schema: v.GenericSchema<unknown, Content>,
): SealedContent<Content> => ({
  seal: (content, sealer) => sealer.seal(JSON.stringify(content), purpose),
  open(sealed, sealer) {
    try {
      const content = v.safeParse(schema, parseJson(sealer.open(sealed, purpose)));
      return content.success ? content.output : undefined;
    } catch (error) {
      if (error instanceof BearerInvalid || error instanceof SealingKeyMissing) return undefined;
      throw error;
    }
  },
});

/** Whether the time until which a link works has passed. */
export const hasEnded = ({ expiresAt }: { readonly expiresAt: string }, now: Date): boolean =>
  Date.parse(expiresAt) <= now.getTime();
