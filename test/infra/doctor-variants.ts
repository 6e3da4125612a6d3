import type { AddressFault, Evidence, HeldBackReason } from '../../lambda/domain/diagnosis/evidence.ts';
import { ago, HEALTHY } from '../domain/diagnosis/support.ts';

const at = ago(0);
const none = { link: { at, state: 'none' } } as const satisfies Evidence;

const rows = <T>(fault: string, values: readonly T[], toEvidence: (value: T) => Evidence) =>
  values.map((value) => ({ fault: `${fault}: ${JSON.stringify(value)}`, evidence: toEvidence(value) }));

const plug = (name: string, connected: boolean, more: object = {}) => ({
  id: `id of ${name}`,
  name,
  connected,
  ...more,
});
const plugs = (...list: readonly ReturnType<typeof plug>[]): Evidence => ({ plugs: { at, list } });
const addresses: readonly AddressFault[] = [
  'name-unknown',
  'certificate-ended',
  'certificate-refused',
  'no-answer',
  'wrong-answer',
];
const reasons: readonly HeldBackReason[] = ['name', 'unreadable', 'not-announced'];
const reauths = ['password-changed', 'code-needed', 'locked', 'credentials-not-kept', 'two-step-account'] as const;
const { cloud: _cloud, goodDirective: _good, refresh: _refresh, ...unasked } = HEALTHY;

