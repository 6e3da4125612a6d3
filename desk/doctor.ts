import { type Report, toReport } from '../infra/doctor/report.ts';
import { HOP_NAMES, WHO } from '../infra/doctor/words.ts';
import { diagnose } from '../lambda/domain/diagnosis/diagnose.ts';
import type { Evidence } from '../lambda/domain/diagnosis/evidence.ts';
import { HOPS } from '../lambda/domain/diagnosis/hops.ts';
import { openDiagnostics } from '../lambda/handlers/diagnostics.ts';
import type { Throttle } from '../lambda/ports/throttle.ts';
import { BROADBAND_DOWN, LAMP_SWITCHED_OFF, MISHEARD, POWERED_OFFLINE } from './faults.ts';
import type { Lamps } from './lamps.ts';
import type { LocalSystem } from './local-system.ts';
import type { DoctorAnswer, DoctorShown } from './page/protocol.ts';
import type { Place } from './places.ts';

export interface DeskDoctor {
  /** Looks at the first account. One look at a time; nothing where there is no account with a row of its own. */
  look(): Promise<Report | undefined>;
  shown(): DoctorShown | undefined;
}

export interface DeskDoctorParts {
  readonly system: LocalSystem;
  readonly places: readonly Place[];
  readonly lamps: Pick<Lamps, 'all'>;
  /** By their ids: the faults that are on. */
  readonly active: ReadonlyMap<string, unknown>;
  readonly changed: () => void;
  /** The id of the first account at the emulated device cloud. */
  readonly first: string | undefined;
}

const MOST_BEFORE = 30;
/** At the desk somebody tries one fault after the other. */
const unthrottled: Throttle = { take: async () => ({ taken: true, giveBack: async () => undefined }) };

/** The doctor of `npm run doctor`, with the person in the room to ask, and with the permissions of the emulated AWS. */
export function createDeskDoctor(parts: DeskDoctorParts): DeskDoctor {
  const { system, changed } = parts;
  const before: DoctorShown['before'][number][] = [];
  let last: Report | undefined;
  let looking: Promise<Report | undefined> | undefined;

  async function examine(): Promise<Report | undefined> {
    const accountId = parts.first ?? (await accountIdsOf(system))[0];
    if (accountId === undefined || system.signInServer) return undefined;
    const diagnostics = await openFor(system);
    const evidence = await diagnostics.gather({ accountId, mayReport: true });
    const now = system.clock.now();
    const diagnosis = diagnose({ ...evidence, ...roomEvidence(parts, now), ...deliveryEvidence(system, now) }, now);
    const report = toReport({ title: 'The desk', now, diagnosis, cloud: system.deviceCloud.name });
    const answer = answerOf(report);
    if (before.at(-1)?.says !== answer.says) before.push({ ...answer, at: report.at });
    if (before.length > MOST_BEFORE) before.shift();
    last = report;
    return report;
  }

  return {
    async look() {
      looking ??= examine().finally(() => {
        looking = undefined;
        changed();
      });
      changed();
      return await looking;
    },
    shown: () =>
      last || looking
        ? {
            busy: looking !== undefined,
            ...(last && { at: last.at, answer: answerOf(last) }),
            broken: last ? brokenIn(last) : [],
            before,
          }
        : undefined,
  };
}

/** Asked of the table, which may be away. */
const accountIdsOf = ({ ports }: LocalSystem): Promise<string[]> => ports.accounts.list().catch(() => []);

async function openFor(system: LocalSystem) {
  const { ports, clock, alexa, environment } = system;
  return openDiagnostics({
    ...(await ports.stores()),
    throttle: unthrottled,
    isLinkedElsewhere: false,
    cloud: ports.cloud,
    tokens: ports.tokens,
    origin: environment.PUBLIC_URLS?.split(',')[0],
    clients: async () => system.secrets.linkingClients,
    gatewayUrls: alexa.gatewayUrls,
    settings: ports.settings,
    clock,
    log: ports.log,
  });
}

/** What the person in the room tells: of the first lamp, and of the home. */
function roomEvidence({ lamps, active, system }: DeskDoctorParts, now: Date): Evidence {
  const at = now.toISOString();
  const [first] = lamps.all();
  const isOffline = first?.plug.online === false;
  const hasPower = POWERED_OFFLINE.some((id) => active.has(id));
  return {
    ...(isOffline && {
      plugLight: { at, shows: hasPower ? ('blinking' as const) : ('nothing' as const) },
      internet: { at, works: !active.has(BROADBAND_DOWN) },
    }),
    ...(active.has(LAMP_SWITCHED_OFF) &&
      first?.plug.online && { blink: { at, confirmed: true, level: Math.max(first.plug.level, 50), seen: false } }),
    ...(active.has(MISHEARD) && system.mayInvoke && { trial: { at, tap: true, speech: false } }),
  };
}

/** As AWS would tell a developer. */
const deliveryEvidence = ({ mayInvoke }: LocalSystem, now: Date): Evidence => ({
  delivery: { at: now.toISOString(), state: mayInvoke ? 'ok' : 'permission-missing', region: 'us-east-1' },
});

function answerOf({ verdict, says, who, remedy }: Report): DoctorAnswer {
  const more = { ...(who !== undefined && { who: WHO[who] }), ...(remedy !== undefined && { remedy }) };
  if (verdict === 'healthy') return { hop: 'Healthy', state: 'healthy', says, ...more };
  if (verdict === 'undecided') return { hop: 'Undecided', state: 'undecided', says, ...more };
  return { hop: `${HOPS[verdict].code} ${HOP_NAMES[verdict]}`, state: 'broken', says, ...more };
}

const brokenIn = ({ lines }: Report): DoctorAnswer[] =>
  lines
    .filter(({ state }) => state === 'broken')
    .map(({ code, hop, says, who, remedy }) => ({
      ...{ hop: `${code} ${HOP_NAMES[hop]}`, state: 'broken', says },
      ...(who !== undefined && { who: WHO[who] }),
      ...(remedy !== undefined && { remedy }),
    }));
