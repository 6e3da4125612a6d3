import { type BucketService, createBucketService } from './aws-buckets.ts';
import { createMailService, type MailService } from './aws-mail.ts';
import { createNameService, type NameService } from './aws-names.ts';
import { createSecretService, type SecretService } from './aws-secrets.ts';
import { createStackService, type StackService } from './aws-stacks.ts';
import { createTableService, type TableService } from './aws-tables.ts';
import { type Answered, type Asked, type Loopback, serveLoopback } from './loopback.ts';
import { ACCOUNT } from './stack.ts';

/** The part of AWS that ask-cli and this project's commands call, on one loopback port. It checks no permission and no signature. */
export interface StandInAws extends Loopback {
  readonly buckets: BucketService;
  readonly secrets: SecretService;
  readonly stacks: StackService;
  readonly names: NameService;
  readonly mail: MailService;
  readonly tables: TableService;
  /** Addresses whose owners have followed the link in Amazon's first mail. */
  readonly confirmed: Set<string>;
  /** The answer to a request that came another way. */
  answer(asked: Asked): Answered;
}

export async function startAws(): Promise<StandInAws> {
  const buckets = createBucketService();
  const secrets = createSecretService();
  const stacks = createStackService(secrets, buckets);
  const confirmed = new Set<string>();
  const names = createNameService();
  const mail = createMailService();
  const tables = createTableService(stacks.made, stacks.add);
  const answer = (asked: Asked): Answered => {
    // In place of the domain itself: it answers where the DNS leads to the API.
    const origin = asked.url.pathname === '/linking' ? asked.url.searchParams.get('origin') : null;
    if (origin !== null) {
      const isThere = names.dns.has(new URL(origin).host);
      return { status: 404, body: isThere ? '{"error":"not_found"}' : '' };
    }
    const target = asked.headers['x-amz-target'];
    // The signature's scope names region and service: KEY/DAY/REGION/SERVICE/aws4_request.
    const [, , region = '', service = ''] =
      /Credential=([^,]+)/.exec(asked.headers.authorization ?? '')?.[1]?.split('/') ?? [];
    if (typeof target === 'string' && service === 'acm')
      return names.certificates(target, asked.body.toString(), region);
    if (typeof target === 'string' && service === 'dynamodb')
      return tables.answer(target, asked.body.toString(), region);
    if (typeof target === 'string') return secrets.answer(target, asked.body.toString());
    if (service === 'route53') return names.zones(asked);
    if (service === 'ses') return mail.answer(asked, region);
    if (service === 's3') return buckets.answer(asked);
    const form = new URLSearchParams(asked.body.toString());
    if (service === 'cloudformation') return stacks.answer(form, region);
    if (service === 'sns' && form.get('Action') === 'ListSubscriptionsByTopic')
      return xml(200, subscriptionsXml(stacks.subscriptions(form.get('TopicArn') ?? ''), confirmed));
    if (service === 'sts' && form.get('Action') === 'GetCallerIdentity') {
      return xml(
        200,
        `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
    }
    throw new Error(`the stand-in does not know ${asked.method} ${asked.url.pathname} of ${service}`);
  };
  return { ...(await serveLoopback(answer)), answer, confirmed, names, mail, tables, buckets, secrets, stacks };
}

/** The answer of ListSubscriptionsByTopic. */
function subscriptionsXml(addresses: readonly string[], confirmed: ReadonlySet<string>): string {
  const members = addresses.map((address) => {
    const arn = confirmed.has(address) ? `arn:aws:sns:us-east-1:${ACCOUNT}:topic:${address}` : 'PendingConfirmation';
    return `<member><SubscriptionArn>${arn}</SubscriptionArn><Protocol>email</Protocol><Endpoint>${address}</Endpoint></member>`;
  });
  const name = 'ListSubscriptionsByTopic';
  return `<${name}Response><${name}Result><Subscriptions>${members.join('')}</Subscriptions></${name}Result></${name}Response>`;
}

const xml = (status: number, body: string) => ({ status, headers: { 'content-type': 'text/xml' }, body });