/** Evidence beside the faults: every state, and every value that may be absent or is a border of something. */
export const VARIANTS: readonly { readonly fault: string; readonly evidence: Evidence }[] = [
  ...rows('our address, for a link', addresses, (state) => ({ address: { at, state } })),
  ...rows('our address, and nobody is linked', addresses, (state) => ({
    ...none,
    address: { at, state, status: 404 },
  })),
  { fault: 'the sign-in page gives no answer', evidence: { signInPage: { at, state: 'failing' } } },
  {
    fault: 'the client is refused, and its id is right',
    evidence: { ...none, exchange: { at, state: 'client-refused' } },
  },
  {
    fault: 'the client is refused, and ours is not known',
    evidence: { ...none, exchange: { at, state: 'client-refused', theirs: '…7f2c' } },
  },
  ...rows('a device that Alexa does not know', reasons, (reason) => ({
    discovery: { at, heldBack: [{ id: 'p1', name: 'Tree *1*', reason }], described: 2 },
  })),
  ...rows(
    'the link',
    ['ended-by-person', 'ended-for-safety', 'skill-disabled', 'not-linked', 'grant-revoked'] as const,
    (state) => ({
      link: { at, state, since: ago(5) },
      skillPage: { at, says: 'link-expired' },
    }),
  ),
  { fault: 'Alexa has refreshed since', evidence: { goodDirective: { at: ago(400) }, refresh: { at: ago(5) } } },
  { fault: 'a refresh, and no address to try', evidence: { refresh: { at: ago(5) }, link: { at, state: 'live' } } },
  ...rows('a refresh was refused', [undefined, 'its client secret is not ours'], (reason) => ({
    refusedRefresh: { at: ago(3), code: 'invalid_client', ...(reason !== undefined && { reason }) },
  })),
  {
    fault: "a second person's link is lost",
    evidence: {
      links: {
        at,
        list: [
          { linkedAt: ago(50_000), state: 'live' },
          { linkedAt: ago(40_000), state: 'ended-by-person', since: ago(30_000) },
          { linkedAt: ago(30_000), state: 'skill-disabled', since: ago(60) },
        ],
      },
    },
  },
  { fault: 'a link without a moment', evidence: { link: { at, state: 'live' } } },
  { fault: 'a link that is not complete', evidence: { link: { at, state: 'not-completed' } } },
  { fault: 'a directive of a link that has ended', evidence: { failedDirective: { at, error: 'LinkEnded' } } },
  ...rows(
    'the token endpoint',
    ['no-answer', 'late', 'server-error', 'not-json', 'client-refused'] as const,
    (state) => ({
      tokenEndpoint: { at, state, ...(state !== 'no-answer' && state !== 'late' && { status: 401 }) },
    }),
  ),
  ...rows('the test link', ['refused', 'no-answer'] as const, (state) => ({ canary: { at, state } })),
  {
    fault: 'no directive for anybody',
    evidence: {
      ...{ delivery: { at, state: 'ok', region: 'us-east-1' } },
      traffic: { at, region: 'EU', inRegion: 0, usual: 90, inAll: 0 },
    },
  },
  ...rows(
    'a directive failed',
    ['AccountMissing', 'StoreUnavailable', 'CloudUnreachable', 'CloudRateLimited'] as const,
    (error) => ({
      failedDirective: { at, error },
    }),
  ),
  ...rows('a directive ran out of time', ['table', 'device cloud', 'pause'], (waitingFor) => ({
    failedDirective: { at, error: 'DeadlineExceeded', waitingFor },
  })),
  ...rows('the account waits for a person, and nothing was asked', reauths, (reason) => ({
    account: { at, state: 'needs-reauth', reason, since: ago(9) },
  })),
  ...rows('the account waits for a person, and its session works', reauths, (reason) => ({
    account: { at, state: 'needs-reauth', reason, since: ago(9) },
    cloud: { at, state: 'ok' },
  })),
  {
    fault: 'the next sign-in has to wait, and nothing was asked',
    evidence: {
      account: { at, state: 'waiting-to-retry', since: ago(9), retryAt: ago(-5), inconclusiveSignIns: 1 },
    },
  },
  { fault: 'nothing was asked', evidence: { ...unasked } },
  {
    fault: 'two of three plugs are offline',
    evidence: plugs(plug('Lamp 1', false), plug('Lamp 2', false), plug('Lamp 3', true)),
  },
  { fault: 'one of two plugs is offline', evidence: plugs(plug('Lamp 1', false), plug('Lamp 2', true)) },
  {
    fault: 'a plug is offline, and shows its light',
    evidence: { ...plugs(plug('Lamp 1', false)), plugLight: { at, shows: 'steady' } },
  },
  { fault: 'the Wi-Fi is weak', evidence: plugs(plug('Lamp 1', true, { rssi: -84 })) },
  { fault: 'the firmware is old', evidence: plugs(plug('Lamp 1', true, { firmware: '1.6', newerFirmware: '1.7' })) },
  ...rows('the certificate ends soon', [1, 20], (days) => ({
    address: { at, state: 'ok', certificateEndsAt: ago(-days * 1_440 - 60), ...(days === 1 && { issuer: 'Amazon' }) },
  })),
  ...rows('an answer was late', [undefined, 200, 7_900], (cloudMs) => ({
    badAnswer: { at, verdict: 'late', ms: 8_600, ...(cloudMs !== undefined && { cloudMs }) },
  })),
  ...rows(
    'tokens were refused',
    ['BearerInvalid', 'BearerUnverified', 'SealingKeyMissing'] as const,
    (error): Evidence => ({ refusedTokens: { at, error, count: 3, since: ago(9) } }),
  ),
  {
    fault: 'a key that tokens name is gone',
    evidence: { refusedTokens: { at, error: 'SealingKeyMissing', keyId: '2024-a', count: 3, since: ago(9) } },
  },
  {
    fault: 'a key that a token names is gone',
    evidence: { failedDirective: { at: ago(2), error: 'SealingKeyMissing', keyId: '2024-a' } },
  },
  { fault: 'one report has failed for good', evidence: { queue: { at, oldestSeconds: 0, dead: 1 } } },
  { fault: 'the gateway gave no answer', evidence: { gateway: { at, state: 'no-answer' } } },
  {
    fault: 'a person saw and heard that all is well',
    evidence: {
      trial: { at, tap: true, speech: true },
      blink: { at, confirmed: true, level: 40, seen: true },
      button: { at, noticed: true },
      tile: { at, wrong: false },
      skillPage: { at, says: 'enabled' },
    },
  },
];
