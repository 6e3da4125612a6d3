import { type Report, toReport } from '../infra/doctor/report.ts';
import { HOP_NAMES, WHO } from '../infra/doctor/words.ts';
import { diagnose } from '../lambda/domain/diagnosis/diagnose.ts';
import { HOPS } from '../lambda/domain/diagnosis/hops.ts';
import { openDiagnostics } from '../lambda/handlers/diagnostics.ts';
import type { Throttle } from '../lambda/ports/throttle.ts';
import type { LocalSystem } from './local-system.ts';
import type { DoctorAnswer, DoctorShown } from './page/protocol.ts';
import type { Room } from './room.ts';
import { awsEvidence, roomEvidence } from './room-evidence.ts';
import { setUpFindings } from './set-up-findings.ts';

export interface DeskDoctor {
  /** Looks at the first account. One look at a time; nothing where there is no account with a row of its own. */
  look(): Promise<Report | undefined>;
  shown(): DoctorShown | undefined;
}

export interface DeskDoctorParts extends Room {
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
    const room = await roomEvidence(parts, accountId, now);
    const diagnosis = diagnose({ ...evidence, ...room, ...awsEvidence(system, now) }, now);
    const setUp = setUpFindings(system);
    const report = toReport({ title: 'The desk', now, diagnosis, cloud: system.deviceCloud.name, setUp });
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
  const { ports, clock, alexa, publicAddress } = system;
  return openDiagnostics({
    ...(await ports.stores()),
    throttle: unthrottled,
    isLinkedElsewhere: false,
    sealingKeyIds: async () => system.secrets.sealingKeys.map(({ id }) => id),
    cloud: ports.cloud,
    tokens: ports.tokens,
    origin: publicAddress?.origin,
    ...(publicAddress?.ca !== undefined && { ca: publicAddress.ca }),
    clients: async () => system.secrets.linkingClients,
    gatewayUrls: alexa.gatewayUrls,
    settings: ports.settings,
    clock,
    log: ports.log,
  });
}

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
