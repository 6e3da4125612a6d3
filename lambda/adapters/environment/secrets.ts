import * as v from 'valibot';
import type { Secrets } from '../../ports/secrets.ts';

const text = v.pipe(v.string(), v.minLength(1));

const SecretsJson = v.object({
  messaging: v.object({ clientId: text, clientSecret: text }),
  sealingKeys: v.pipe(
    v.array(v.object({ id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]+$/)), key: text })),
    v.minLength(1),
  ),
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
});

/**
 * Reads the secrets from their JSON.
 * @throws an Error that names the fields that are wrong, and no value
 */
export function parseSecrets(json: string): Secrets {
  const result = v.safeParse(SecretsJson, parsed(json));
  if (result.success) return result.output;
  const fields = result.issues.map((issue) => v.getDotPath(issue) ?? 'the whole').join(', ');
  throw new Error(`the secrets are missing or wrong in: ${fields}`);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
