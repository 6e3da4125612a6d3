import type { Evidence } from '../../../lambda/domain/diagnosis/evidence.ts';

export const NOW = new Date('2026-03-01T12:00:00.000Z');
/** A moment so many minutes before. */
export const ago = (minutes: number): string => new Date(NOW.getTime() - minutes * 60_000).toISOString();
const now = { at: ago(0) };

/** Everything was looked at and works; a command came through ten minutes ago. */
export const HEALTHY: Evidence = {
  lampId: 'p1',
  account: { ...now, state: 'healthy' },
  link: { ...now, state: 'live', since: ago(50_000) },
  goodDirective: { at: ago(10) },
  refresh: { at: ago(300) },
  acceptGrant: { ...now, state: 'stored' },
  discovery: { ...now, heldBack: [] },
  grants: { ...now, list: [{ id: 'g1', region: 'NA', state: 'ok' }] },
  watch: { ...now, state: 'watched' },
  queue: { ...now, oldestSeconds: 0, dead: 0 },
  traffic: { ...now, region: 'NA', inRegion: 40, usual: 50, inAll: 60 },
  address: { ...now, state: 'ok', certificateEndsAt: '2026-09-01T00:00:00.000Z', issuer: 'Amazon' },
  signInPage: { ...now, state: 'ok' },
  tokenEndpoint: { ...now, state: 'ok' },
  canary: { at: ago(30), state: 'refreshed' },
  delivery: { ...now, state: 'ok', region: 'us-east-1' },
  table: { ...now, state: 'ok' },
  cloud: { ...now, state: 'ok' },
  plugs: {
    ...now,
    list: [
      { id: 'p1', name: 'Bedroom lamp', connected: true, rssi: -54, firmware: '1.7.1' },
      { id: 'p2', name: 'Desk lamp', connected: true, rssi: -61 },
      { id: 'p3', name: 'Hall', connected: true },
    ],
  },
  eventToken: { ...now, state: 'ok' },
  gateway: { at: ago(12), state: 'accepted' },
};
