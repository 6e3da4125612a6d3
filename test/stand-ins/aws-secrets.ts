import { type Answered, json } from './loopback.ts';

export interface SecretService {
  answer(target: string, body: string): Answered;
  create(arn: string, text: string): void;
  delete(arn: string): void;
  /** What an entry holds. */
  text(arn: string): string | undefined;
  /** How often an entry was written after it was made. */
  readonly writes: number;
}

/** AWS Secrets Manager: get and put. */
export function createSecretService(): SecretService {
  const entries = new Map<string, string>();
  let writes = 0;
  return {
    create: (arn, text) => entries.set(arn, text),
    delete: (arn) => entries.delete(arn),
    text: (arn) => entries.get(arn),
    get writes() {
      return writes;
    },
    answer(target, body) {
      const { SecretId, SecretString } = JSON.parse(body) as { SecretId: string; SecretString?: string };
      if (!entries.has(SecretId)) {
        return json(400, {
          __type: 'ResourceNotFoundException',
          Message: "Secrets Manager can't find the specified secret.",
        });
      }
      if (target === 'secretsmanager.PutSecretValue' && SecretString !== undefined) {
        entries.set(SecretId, SecretString);
        writes += 1;
        return json(200, { ARN: SecretId });
      }
      if (target === 'secretsmanager.GetSecretValue') {
        return json(200, { ARN: SecretId, SecretString: entries.get(SecretId) });
      }
      return json(400, { __type: 'InvalidAction', Message: `the stand-in does not know ${target}` });
    },
  };
}
