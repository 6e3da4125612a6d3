import { expect, test } from '@jest/globals';
import { openVerified } from './mail-world.ts';
import { expectRestored, openNamed, SENDER, sealingText } from './restored.ts';
import { openSingleStack, type Stop, type World } from './single-stack.ts';

// Each command is stopped at every request to AWS in turn, and run once more. `deploy-state-stopped.long.test.ts` has the move from a single stack.

const DOMAIN = ['--domain', 'lamps.example.org'];
const STOPS = [
  { what: 'is not carried out', executed: false },
  { what: 'is carried out, and its answer is lost', executed: true },
];

interface Command {
  open(): Promise<World>;
  run(world: World, stop?: Stop): Promise<unknown>;
  /** What one more run does that follows the stop. */
  resume?(world: World): Promise<unknown>;
  /** @throws unless all is as after a run without a stop */
  check(world: World, before: unknown): void;
  /** One more run, when all is done: it changes nothing. By default the same command. */
  again?(world: World): Promise<unknown>;
  /** What must be the same afterwards. */
  keep?(world: World): unknown;
  /** It asks AWS at least so often. */
  readonly requests: number;
}

const openDeployed = async (): Promise<World> => {
  const world = await openSingleStack();
  await world.deploy();
  return world;
};
const linkingOf = ({ amazon }: World) => [...amazon.skills.values()][0]?.linking;
const secretIn = ({ aws, before }: World) => JSON.parse(aws.secrets.text(before.outputs.SecretArn ?? '') ?? '{}');
const lasting = ({ aws }: World) =>
  ['Table', 'Secret', 'NoticeTopic', 'AlarmTopic'].map((name) => aws.stacks.states()[0]?.resources[name]?.id);

