import { createHash, hkdfSync } from 'node:crypto';
import * as v from 'valibot';
import { parseJson } from '../../basics/json.ts';
import type { SealingKey, Secrets } from '../../ports/secrets.ts';
import { OPERATOR } from './environment.ts';

const text = v.pipe(v.string(), v.minLength(1));

const SecretsJson = v.object({
  messaging: v.object({ clientId: text, clientSecret: text }),
  sealingKeys: v.optional(v.array(v.object({ id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]+$/)), key: text })), []),
  /** What Secrets Manager generated when the entry was made: it makes text, not keys. 32 characters of 62 are 190 bits. */
  sealingText: v.optional(v.pipe(v.string(), v.minLength(32))),
  linkingClients: v.optional(
    v.array(
      v.object({
        id: text,
        secrets: v.array(v.object({ secret: text, retired: v.optional(v.boolean(), false) })),
        retired: v.optional(v.boolean(), false),
        redirectUris: v.array(text),
        pkceRequired: v.optional(v.boolean(), false),
        rotates: v.optional(v.boolean(), false),
      }),
    ),
    [],
  ),
  // Checked where they are used: most functions need none.
  authorizationServers: v.exactOptional(v.array(v.unknown())),
  deviceCloudClient: v.exactOptional(v.unknown()),
  // A name that cannot stand in a mail keeps no function from its work.
  operator: v.fallback(v.optional(v.pipe(v.string(), v.trim(), v.regex(OPERATOR))), undefined),
  deviceEventsKey: v.exactOptional(v.pipe(v.string(), v.minLength(32))),
});

/**
 * Reads the secrets from their JSON. The key of `sealingText` is the oldest of the ring: one that is added to `sealingKeys` seals from
 * then on.
 * @throws an Error that names the fields that are wrong, and no value
 */
export function parseSecrets(json: string): Secrets {
  const result = v.safeParse(SecretsJson, parseJson(json));
  if (!result.success) throw wrongIn(result.issues.map((issue) => v.getDotPath(issue) ?? 'the whole'));
  const { sealingText, ...secrets } = result.output;
  const sealingKeys = [...secrets.sealingKeys, ...(sealingText ? [toSealingKey(sealingText)] : [])];
  if (sealingKeys.length === 0) throw wrongIn(['sealingKeys']);
  return { ...secrets, sealingKeys };
}

/**
 * Derived (HKDF, RFC 5869), since the text is longer than a key and has fewer bits per byte. The id is a hash of the key: if the text is
 * ever generated again, tokens of the old key then name a key that we lack. They do not look like forgeries, which would unlink.
 */
function toSealingKey(sealingText: string): SealingKey {
  const key = Buffer.from(hkdfSync('sha256', sealingText, '', 'sealing-key', 32));
  return { id: `g-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`, key: key.toString('base64') };
}

const wrongIn = (fields: readonly string[]): Error =>
  new Error(`the secrets are missing or wrong in: ${fields.join(', ')}`);
