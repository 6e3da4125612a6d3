/**
 * The errors of the ports, in terms of neither Alexa nor HTTP. Each protocol has one table from these names to its own
 * (`alexa/errors.ts`). The reason for the log is in `cause`.
 */
abstract class PortError<Name extends string> extends Error {
  abstract override readonly name: Name;
}

/** The plug is not connected to its cloud: no power, no Wi-Fi. */
export class DeviceUnreachable extends PortError<'DeviceUnreachable'> {
  readonly name = 'DeviceUnreachable';
}

/** The device does not exist, or belongs to somebody else. */
export class DeviceNotFound extends PortError<'DeviceNotFound'> {
  readonly name = 'DeviceNotFound';
}

/** What came instead of an answer of the device cloud: nothing, an error of it or of a gateway before it, or what nobody can read. */
export type CloudAnswer = 'none' | 'server-error' | 'unreadable';

/** The device cloud is down, too slow, or answers what nobody can read. Temporary: never a reason to change a link. */
export class CloudUnreachable extends PortError<'CloudUnreachable'> {
  readonly name = 'CloudUnreachable';
  /** false: the request surely did not reach the device cloud. A sign-in then was no attempt that counts there. */
  readonly sent: boolean;
  /** true: the device cloud itself answered, and nobody knows what that means. */
  readonly answered: boolean;
  readonly answer: CloudAnswer;
  constructor(
    message: string,
    {
      sent = true,
      answered = false,
      answer = 'none',
      ...options
    }: ErrorOptions & { readonly sent?: boolean; readonly answered?: boolean; readonly answer?: CloudAnswer } = {},
  ) {
    super(message, options);
    this.sent = sent;
    this.answered = answered;
    this.answer = answer;
  }
}

/** The device cloud asks for fewer requests. */
export class CloudRateLimited extends PortError<'CloudRateLimited'> {
  readonly name = 'CloudRateLimited';
}

/** The device cloud no longer takes this session. A new sign-in is needed, by us or by the person. */
export class SessionRejected extends PortError<'SessionRejected'> {
  readonly name = 'SessionRejected';
  /** No sign-in of ours before; absent where it is not known that one must wait. */
  readonly retryAt: Date | undefined;
  constructor(message: string, { retryAt, ...options }: ErrorOptions & { readonly retryAt?: Date } = {}) {
    super(message, options);
    this.retryAt = retryAt;
  }
}

/** `wrong-password`, `code-needed` (two-factor), `wrong-code`, or `locked` after too many attempts: wait, never retry at once. */
export type SignInRefusal = 'wrong-password' | 'code-needed' | 'wrong-code' | 'locked';

