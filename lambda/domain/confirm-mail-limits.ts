import { createHash } from 'node:crypto';
import type { Counter } from '../ports/throttle.ts';

const DAY_SECONDS = 24 * 3600;
/** To one address, whatever accounts ask for them: whoever has many accounts must not flood a stranger. */
const PER_ADDRESS = 3;
/** Of one account, to whatever addresses. */
const PER_ACCOUNT = 8;

/** The counters of a confirming mail. */
export const confirmMailCounters = (accountId: string, email: string): Counter[] => [
  counter('confirm-mails-to-address', `confirm-mail to ${email.toLowerCase()}`, PER_ADDRESS),
  counter('confirm-mails-of-account', `confirm-mail of ${accountId}`, PER_ACCOUNT),
];

const counter = (name: string, key: string, limit: number): Counter => ({
  name,
  key: createHash('sha256').update(key).digest('base64url').slice(0, 22),
  labels: [],
  anyOf: [{ limits: [{ limit, windowSeconds: DAY_SECONDS }] }],
});
