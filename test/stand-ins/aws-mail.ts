import { type Answered, type Asked, json } from './loopback.ts';

/** Amazon SES (API version 2), as far as deploying asks it: identities. */
export interface MailService {
  answer(asked: Asked, awsRegion: string): Answered;
  /** Addresses and domains that were set up, as `REGION NAME`, and whether they are verified. */
  readonly identities: Map<string, boolean>;
}

export function createMailService(): MailService {
  const identities = new Map<string, boolean>();
  return {
    identities,
    answer({ method, url }, awsRegion) {
      const [, name = ''] = /^\/v2\/email\/identities\/([^/]+)$/.exec(url.pathname) ?? [];
      if (method !== 'GET' || name === '')
        throw new Error(`the stand-in does not know ${method} ${url.pathname} of SES`);
      const isVerified = identities.get(`${awsRegion} ${decodeURIComponent(name)}`);
      if (isVerified === undefined)
        return json(
          404,
          { message: `Email identity ${name} does not exist.` },
          { 'x-amzn-errortype': 'NotFoundException' },
        );
      return json(200, {
        IdentityType: name.includes('%40') ? 'EMAIL_ADDRESS' : 'DOMAIN',
        VerifiedForSendingStatus: isVerified,
      });
    },
  };
}
