import type { Evidence } from './evidence.ts';

const DAY_MS = 86_400_000;
/** Below this the connection of a plug is likely to drop. In dBm. */
const WEAK_RSSI = -80;
const LOST_DAYS = 30;
/** A managed certificate is renewed long before. */
export const CERTIFICATE_DAYS = 21;

/** What breaks nothing now. */
export type Hint =
  /** `lost` of `of` links no longer work; the account has another that does. `linkedAt` (ISO 8601): when the latest of the lost ones was made. */
  | { readonly code: 'link-lost'; readonly lost: number; readonly of: number; readonly linkedAt: string }
  | { readonly code: 'weak-signal'; readonly name: string; readonly rssi: number }
  | { readonly code: 'firmware-old'; readonly name: string; readonly firmware: string; readonly newer: string }
  | { readonly code: 'certificate-ends-soon'; readonly daysLeft: number; readonly issuer?: string };

export const hintsOf = (evidence: Evidence, now: Date): readonly Hint[] => [
  ...linkHint(evidence, now),
  ...plugHints(evidence),
  ...certificateHint(evidence, now),
];

/** What a person ended here is lost to nobody; and after so long nobody waits for a link. */
function linkHint({ link, links }: Evidence, now: Date): Hint[] {
  const counted = (links?.list ?? []).filter(({ state }) => state !== 'ended-by-person');
  const lost = counted.filter(
    (one) => one.state !== 'live' && now.getTime() - Date.parse(one.since) <= LOST_DAYS * DAY_MS,
  );
  const latest = lost.at(-1);
  const { length: of } = counted;
  return latest && link?.state === 'live' && lost.length < of
    ? [{ code: 'link-lost', lost: lost.length, of, linkedAt: latest.linkedAt }]
    : [];
}

const plugHints = ({ plugs, lampId }: Evidence): Hint[] =>
  (plugs?.list ?? [])
    .filter(({ id, connected }) => connected && (lampId === undefined || id === lampId))
    .flatMap(({ name, rssi, firmware, newerFirmware: newer }) => [
      ...(rssi !== undefined && rssi <= WEAK_RSSI ? [{ code: 'weak-signal', name, rssi } as const] : []),
      ...(firmware && newer ? [{ code: 'firmware-old', name, firmware, newer } as const] : []),
    ]);

function certificateHint({ address }: Evidence, now: Date): Hint[] {
  if (address?.state !== 'ok' || address.certificateEndsAt === undefined) return [];
  const daysLeft = Math.floor((Date.parse(address.certificateEndsAt) - now.getTime()) / DAY_MS);
  const { issuer } = address;
  return daysLeft <= CERTIFICATE_DAYS
    ? [{ code: 'certificate-ends-soon', daysLeft, ...(issuer !== undefined && { issuer }) }]
    : [];
}
