import { GetEmailIdentityCommand, NotFoundException, type SESv2Client } from '@aws-sdk/client-sesv2';
import { identityAmong, identityNames, type MailIdentity } from '../mail-identity.ts';

/**
 * The identity with which SES sends for an address.
 * @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetEmailIdentity.html
 */
export async function findIdentity(address: string, client: SESv2Client): Promise<MailIdentity> {
  const found = await Promise.all(
    identityNames(address).map(async (name): Promise<MailIdentity> => {
      const identity = await unlessNotFound(client.send(new GetEmailIdentityCommand({ EmailIdentity: name })));
      if (!identity) return { name, status: 'absent' };
      return { name, status: identity.VerifiedForSendingStatus ? 'verified' : 'not-verified' };
    }),
  );
  return identityAmong(address, found);
}

/** @returns nothing where SES has no such thing */
export async function unlessNotFound<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}
