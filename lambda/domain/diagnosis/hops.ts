/**
 * The hops of the chain. First the set-up of a link, then a command on its way from voice to lamp and back, then a change on its way from
 * the lamp to the Alexa app. `code` is how the doctor prints it.
 */
export const HOPS = {
  'sign-in-page': { code: 'S1', part: 'skill' },
  'code-exchange': { code: 'S2', part: 'skill' },
  'accept-grant': { code: 'S3', part: 'skill' },
  discovery: { code: 'S4', part: 'skill' },
  voice: { code: 'F1', part: 'alexa' },
  'alexa-link': { code: 'F2', part: 'alexa' },
  'token-refresh': { code: 'F3', part: 'skill' },
  delivery: { code: 'F4', part: 'skill' },
  'token-check': { code: 'F5', part: 'skill' },
  table: { code: 'F6', part: 'skill' },
  'device-cloud': { code: 'F7', part: 'cloud' },
  plug: { code: 'F8', part: 'plug' },
  lamp: { code: 'F9', part: 'lamp' },
  answer: { code: 'F10', part: 'skill' },
  'plug-report': { code: 'B1', part: 'plug' },
  watch: { code: 'B2', part: 'reports' },
  comparison: { code: 'B3', part: 'reports' },
  'event-token': { code: 'B4', part: 'reports' },
  gateway: { code: 'B5', part: 'reports' },
  'alexa-copy': { code: 'B6', part: 'reports' },
} as const satisfies Record<string, { readonly code: string; readonly part: Part }>;

/** What a page shows as one line: several hops that a person need not tell apart. */
export type Part = 'alexa' | 'skill' | 'cloud' | 'plug' | 'lamp' | 'reports';
export type Hop = keyof typeof HOPS;

/** In the order of the chain. */
export const ALL_HOPS = Object.keys(HOPS) as readonly Hop[];
