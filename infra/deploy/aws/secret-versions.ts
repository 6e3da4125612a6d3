import { createHash } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';

/** A secret's text, and which version of it was read. */
export interface SecretVersion {
  readonly text: string;
  readonly versionId: string;
}

/** A version under this label is written, and not yet what the functions read. */
const PENDING = 'dimmer-plug-skill-pending';
const CURRENT = 'AWSCURRENT';

/**
 * Secrets Manager keeps a deleted entry for 7 to 30 days, with its versions.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html
 */
export async function reviveSecret(client: SecretsManagerClient, arn: string): Promise<boolean> {
  const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: arn }));
  if (DeletedDate) await client.send(new RestoreSecretCommand({ SecretId: arn }));
  return DeletedDate !== undefined;
}

/** @returns the version that the functions read */
export async function readSecret(client: SecretsManagerClient, arn: string): Promise<SecretVersion> {
  const { SecretString = '', VersionId = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  return { text: SecretString, versionId: VersionId };
}

/**
 * Writes the first text of an entry that has none yet. The token is the same for everybody: of two that write at once, AWS takes the
 * first, and refuses another text under its token.
 * @returns whether this call wrote it
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
export async function beginSecret(client: SecretsManagerClient, arn: string, makeText: () => string): Promise<boolean> {
  try {
    await readSecret(client, arn);
    return false;
  } catch (error) {
    // Secrets Manager says the same of an entry without a text and of one that does not exist. Writing tells them apart.
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  try {
    const ClientRequestToken = createHash('sha256').update(arn).digest('hex').slice(0, 64);
    await client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: makeText(), ClientRequestToken }));
    return true;
  } catch (error) {
    if (error instanceof ResourceExistsException) return false;
    throw error;
  }
}

/**
 * Makes a new text the current one, on the condition that the version that was read is still the current one. PutSecretValue alone takes
 * no condition. So the text is first written beside it; then the label AWSCURRENT moves, and AWS moves it only from the version that is named.
 * @returns false when somebody else wrote meanwhile; nothing has changed then
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
export async function replaceSecret(
  client: SecretsManagerClient,
  arn: string,
  { versionId }: SecretVersion,
  text: string,
): Promise<boolean> {
  const put = new PutSecretValueCommand({ SecretId: arn, SecretString: text, VersionStages: [PENDING] });
  const { VersionId: pending = '' } = await client.send(put);
  const stage = { SecretId: arn, VersionStage: CURRENT, MoveToVersionId: pending, RemoveFromVersionId: versionId };
  try {
    await client.send(new UpdateSecretVersionStageCommand(stage));
    return true;
  } catch (error) {
    const isCurrent = (await readSecret(client, arn)).versionId === versionId;
    if (isCurrent) throw error; // nobody else wrote: the refusal has another cause
    return false;
  } finally {
    // A version without a label is deleted by AWS; one that is current keeps that label. A failure here does no harm.
    const clear = { SecretId: arn, VersionStage: PENDING, RemoveFromVersionId: pending };
    await client.send(new UpdateSecretVersionStageCommand(clear)).catch(() => undefined);
  }
}