/** The device cloud refuses to sign this person in. */
export class SignInRefused extends PortError<'SignInRefused'> {
  readonly name = 'SignInRefused';
  readonly reason: SignInRefusal;
  constructor(reason: SignInRefusal, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** The account cannot be reached until a person signs in. Further attempts of ours would only lock the account. */
export class ReauthRequired extends PortError<'ReauthRequired'> {
  readonly name = 'ReauthRequired';
}

/** The bearer token was surely never issued by us: the only proof that lets us tell Alexa so. */
export class BearerInvalid extends PortError<'BearerInvalid'> {
  readonly name = 'BearerInvalid';
}

/** The link of the bearer token was ended. Its tokens do nothing any more. */
export class LinkEnded extends PortError<'LinkEnded'> {
  readonly name = 'LinkEnded';
}

/** The bearer token is ours and past its end; Alexa will refresh it. */
export class BearerExpired extends PortError<'BearerExpired'> {
  readonly name = 'BearerExpired';
  /** Whose it is, where it surely is ours. */
  readonly accountId: string | undefined;
  constructor(message: string, accountId?: string) {
    super(message);
    this.accountId = accountId;
  }
}

/**
 * The bearer token is one of a maker's own authorization server and could not be verified. A wrong setting of ours is the likelier cause, so
 * it proves nothing.
 */
export class BearerUnverified extends PortError<'BearerUnverified'> {
  readonly name = 'BearerUnverified';
}

/**
 * The maker's authorization server gives us no token for reads of our own, or the device cloud does not take it. It says nothing of an account:
 * Alexa's own tokens may be good.
 */
export class ServiceTokenMissing extends PortError<'ServiceTokenMissing'> {
  readonly name = 'ServiceTokenMissing';
}

/** The bearer token looks like ours, but its key is not in the ring: our fault, e.g. a key lost in a deployment. */
export class SealingKeyMissing extends PortError<'SealingKeyMissing'> {
  readonly name = 'SealingKeyMissing';
  readonly keyId: string | undefined;
  constructor(message: string, keyId?: string) {
    super(message);
    this.keyId = keyId;
  }
}

/** Table or queue do not answer. */
export class StoreUnavailable extends PortError<'StoreUnavailable'> {
  readonly name = 'StoreUnavailable';
}

/** The table answered with a row that cannot be opened or understood, such as one whose key was lost. A retry does not help. */
export class RowUnreadable extends StoreUnavailable {}

/** A row that must be there is not: our own fault (wrong table, restored backup), never proof that a link has ended. */
export class AccountMissing extends PortError<'AccountMissing'> {
  readonly name = 'AccountMissing';
}

/** Login with Amazon says `invalid_grant`: the code is spent, or the person took the grant back. The one proof of it. */
export class GrantRevoked extends PortError<'GrantRevoked'> {
  readonly name = 'GrantRevoked';
}

/** Login with Amazon refuses our own client id or secret: alarm, delete nothing. */
export class MessagingClientRefused extends PortError<'MessagingClientRefused'> {
  readonly name = 'MessagingClientRefused';
}

/** Login with Amazon is down, too slow, or answers what nobody can read. */
export class TokenServiceUnreachable extends PortError<'TokenServiceUnreachable'> {
  readonly name = 'TokenServiceUnreachable';
}

/** The event gateway did not accept an event. `code` is Amazon's, such as `SKILL_DISABLED_EXCEPTION`, if there was one. */
export class EventRefused extends PortError<'EventRefused'> {
  readonly name = 'EventRefused';
  readonly status: number;
  readonly code: string | undefined;
  constructor(status: number, code: string | undefined, options?: ErrorOptions) {
    super(`the event gateway answered ${status}${code ? ` ${code}` : ''}`, options);
    this.status = status;
    this.code = code;
  }
}

/** The grant's back-off ends soon; nothing is sent before. */
export class GrantInBackoff extends PortError<'GrantInBackoff'> {
  readonly name = 'GrantInBackoff';
  /** When it ends. */
  readonly until: Date;

  constructor(until: Date) {
    super(`the back-off of a grant ends at ${until.toISOString()}`);
    this.until = until;
  }
}

/** The event gateway is down or too slow. */
export class GatewayUnreachable extends PortError<'GatewayUnreachable'> {
  readonly name = 'GatewayUnreachable';
}

/**
 * Amazon's Skill Enablement API is down, too busy, too slow, or answers what nobody can read. It proves nothing: what was asked for may have
 * been done.
 */
export class AlexaApiUnreachable extends PortError<'AlexaApiUnreachable'> {
  readonly name = 'AlexaApiUnreachable';
  /** The status of an answer, such as 429 or 503; absent where none came. */
  readonly status: number | undefined;
  constructor(message: string, { status, ...options }: ErrorOptions & { readonly status?: number } = {}) {
    super(message, options);
    this.status = status;
  }
}

/**
 * Why Amazon refuses to enable the skill. `credentials`: it could not link the account with our code; `token`: the consent has ended;
 * `not-permitted`: the scope is missing, or the Amazon account may not use this stage of the skill; `enabled-already`; `request`: our mistake.
 */
export type EnablementRefusal = 'credentials' | 'token' | 'not-permitted' | 'enabled-already' | 'request';

/** Amazon's Skill Enablement API decided against a request. */
export class EnablementRefused extends PortError<'EnablementRefused'> {
  readonly name = 'EnablementRefused';
  readonly reason: EnablementRefusal;
  readonly status: number;
  constructor(reason: EnablementRefusal, status: number, options?: ErrorOptions) {
    super(`the Skill Enablement API answered ${status}: ${reason}`, options);
    this.reason = reason;
    this.status = status;
  }
}

/**
 * Who or what a call waits for, as logs name it. `pause`: a wait between two attempts, e.g. while another function signs the account in.
 * `notices`: the table or the notice topic.
 */
export type Dependency =
  | 'device cloud'
  | 'table'
  | 'secrets'
  | 'Login with Amazon'
  | 'event gateway'
  | 'Skill Enablement API'
  | 'report queue'
  | 'notices'
  | 'pause';

/** A deadline of ours has passed. It says nothing about the account, the session or the link. */
export class DeadlineExceeded extends PortError<'DeadlineExceeded'> {
  readonly name = 'DeadlineExceeded';
  /** What was being waited for; absent when no call was pending. */
  readonly waitingFor: Dependency | undefined;
  constructor(ms: number, waitingFor: Dependency | undefined, options?: ErrorOptions) {
    super(`not finished within ${ms} ms${waitingFor ? `, waiting for: ${waitingFor}` : ''}`, options);
    this.waitingFor = waitingFor;
  }
}

export type SkillError =
  | DeadlineExceeded
  | DeviceUnreachable
  | DeviceNotFound
  | CloudUnreachable
  | CloudRateLimited
  | SessionRejected
  | SignInRefused
  | ReauthRequired
  | BearerInvalid
  | BearerExpired
  | BearerUnverified
  | LinkEnded
  | ServiceTokenMissing
  | SealingKeyMissing
  | StoreUnavailable
  | AccountMissing
  | GrantRevoked
  | MessagingClientRefused
  | TokenServiceUnreachable
  | EventRefused
  | GrantInBackoff
  | GatewayUnreachable
  | AlexaApiUnreachable
  | EnablementRefused;

/**
 * Whether the device cloud did not answer: it failed, or our deadline passed while we waited for it. Temporary: never a reason to change a
 * link.
 */
export const isCloudUnreachable = (error: unknown): error is CloudUnreachable | DeadlineExceeded =>
  error instanceof CloudUnreachable ||
  (error instanceof DeadlineExceeded && (error.waitingFor === 'device cloud' || error.waitingFor === 'pause'));

/** Whether the device cloud served nobody: it did not answer, or asked for fewer requests. */
export const isCloudOutage = (error: unknown): error is CloudUnreachable | CloudRateLimited | DeadlineExceeded =>
  isCloudUnreachable(error) || error instanceof CloudRateLimited;

/** Whether an error is one of ours; anything else is a bug and is logged whole. */
export const isSkillError = (error: unknown): error is SkillError => error instanceof PortError;
