import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { StoreUnavailable } from '../../ports/errors.ts';

const ATTEMPTS = 2;
const CONNECT_MS = 1_000;

/**
 * Fetches the JSON text of a Secrets Manager entry, by name or ARN.
 * @param timeoutMs of one attempt; there are two of them
 * @throws StoreUnavailable
 */
export async function loadSecrets(secretsId: string, region?: string, timeoutMs = 2_000): Promise<string> {
  const client = new SecretsManagerClient({
    ...(region && { region }),
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: Math.min(CONNECT_MS, timeoutMs),
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true, // else the SDK merely warns
    },
  });
  try {
    const command = new GetSecretValueCommand({ SecretId: secretsId });
    // An answer that has begun is no longer under the handler's time-out.
    const options = { abortSignal: AbortSignal.timeout(ATTEMPTS * timeoutMs + 500) };
    const { SecretString } = await client.send(command, options);
    if (SecretString === undefined) throw new Error('the entry holds no text');
    return SecretString;
  } catch (cause) {
    throw new StoreUnavailable('the secrets cannot be fetched', { cause });
  } finally {
    client.destroy();
  }
}
