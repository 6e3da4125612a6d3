import { asError } from '../basics/as-error.ts';
import { personSignedIn } from '../domain/account-state.ts';
import { withDeadline } from '../domain/deadline.ts';
import type { Account } from '../ports/account-store.ts';
import type { CloudSession, Credentials } from '../ports/device-cloud.ts';
import { isCloudOutage, isSkillError, SessionRejected } from '../ports/errors.ts';
import { maskEmail } from './mask-email.ts';
import type { LinkingPorts } from './ports.ts';
import type { SignInForm } from './sign-in-form.ts';

/** To list the lamps that the other user sees. */
const LIST_MS = 10_000;

export type OtherUserPorts = Pick<LinkingPorts, 'cloud' | 'lampCloud' | 'accounts' | 'devices' | 'clock' | 'log'>;

/** What becomes of a sign-in with another user of the device cloud than the one that an account was linked with. */
export type OtherUser =
  | { readonly kind: 'taken'; readonly account: Account }
  /** `lamps`: the names of those lamps of the account that this user sees. Others are named to nobody. */
  | { readonly kind: 'fewer-lamps'; readonly lamps: readonly string[] }
  | { readonly kind: 'stranger' }
  | { readonly kind: 'cloud-down' };

/** Whether the account's session is of another user of the device cloud than the one that it was linked with. */
export const isOfOtherUser = ({ id, session }: Pick<Account, 'id' | 'session'>): boolean => session.accountId !== id;

/**
 * An account may be reached with any user who sees every lamp of it, such as one without two-step sign-in who was invited for that. Its id
 * stays, and with it links, endpoint ids, groups and routines.
 * @throws StoreUnavailable
 */
export async function signInAsOther(
  form: Pick<SignInForm, 'email' | 'password' | 'keep' | 'code'>,
  session: CloudSession,
  accountId: string,
  ports: OtherUserPorts,
): Promise<OtherUser> {
  const lamps = (await ports.devices.list(accountId)).filter(({ removedSince }) => removedSince === undefined);
  const listed = lamps.length === 0 ? [] : await listFor(session, ports);
  if (listed === undefined) return { kind: 'cloud-down' };
  const seen = lamps.filter(({ device }) => listed.includes(device.id));
  // Without any lamp nothing says that this user has to do with the account.
  if (seen.length === 0 || seen.length < lamps.length) {
    await signOutSoon(session, ports);
    return seen.length === 0
      ? { kind: 'stranger' }
      : { kind: 'fewer-lamps', lamps: seen.map(({ device }) => device.name) };
  }
  const standing = await ports.accounts.get(accountId);
  const account = await ports.accounts.put(
    personSignedIn(standing, {
      id: accountId,
      maskedEmail: maskEmail(form.email),
      session,
      asksForCode: form.code !== undefined,
      ...credentialsOf(form),
    }),
  );
  ports.log.info('account-has-other-user', { account: accountId, lamps: lamps.length });
  return { kind: 'taken', account };
}

const credentialsOf = ({
  email,
  password,
  keep,
  code,
}: Pick<SignInForm, 'email' | 'password' | 'keep' | 'code'>): { readonly credentials?: Credentials } =>
  keep && code === undefined ? { credentials: { email, password } } : {};

/** The ids of the lamps that a user sees; nothing where the device cloud did not answer. */
async function listFor(session: CloudSession, ports: OtherUserPorts): Promise<readonly string[] | undefined> {
  try {
    return await withDeadline(LIST_MS, { ...ports, cloud: ports.lampCloud }, async (signal, { cloud }) =>
      (await cloud.devices(session, signal)).devices.map(({ id }) => id),
    );
  } catch (error) {
    if (isCloudOutage(error) || error instanceof SessionRejected) return undefined;
    throw error;
  }
}

/** Never throws: the session ends by itself. */
export async function signOutSoon(session: CloudSession, ports: Pick<OtherUserPorts, 'cloud' | 'clock' | 'log'>) {
  try {
    await withDeadline(2_500, ports, (signal, { cloud }) => cloud.signOut(session, signal));
  } catch (error) {
    if (!isSkillError(error)) throw error;
    ports.log.warn('session-not-ended', { error: asError(error) });
  }
}
