import { MAIL_SENDER } from '../../lambda/adapters/environment/environment.ts';
import { Failure } from './failure.ts';

// The sender's identity in SES: an address, or the domain of one.

export type IdentityStatus = 'absent' | 'not-verified' | 'verified';

export interface MailIdentity {
  /** The address or domain under which SES knows the sender, or would if it were set up. */
  readonly name: string;
  readonly status: IdentityStatus;
}

/** The address in `Lamps <lamps@example.org>`. */
export const addressIn = (from: string): string => /<([^>]+)>/.exec(from)?.[1] ?? from;

/**
 * The parameter NoticeFrom, checked before anything is deployed: functions with another text would not start.
 * @throws Failure
 */
export function checkedSender(given: string | number | boolean = ''): string {
  const from = String(given);
  if (from === '') return '';
  // A comma or an asterisk cannot stand in the ARN that the mail stack takes.
  if (MAIL_SENDER.test(from) && !/[,*]/.test(addressIn(from))) return from;
  throw new Failure(
    'NoticeFrom in ask-resources.json is not a sender of mails. Nothing was deployed.',
    'Set one address, with or without a name before it: Lamps <lamps@example.org>.',
  );
}

const domainOf = (address: string): string => address.split('@')[1] ?? '';

/** Under which names SES may know an address, the narrower one first: SES uses that one where both are verified. */
export const identityNames = (address: string): readonly [string, string] => [address, domainOf(address)];

/** A verified domain stands for every address in it. Where SES knows neither, it is the domain: that is what we ask for. */
export function identityAmong(address: string, found: readonly MailIdentity[]): MailIdentity {
  const known = found.filter(({ status }) => status !== 'absent');
  const best = known.find(({ status }) => status === 'verified') ?? known.at(-1);
  return best ?? { name: domainOf(address), status: 'absent' };
}

/** What keeps SES from sending for an address, and what to do; nothing where it is verified. */
export function identityProblem(
  address: string,
  { name, status }: MailIdentity,
  awsRegion: string,
): { readonly says: string; readonly remedy: string } | undefined {
  const domain = domainOf(address);
  if (status === 'absent')
    return {
      says: `SES in ${awsRegion} knows neither ${domain} nor the address of NoticeFrom, so no mail is sent`,
      remedy: `Create an identity for ${domain} in the SES console of ${awsRegion}, and add its DNS records.`,
    };
  if (status === 'verified') return undefined;
  if (name !== domain)
    return {
      says: `the address of NoticeFrom is not verified in SES in ${awsRegion}, so no mail is sent`,
      remedy: 'Follow the link in the mail that Amazon sent to that address.',
    };
  return {
    says: `${domain} is not verified in SES in ${awsRegion}, so no mail is sent`,
    remedy: `Add the DNS records that the SES console shows for ${domain}. Amazon looks for them for 72 hours.`,
  };
}
