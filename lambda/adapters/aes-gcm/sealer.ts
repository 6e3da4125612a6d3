import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { BearerInvalid, SealingKeyMissing } from '../../ports/errors.ts';
import type { Sealer } from '../../ports/sealer.ts';
import type { SealingKey } from '../../ports/secrets.ts';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** `dps.KEYID.` and base64url of nonce, ciphertext, tag. */
const SEALED = /^dps\.([A-Za-z0-9-]{1,40})\.([A-Za-z0-9_-]+)$/;

/**
 * Seals with AES-256-GCM (NIST SP 800-38D): 96 random bits of nonce, a tag of 128 bits, the context as associated data. The first key
 * of the ring seals, all of them open.
 * @throws an Error that says what is wrong with the ring, and shows no key
 */
export function createSealer(ring: readonly SealingKey[]): Sealer {
  const keys = toKeys(ring);
  const [newest] = keys;
  if (!newest) throw new Error('the ring of sealing keys is empty');
  const [keyId, key] = newest;
  const keyOf = new Map(keys);
  return {
    seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(context));
      const content = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `dps.${keyId}.${content.toString('base64url')}`;
    },
    open(sealed, context) {
      const [, id, encoded] = SEALED.exec(sealed) ?? [];
      if (!id || !encoded) throw new BearerInvalid('not sealed by us');
      const opener = keyOf.get(id);
      const content = Buffer.from(encoded, 'base64url');
      // Another spelling of the same bytes (stray bits at the end) was not written by us either.
      const ours = content.toString('base64url') === encoded && content.length >= NONCE_BYTES + TAG_BYTES;
      if (!ours) throw new BearerInvalid('not sealed by us');
      if (!opener) throw new SealingKeyMissing(`no key ${id} in the ring`, id);
      return decipher(opener, content, context);
    },
  };
}

function toKeys(ring: readonly SealingKey[]): (readonly [id: string, key: Buffer])[] {
  const ids = new Set<string>();
  return ring.map(({ id, key }, index) => {
    if (!/^[A-Za-z0-9-]{1,40}$/.test(id))
      throw new Error(`sealing key ${index} has an id that is not of A-Z, a-z, 0-9 and -, up to 40 of them`);
    if (ids.has(id)) throw new Error(`two sealing keys have the id ${id}`);
    ids.add(id);
    const bytes = Buffer.from(key, 'base64');
    if (bytes.length !== KEY_BYTES)
      throw new Error(`sealing key ${id} has ${bytes.length} bytes in base64, not ${KEY_BYTES}`);
    return [id, bytes] as const;
  });
}

function decipher(key: Buffer, content: Buffer, context: string): string {
  const tagAt = content.length - TAG_BYTES;
  const opener = createDecipheriv(CIPHER, key, content.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context))
    .setAuthTag(content.subarray(tagAt));
  try {
    return Buffer.concat([opener.update(content.subarray(NONCE_BYTES, tagAt)), opener.final()]).toString('utf8');
  } catch (cause) {
    throw new BearerInvalid('changed, or sealed for another place', { cause });
  }
}
