import { SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { StoreUnavailable } from '../../ports/errors.ts';
import type { Mail, Mailer } from '../../ports/mailer.ts';

export interface MailerOptions {
  /** `Lamps <lamps@example.org>` or only the address; verified with SES. */
  readonly from: string;
  /** Sends bounces and complaints to our topic. */
  readonly configurationSet?: string;
  readonly region?: string;
  /** Where SES is, if not where the SDK finds it. On this machine it is an emulator's, and takes made-up credentials. */
  readonly endpoint?: string;
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const MADE_UP = { accessKeyId: 'emulated', secretAccessKey: 'emulated' };

const ATTEMPTS = 3;
const REQUEST_MS = 2_000;

/** Mails by Amazon SES (API v2, SendEmail): plain text in UTF-8, one recipient each. */
export function createMailer({ from, configurationSet, region, endpoint }: MailerOptions): Mailer {
  const client = new SESv2Client({
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    ...(endpoint && LOOPBACK.has(new URL(endpoint).hostname) && { credentials: MADE_UP }),
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: REQUEST_MS,
      throwOnRequestTimeout: true, // else the SDK merely warns
    },
  });
  const shared = { FromEmailAddress: from, ...(configurationSet && { ConfigurationSetName: configurationSet }) };
  return {
    async send(mail) {
      const command = new SendEmailCommand({ ...shared, ...toInput(mail) });
      try {
        await client.send(command, { abortSignal: AbortSignal.timeout(ATTEMPTS * REQUEST_MS + 500) });
      } catch (error) {
        // Not as it is: an error of the SDK may hold the request, and that an address and a link.
        const reason = error instanceof Error ? error.name : 'no error';
        throw new StoreUnavailable('SES did not take a mail', { cause: new Error(reason) });
      }
    },
  };
}

/** @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
const toInput = ({
  to,
  subject,
  text,
  language,
  unsubscribeUrl,
  accountId,
  addressId,
}: Mail): SendEmailCommandInput => ({
  Destination: { ToAddresses: [to] },
  Content: {
    Simple: {
      Subject: { Data: subject.replaceAll(/[\r\n]+/g, ' '), Charset: 'UTF-8' },
      Body: { Text: { Data: text, Charset: 'UTF-8' } },
      Headers: [
        { Name: 'List-Unsubscribe', Value: `<${unsubscribeUrl}>` },
        { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
        { Name: 'Auto-Submitted', Value: 'auto-generated' },
        { Name: 'Content-Language', Value: language },
      ],
    },
  },
  // A tag takes letters, digits, `-` and `_`, at most 256.
  EmailTags: [
    { Name: 'account', Value: Buffer.from(accountId).toString('base64url') },
    { Name: 'address', Value: addressId },
  ],
});
