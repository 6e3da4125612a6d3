import { randomUUID } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeskClock } from '../../desk/clock.ts';
import { type LocalSystem, startLocalSystem } from '../../desk/local-system.ts';
import type { Typed } from '../../desk/person.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { toLogin } from '../../lambda/adapters/my-leviton/credential.ts';
import { type Bundles, buildAll, repository } from './bundles.ts';
import type { Distance } from './distance.ts';
import type { Party } from './measure.ts';
import { type Far, type Instance, type Measured, startFar, startInstance } from './processes.ts';

/** The distance of device cloud and gateway in the budgets. */
export const FAR: Distance = { roundTripMs: 30, slowMs: 20 };
/** For figures that do not depend on the distance and would take long. */
export const NEAR: Distance = { roundTripMs: 0, slowMs: 0 };

const PERSON = { email: 'bench@example.org', password: 'of the bench', keep: true };
const DEVICES = 10;

/** How often each thing is done. */
export interface Effort {
  readonly starts: number;
  /** Directives of each handler to the far cloud, in blocks that take turns. */
  readonly warm: number;
  readonly cpu: number;
  readonly soak: number;
  /** Batches of ten samples. */
  readonly batches: number;
  /** The most accounts that one run of device-watch holds. */
  readonly sockets: number;
}

/** What the measurements need: emulators in this process; the distance to them and every handler in processes of their own. */
export interface CheckContext {
  readonly effort: Effort;
  readonly folder: string;
  readonly bundles: Bundles;
  readonly system: LocalSystem;
  /** Who has linked. */
  readonly person: Typed;
  readonly far: Far;
  readonly accountId: string;
  /** Switches of the account; directives go to the first. */
  readonly deviceIds: readonly string[];
  /** Who answers directives. */
  readonly functions: Readonly<Record<Party, Measured>>;
  /** Who sends reports. */
  readonly reporters: Readonly<Record<'ours' | 'bare', Measured>>;
  start(one: Measured): Instance;
  /** A directive as Lambda hands it to the skill. */
  directive(namespace: string, name: string, payload?: object): object;
  /** Links one more Amazon account with the account, for reports. */
  grant(): Promise<void>;
  close(): Promise<void>;
}

export async function openCheckContext(effort: Effort): Promise<CheckContext> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'bench-')));
  const bundles = await buildAll(folder);
  const clock = new DeskClock();
  // Many writes run in parallel here, and nobody looks at the lamp.
  const system = await startLocalSystem({ clock, log: createLog('silent', clock), watch: false, reportDelayMs: 1 });
  const account = system.myLeviton.addAccount(PERSON);
  const deviceIds = Array.from({ length: DEVICES }, (_, index) =>
    String(system.myLeviton.addSwitch(account.residenceIds[0] ?? 0, { name: `Lamp ${index + 1}` }).id),
  );
  const { account: amazonAccount } = await system.link(PERSON);
  const token = await amazonAccount.accessToken();
  const { accountId, session } = await system.ports.bearers.open(token, clock.now());

  const certificate = join(repository, 'test/bench/certificate/certificate.pem');
  const key = join(repository, 'test/bench/certificate/key.pem');
  const emulators = [system.myLeviton.url, system.alexa.gatewayUrls.NA].map((url) => new URL(url));
  const far = await startFar(bundles.distance, [key, certificate, ...emulators.map(({ port }) => port)]);
  const [cloudUrl = '', gatewayUrl = ''] = emulators.map(
    ({ pathname }, index) => `https://127.0.0.1:${far.ports[index]}${pathname}`,
  );
  const shared = { NODE_EXTRA_CA_CERTS: certificate, MY_LEVITON_URL: cloudUrl, EVENT_GATEWAY_URL_NA: gatewayUrl };
  const ours = { ...system.environment, ...shared };
  const bare = { ...shared, SESSION_TOKEN: toLogin(session).id };

  return {
    effort,
    folder,
    bundles,
    system,
    person: PERSON,
    far,
    accountId,
    deviceIds,
    functions: {
      ours: { bundle: bundles.skill, environment: ours },
      bare: { bundle: bundles.bareAxios, environment: bare },
      nothing: { bundle: bundles.nothing, environment: bare },
    },
    reporters: {
      ours: { bundle: bundles.reportWorker, environment: ours },
      bare: { bundle: bundles.barePosts, environment: bare },
    },
    start: (one) => startInstance(bundles.child, one),
    directive: (namespace, name, payload = {}) => ({
      directive: {
        header: {
          namespace,
          name,
          payloadVersion: '3',
          messageId: randomUUID(),
          correlationToken: randomUUID(),
        },
        // The cookie is that of the discovery, which Alexa sends back with each directive.
        endpoint: { endpointId: deviceIds[0], scope: { type: 'BearerToken', token }, cookie: { dimmable: 'true' } },
        payload,
      },
    }),
    grant: async () => {
      const { customer } = await system.link(PERSON);
      await customer.acceptGrant();
      await customer.discover();
      // The local system has a worker of its own, which may tell Alexa something after a discovery.
      await system.queue.idle();
    },
    close: async () => {
      far.close();
      await system.close();
      await rm(folder, { recursive: true });
    },
  };
}
