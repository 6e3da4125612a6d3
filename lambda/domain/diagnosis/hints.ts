import type { Evidence } from './evidence.ts';

const DAY_MS = 86_400_000;
/** Below this the connection of a plug is likely to drop. In dBm. */
const WEAK_RSSI = -80;
/** A managed certificate is renewed long before. */
const CERTIFICATE_DAYS = 21;

/** What breaks nothing now. */
export type Hint =
  | { readonly code: 'weak-signal'; readonly name: string; readonly rssi: number }
  | { readonly code: 'firmware-old'; readonly name: string; readonly firmware: string; readonly newer: string }
  | { readonly code: 'certificate-ends-soon'; readonly daysLeft: number; readonly issuer?: string };

export const hintsOf = (evidence: Evidence, now: Date): readonly Hint[] => [
  ...plugHints(evidence),
  ...certificateHint(evidence, now),
];

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
