import { type BucketService, createBucketService } from './aws-buckets.ts';
import { createSecretService, type SecretService } from './aws-secrets.ts';
import { createStackService, type StackService } from './aws-stacks.ts';
import { type Loopback, serveLoopback } from './loopback.ts';
import { ACCOUNT } from './stack.ts';

/** The part of AWS that ask-cli and this project's commands call, on one loopback port. It checks no permission and no signature. */
export interface StandInAws extends Loopback {
  readonly buckets: BucketService;
  readonly secrets: SecretService;
  readonly stacks: StackService;
}

export async function startAws(): Promise<StandInAws> {
  const buckets = createBucketService();
  const secrets = createSecretService();
  const stacks = createStackService(secrets, buckets);
  const loopback = await serveLoopback((asked) => {
    const target = asked.headers['x-amz-target'];
    if (typeof target === 'string') return secrets.answer(target, asked.body.toString());
    // The signature's scope names region and service: KEY/DAY/REGION/SERVICE/aws4_request.
    const [, , region = '', service = ''] =
      /Credential=([^,]+)/.exec(asked.headers.authorization ?? '')?.[1]?.split('/') ?? [];
    if (service === 's3') return buckets.answer(asked);
    const form = new URLSearchParams(asked.body.toString());
    if (service === 'cloudformation') return stacks.answer(form, region);
    if (service === 'sts' && form.get('Action') === 'GetCallerIdentity') {
      return xml(
        200,
        `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
    }
    throw new Error(`the stand-in does not know ${asked.method} ${asked.url.pathname} of ${service}`);
  });
  return { ...loopback, buckets, secrets, stacks };
}

const xml = (status: number, body: string) => ({ status, headers: { 'content-type': 'text/xml' }, body });
