import { isCloudUnreachable, isSkillError, type SkillError } from '../ports/errors.ts';

/** `field`: the path of what is wrong in the directive, such as `brightness` or `header.payloadVersion`, if it is one field. */
abstract class FieldError<Name extends string> extends Error {
  abstract override readonly name: Name;
  readonly field: string | undefined;
  constructor(message: string, field?: string) {
    super(message);
    this.field = field;
  }
}

/** The directive is not one of ours, or its shape is not the protocol's. */
export class InvalidDirective extends FieldError<'InvalidDirective'> {
  override readonly name = 'InvalidDirective';
}

/** A value of the wrong type. */
export class InvalidValue extends FieldError<'InvalidValue'> {
  override readonly name = 'InvalidValue';
}

/** A number that no endpoint of ours allows. */
export class ValueOutOfRange extends FieldError<'ValueOutOfRange'> {
  override readonly name = 'ValueOutOfRange';
  readonly validRange: { readonly minimumValue: number; readonly maximumValue: number };
  constructor(minimumValue: number, maximumValue: number, field?: string) {
    super(`the value must be within ${minimumValue}..${maximumValue}`, field);
    this.validRange = { minimumValue, maximumValue };
  }
}

export type DirectiveError = InvalidDirective | InvalidValue | ValueOutOfRange;

export const isDirectiveError = (error: unknown): error is DirectiveError =>
  error instanceof InvalidDirective || error instanceof InvalidValue || error instanceof ValueOutOfRange;

/**
 * `type` and `message` of Alexa / ErrorResponse. Either of the two credential errors makes Alexa delete its tokens and unlink, so only a
 * token that was surely never ours gets one. Every other problem with an account is a bridge that cannot be reached: it is repaired
 * without a new link.
 */
const errorTypes = {
  DeadlineExceeded: ['INTERNAL_ERROR', 'the answer was not ready in time'],
  DeviceUnreachable: ['ENDPOINT_UNREACHABLE', 'the plug is not connected to its cloud'],
  DeviceNotFound: ['NO_SUCH_ENDPOINT', 'this account has no such device'],
  CloudUnreachable: ['BRIDGE_UNREACHABLE', 'the device cloud does not answer'],
  CloudRateLimited: ['RATE_LIMIT_EXCEEDED', 'the device cloud asks for fewer requests'],
  SessionRejected: ['BRIDGE_UNREACHABLE', 'the device cloud does not take the session'],
  SignInRefused: ['BRIDGE_UNREACHABLE', 'the device cloud refuses the sign-in'],
  ReauthRequired: ['BRIDGE_UNREACHABLE', 'the device cloud needs a new sign-in'],
  BearerInvalid: ['INVALID_AUTHORIZATION_CREDENTIAL', 'the access token is not one of ours'],
  // Its link is in the table and says that it was ended.
  LinkEnded: ['INVALID_AUTHORIZATION_CREDENTIAL', 'the link of this access token was ended'],
  // The token was ours, so its link may be alive: Alexa refreshes tokens by itself and must not forget them.
  BearerExpired: ['INTERNAL_ERROR', 'the access token has ended and should have been refreshed'],
  BearerUnverified: ['INTERNAL_ERROR', 'the access token could not be verified'],
  ServiceTokenMissing: ['INTERNAL_ERROR', 'internal error'],
  SealingKeyMissing: ['INTERNAL_ERROR', 'a key is missing'],
  StoreUnavailable: ['INTERNAL_ERROR', 'the store does not answer'],
  AccountMissing: ['INTERNAL_ERROR', 'the account is not in the store'],
  GrantRevoked: ['INTERNAL_ERROR', 'internal error'],
  MessagingClientRefused: ['INTERNAL_ERROR', 'internal error'],
  TokenServiceUnreachable: ['INTERNAL_ERROR', 'internal error'],
  EventRefused: ['INTERNAL_ERROR', 'internal error'],
  GrantInBackoff: ['INTERNAL_ERROR', 'internal error'],
  GatewayUnreachable: ['INTERNAL_ERROR', 'internal error'],
  AlexaApiUnreachable: ['INTERNAL_ERROR', 'internal error'],
  EnablementRefused: ['INTERNAL_ERROR', 'internal error'],
} as const satisfies Record<SkillError['name'], readonly [type: string, message: string]>;

/** @returns `type` and `message` of the ErrorResponse. A deadline that passes while the device cloud is asked is the cloud's. */
export const errorTypeOf = (error: SkillError): readonly [type: string, message: string] =>
  errorTypes[isCloudUnreachable(error) ? 'CloudUnreachable' : error.name];

/** The same for directives that are wrong in themselves. */
export const directiveErrorTypes = {
  InvalidDirective: 'INVALID_DIRECTIVE',
  InvalidValue: 'INVALID_VALUE',
  ValueOutOfRange: 'VALUE_OUT_OF_RANGE',
} as const satisfies Record<DirectiveError['name'], string>;

/** Every `type` that an ErrorResponse of ours has. */
export type ErrorType =
  | (typeof errorTypes)[keyof typeof errorTypes][0]
  | (typeof directiveErrorTypes)[keyof typeof directiveErrorTypes]
  | 'ACCEPT_GRANT_FAILED';

const ERROR_TYPES: ReadonlySet<unknown> = new Set([
  ...Object.values(errorTypes).map(([type]) => type),
  ...Object.values(directiveErrorTypes),
]);

/**
 * Whether a payload has a `type` of errors that this skill answers with.
 * @param isAlexa of Alexa / ErrorResponse; else of Alexa.Authorization / ErrorResponse
 */
export const isErrorType = (payload: object, isAlexa: boolean): boolean =>
  'type' in payload && (isAlexa ? ERROR_TYPES.has(payload.type) : payload.type === 'ACCEPT_GRANT_FAILED');

/** Errors that say nothing of any other account: it needs a sign-in or a new link, a plug of it is offline, or the request was of no use. */
const OF_ONE_ACCOUNT: ReadonlySet<string> = new Set([
  'DeviceUnreachable',
  'DeviceNotFound',
  'SignInRefused',
  'ReauthRequired',
  'BearerInvalid',
  'LinkEnded',
  'BearerExpired',
  'InvalidValue',
  'ValueOutOfRange',
] satisfies (SkillError | DirectiveError)['name'][]);

/** Whether an error is of one account alone. A bug is of all. */
export const isOfOneAccount = (error: unknown): boolean =>
  (isSkillError(error) || isDirectiveError(error)) && OF_ONE_ACCOUNT.has(error.name);

/** Whether whoever runs this skill must look into it. Other errors pass, or are for somebody else to repair. */
export const isOurFault = (error: SkillError): boolean => errorTypeOf(error)[0] === 'INTERNAL_ERROR';
