import { type Answered, json } from './loopback.ts';

export interface SecretService {
  answer(target: string, body: string): Answered;
  /** @param text absent: the entry exists, and has no version */
  create(arn: string, text?: string): void;
  delete(arn: string): void;
  /** Somebody schedules its deletion. */
  schedule(arn: string): void;
  /** What an entry holds now. */
  text(arn: string): string | undefined;
  /** Writes as somebody else does in the console. */
  write(arn: string, text: string): void;
  /** How often an entry got another current text after it was made. */
  readonly writes: number;
}

interface SecretEntry {
  readonly texts: Map<string, string>;
  /** What was written under each ClientRequestToken. */
  readonly tokens: Map<string, string>;
  /** The version that each label is attached to. */
  readonly labels: Map<string, string>;
}

interface Asked {
  readonly SecretId: string;
  readonly SecretString?: string;
  readonly VersionStages?: readonly string[];
  readonly ClientRequestToken?: string;
  readonly VersionStage?: string;
  readonly MoveToVersionId?: string;
  readonly RemoveFromVersionId?: string;
}

const CURRENT = 'AWSCURRENT';

/** AWS Secrets Manager: get, put, and moving a label from one version to another. */
export function createSecretService(): SecretService {
  const entries = new Map<string, SecretEntry>();
  const scheduled = new Set<string>();
  let writes = 0;
  let versions = 0;
  const put = (entry: SecretEntry, text: string, labels: readonly string[]): string => {
    versions += 1;
    const id = `version-${versions}`;
    entry.texts.set(id, text);
    for (const label of labels) entry.labels.set(label, id);
    if (labels.includes(CURRENT)) writes += 1;
    return id;
  };
  const textOf = (entry: SecretEntry | undefined) => entry?.texts.get(entry.labels.get(CURRENT) ?? '');
  /** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html */
  const moveLabel = (entry: SecretEntry, asked: Asked): Answered => {
    const { SecretId: ARN, VersionStage: label = '', MoveToVersionId: to, RemoveFromVersionId: from } = asked;
    const holder = entry.labels.get(label);
    if (holder !== undefined && holder !== to && holder !== from) {
      const Message = `Staging label ${label} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`;
      return json(400, { __type: 'InvalidParameterException', Message });
    }
    if (to === undefined) entry.labels.delete(label);
    else entry.labels.set(label, to);
    if (label === CURRENT) writes += 1;
    return json(200, { ARN });
  };
  return {
    create: (arn, text) => {
      const entry: SecretEntry = { texts: new Map(), tokens: new Map(), labels: new Map() };
      if (text !== undefined) {
        put(entry, text, [CURRENT]);
        writes -= 1;
      }
      entries.set(arn, entry);
    },
    delete: (arn) => entries.delete(arn),
    schedule: (arn) => void scheduled.add(arn),
    text: (arn) => textOf(entries.get(arn)),
    write: (arn, text) => {
      const entry = entries.get(arn);
      if (entry) put(entry, text, [CURRENT]);
    },
    get writes() {
      return writes;
    },
    answer(target, body) {
      const asked = JSON.parse(body) as Asked;
      const { SecretId, SecretString, VersionStages = [CURRENT], ClientRequestToken } = asked;
      const entry = entries.get(SecretId);
      if (!entry) {
        return json(400, {
          __type: 'ResourceNotFoundException',
          Message: "Secrets Manager can't find the specified secret.",
        });
      }
      if (target === 'secretsmanager.DescribeSecret')
        return json(200, { ARN: SecretId, ...(scheduled.has(SecretId) && { DeletedDate: 1_700_000_000 }) });
      if (target === 'secretsmanager.RestoreSecret') {
        scheduled.delete(SecretId);
        return json(200, { ARN: SecretId });
      }
      if (scheduled.has(SecretId)) {
        const Message = "You can't perform this operation on the secret because it was marked for deletion.";
        return json(400, { __type: 'InvalidRequestException', Message });
      }
      if (target === 'secretsmanager.PutSecretValue' && SecretString !== undefined) {
        const before = ClientRequestToken === undefined ? undefined : entry.tokens.get(ClientRequestToken);
        if (before !== undefined && before !== SecretString)
          return json(400, {
            __type: 'ResourceExistsException',
            Message: 'A resource with the ID you requested already exists.',
          });
        if (ClientRequestToken !== undefined) entry.tokens.set(ClientRequestToken, SecretString);
        return json(200, { ARN: SecretId, VersionId: put(entry, SecretString, VersionStages) });
      }
      if (target === 'secretsmanager.GetSecretValue' && !entry.labels.has(CURRENT)) {
        return json(400, {
          __type: 'ResourceNotFoundException',
          Message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
        });
      }
      if (target === 'secretsmanager.GetSecretValue')
        return json(200, { ARN: SecretId, SecretString: textOf(entry), VersionId: entry.labels.get(CURRENT) });
      if (target === 'secretsmanager.UpdateSecretVersionStage') return moveLabel(entry, asked);
      return json(400, { __type: 'InvalidAction', Message: `the stand-in does not know ${target}` });
    },
  };
}
