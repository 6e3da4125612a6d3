import { createHash } from 'node:crypto';
import type { Allowance, Counter, Limit, Throttle } from '../ports/throttle.ts';
import { networksOf } from './networks.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/**
 * Failed sign-ins of one account in half an hour, whoever made them: passwords, two-factor codes and the skill's own sign-ins. How many the
 * device cloud allows before it locks an account is not known, nor for how long; the fifth is assumed to lock it.
 */
const ACCOUNT: Limit = { limit: 4, windowSeconds: 30 * MINUTE };

/** A sign-in on our pages, as far as the limits depend on it. */
export interface PageSignIn {
  readonly email: string;
  /** IP address of the browser. */
  readonly address: string;
  /** Names the sealed page; the same for all requests that come from one page. */
  readonly page: string;
  /** Whether the page was opened by a valid sign-in link of this account: then a part of every limit is kept for it. */
  readonly byLink: boolean;
}

/**
 * The counters of a sign-in on our pages.
 *
 * Whoever knows nothing but an e-mail address must not lock out its owner. So the last attempt of an account goes only to a network that has
 * not failed with this account lately, and one more to a sign-in link.
 */
export function pageCounters({ email, address, page, byLink }: PageSignIn): Counter[] {
  const { narrow, wide } = networksOf(address);
  const [network, region, thisPage] = [hashed(`network ${narrow}`), hashed(`region ${wide}`), hashed(`page ${page}`)];
  const perPage = { label: thisPage, limit: 5, windowSeconds: 30 * MINUTE };
  return [
    {
      name: 'account',
      key: accountKey(email),
      labels: [network, thisPage, ...(byLink ? ['link'] : [])],
      anyOf: byLink ? linkChoices(thisPage) : strangerChoices(network, region, thisPage),
    },
    {
      name: 'network',
      key: hashed(`network ${wide}`),
      labels: [network],
      anyOf: [
        {
          limits: [
            { label: network, limit: byLink ? 60 : 50, windowSeconds: HOUR },
            { limit: byLink ? 100 : 80, windowSeconds: HOUR },
          ],
        },
      ],
    },
    {
      name: 'everyone',
      key: 'everyone',
      labels: [thisPage],
      anyOf: [{ limits: [perPage, { limit: byLink ? 200 : 150, windowSeconds: 15 * MINUTE }] }],
    },
  ];
}

/** Three wrong codes or passwords from one page are enough. */
const pageLimit = (page: string): Limit => ({ label: page, limit: 3, windowSeconds: 30 * MINUTE });

const strangerChoices = (network: string, region: string, page: string): Allowance[] => {
  const newcomer = `first of ${region}`;
  return [
    // The first attempt of a network. Not of many networks side by side: those are one stranger's.
    {
      label: newcomer,
      limits: [
        ACCOUNT,
        { label: network, limit: 1, windowSeconds: 15 * MINUTE },
        { label: newcomer, limit: 2, windowSeconds: 30 * MINUTE },
        pageLimit(page),
      ],
    },
    // Further attempts leave one to other networks.
    {
      limits: [
        { ...ACCOUNT, limit: ACCOUNT.limit - 1 },
        { label: network, limit: 3, windowSeconds: 15 * MINUTE },
        pageLimit(page),
      ],
    },
  ];
};

const linkChoices = (page: string): Allowance[] => [
  { limits: [ACCOUNT, { label: 'link', limit: 3, windowSeconds: 30 * MINUTE }, pageLimit(page)] },
  // Strangers have used up the attempts: one remains for the link.
  {
    limits: [
      { ...ACCOUNT, limit: ACCOUNT.limit + 1 },
      { label: 'link', limit: 1, windowSeconds: 30 * MINUTE },
    ],
  },
];

/**
 * Counts a sign-in of the skill's own that the device cloud refused, or may have refused as no answer came, so that the pages allow one attempt less. It is counted afterwards and
 * never held back: a stored password that still works must renew the session also while a stranger guesses. Never throws.
 */
export async function countFailedSignIn(email: string, throttle: Throttle, now: Date): Promise<void> {
  const always = { limits: [{ ...ACCOUNT, limit: Number.MAX_SAFE_INTEGER }] };
  const counter = { name: 'account', key: accountKey(email), labels: ['skill'], anyOf: [always] };
  await throttle.take([counter], now).catch(() => undefined);
}

/** The device cloud ignores the case of e-mail addresses. */
const accountKey = (email: string): string => hashed(`account ${email.trim().toLowerCase()}`);

const hashed = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);
