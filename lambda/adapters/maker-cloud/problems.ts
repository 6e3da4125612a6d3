import {
  CloudUnreachable,
  DeviceNotFound,
  DeviceUnreachable,
  SessionRejected,
  type SkillError,
} from '../../ports/errors.ts';

/** The codes of `Problem` in `openapi.yaml`. */
export const CODES = [
  'wrong-password',
  'code-needed',
  'wrong-code',
  'locked',
  'session-ended',
  'device-not-found',
  'account-not-found',
  'device-offline',
  'invalid-value',
  'malformed',
  'too-many-requests',
  'unavailable',
] as const;
export type ProblemCode = (typeof CODES)[number];

/** What a problem means to a call that uses a session. Every code that proves nothing about session or device is the cloud's fault. */
const ERRORS: Partial<Record<ProblemCode, (message: string) => SkillError>> = {
  'session-ended': (message) => new SessionRejected(message),
  'device-not-found': (message) => new DeviceNotFound(message),
  'account-not-found': (message) => new DeviceNotFound(message),
  'device-offline': (message) => new DeviceUnreachable(message),
};

/** The port's error for an answer that is no success. */
export function toError(code: ProblemCode | undefined, message: string): SkillError {
  const described = code === undefined ? message : `${message} ${code}`;
  return (code && ERRORS[code]?.(described)) ?? new CloudUnreachable(described);
}