const commands: Readonly<Record<string, Command>> = {
  'deploy -- --domain': {
    requests: 20,
    async open() {
      const world = await openDeployed();
      world.aws.names.addZone('example.org');
      return world;
    },
    run: (world, stop) => world.deploy(stop, DOMAIN),
    keep: lasting,
    check(world, before) {
      expect(lasting(world)).toEqual(before);
      expect(world.aws.names.requested).toEqual(['lamps.example.org']);
      expect(linkingOf(world)?.accessTokenUrl).toBe('https://lamps.example.org/token');
      const [runtime] = world.aws.stacks.standing();
      const functionUrl = new URL(runtime?.outputs.LinkingUrl ?? '').origin;
      expect(runtime?.parameters.PublicUrls).toBe(`https://lamps.example.org,${functionUrl}`);
      const addresses = world.aws.stacks.addresses();
      expect(addresses.map(({ isProtected, policy }) => [isProtected, policy === ''])).toEqual([[true, false]]);
      expect([...world.aws.names.dns.keys()].sort()).toEqual(['_a1.lamps.example.org.', 'lamps.example.org']);
    },
  },
  'deploy -- --region NA,EU': {
    requests: 20,
    open: openDeployed,
    run: (world, stop) => world.deploy(stop, ['--region', 'NA,EU']),
    keep: lasting,
    check(world, before) {
      expect(lasting(world)).toEqual(before);
      expect(
        world
          .stacks()
          .map(({ awsRegion }) => awsRegion)
          .sort(),
      ).toEqual(['eu-west-1', 'us-east-1']);
      const [home, europe] = ['us-east-1', 'eu-west-1'].map((region) =>
        world.stacks().find(({ awsRegion }) => awsRegion === region),
      );
      expect(europe?.parameters).toMatchObject({
        TableArn: home?.parameters.TableArn,
        HomeQueue: home?.outputs.HomeQueue,
        PublicUrls: new URL(home?.outputs.LinkingUrl ?? '').origin,
      });
      expect(europe?.parameters.AlarmTopicArn).toContain(':eu-west-1:');
      const states = world.aws.stacks.states();
      expect(states.map(({ awsRegion, isProtected }) => [awsRegion, isProtected])).toEqual([
        ['us-east-1', true],
        ['eu-west-1', true],
      ]);
      const [{ manifest } = { manifest: undefined }] = [...world.amazon.skills.values()];
      const { regions = {} } = manifest?.manifest.apis.smartHome ?? {};
      expect(regions.EU?.endpoint?.uri).toBe(europe?.outputs.SkillEndpoint);
    },
  },
  'deploy, with a sender of mails': {
    requests: 20,
    async open() {
      const world = await openDeployed();
      world.aws.mail.identities.set('us-east-1 example.org', true);
      world.setParameters(SENDER);
      return world;
    },
    run: (world, stop) => world.deploy(stop),
    keep: lasting,
    check(world, before) {
      expect(lasting(world)).toEqual(before);
      const [runtime] = world.aws.stacks.standing();
      const { arn } = runtime?.resources.MaintenanceFunction ?? {};
      const mails = world.aws.stacks.mails().map(({ status, parameters }) => [status, parameters.MaintenanceArn]);
      expect(mails).toEqual([['CREATE_COMPLETE', arn]]);
    },
  },
  'deploy, without the sender of mails that was there': {
    requests: 20,
    async open() {
      const world = await openVerified();
      await world.deploy();
      world.setParameters({});
      return world;
    },
    run: (world, stop) => world.deploy(stop),
    keep: lasting,
    check(world, before) {
      expect(lasting(world)).toEqual(before);
      expect(world.aws.stacks.mails()).toEqual([]);
    },
  },
  'deploy -- --rotate-client-secret': {
    requests: 15,
    open: openDeployed,
    run: (world, stop) => world.deploy(stop, ['--rotate-client-secret']),
    // A rotation that has begun is finished by any deploy; one that has not is asked for once more.
    resume: (world) =>
      world.deploy(undefined, secretIn(world).linkingClients[0].secrets.length === 2 ? [] : ['--rotate-client-secret']),
    // A rotation that has ended is not one that goes on.
    again: (world) => world.deploy(),
    keep: (world) => [lasting(world), secretIn(world).linkingClients[0].secrets[0].secret],
    check(world, before) {
      const { linkingClients } = secretIn(world);
      const [current, retired] = linkingClients[0].secrets;
      expect([lasting(world), retired.secret]).toEqual(before);
      expect(linkingClients[0].secrets).toHaveLength(2);
      expect([current.retired ?? false, retired.retired]).toEqual([false, true]);
      expect([...world.amazon.skills.values()][0]?.secret).toBe(current.secret);
    },
  },
  restore: {
    requests: 25,
    open: () => openNamed(),
    run: (world, stop) => world.restore([], stop),
    // Another restore makes another table; restore.long.test.ts has that.
    again: (world) => world.deploy(),
    keep: sealingText,
    check: expectRestored,
  },
  undeploy: {
    requests: 10,
    open: () => openNamed(SENDER),
    run: (world, stop) => world.undeploy(stop),
    keep: lasting,
    check(world, before) {
      expect(world.amazon.skills.size).toBe(0);
      expect(world.aws.stacks.standing()).toEqual([]);
      expect(world.aws.stacks.mails()).toEqual([]);
      // What cannot be made again stays.
      expect(lasting(world)).toEqual(before);
      expect(world.aws.stacks.addresses()).toHaveLength(1);
    },
  },
};

const rows = Object.entries(commands).flatMap(([name, command]) => STOPS.map((stop) => ({ name, command, ...stop })));

test.each(rows)(
  '$name, stopped at any request, which $what: the next run finishes it, and one more changes nothing',
  async ({ command, executed }) => {
    for (let at = 1; ; at += 1) {
      const world = await command.open();
      try {
        const before = command.keep?.(world);
        const isStopped = await command.run(world, { at, executed }).then(
          () => false,
          () => true,
        );
        if (isStopped) await (command.resume ?? command.run)(world);
        try {
          command.check(world, before);
          const { changes } = world.aws.stacks;
          await (command.again ?? command.run)(world);
          expect(world.aws.stacks.changes).toBe(changes);
          command.check(world, before);
        } catch (error) {
          throw new Error(`stopped at request ${at}`, { cause: error });
        }
        if (isStopped) continue;
        expect(at).toBeGreaterThan(command.requests);
        break;
      } finally {
        await world.close();
      }
    }
  },
  // Some hundred runs, on a machine that may have other work.
  900_000,
);
