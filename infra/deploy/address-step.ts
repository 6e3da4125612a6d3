import { setTimeout as sleep } from 'node:timers/promises';
import { addressTemplate, type Domain, fromDomains, targetOutputs, toDomains } from './address-template.ts';
import type { Stack } from './aws/stacks.ts';
import type { DnsRecord } from './aws/zones.ts';
import type { DeployContext } from './context.ts';
import { Failure } from './failure.ts';
import { stateStackName } from './state-step.ts';

// Addresses of one's own: they stay when the function behind them is created again, and every link stays with them.

export interface AddressPlan {
  readonly skillId: string;
  readonly awsRegion: string;
  /** Of the function account-linking. */
  readonly functionArn: string;
  readonly alarmTopicArn: string;
}

const WAITING = { everyMs: 10_000, looks: 180 } as const;

/** Alexa calls the address of a link for as long as the link lives, so none may go. */
const POLICY = JSON.stringify({
  Statement: [
    { Effect: 'Allow', Principal: '*', Action: 'Update:*', Resource: '*' },
    { Effect: 'Deny', Principal: '*', Action: ['Update:Replace', 'Update:Delete'], Resource: 'LogicalResourceId/Api' },
    {
      Effect: 'Deny',
      Principal: '*',
      Action: ['Update:Replace', 'Update:Delete'],
      Resource: '*',
      Condition: { StringEquals: { ResourceType: ['AWS::ApiGatewayV2::DomainName', 'AWS::ApiGatewayV2::ApiMapping'] } },
    },
  ],
});

export const addressStackName = (skillId: string): string => `${stateStackName(skillId)}-address`;

/**
 * Brings the addresses up to date: those that exist get the function as it is now, a new one gets its certificate, its API and its records.
 * @returns the origins of all domains, the preferred one first
 * @throws Failure that says what is waited for; until then account linking stays where it is
 */
export async function ensureAddresses(context: DeployContext, plan: AddressPlan): Promise<readonly string[]> {
  const { aws, options, say } = context;
  const name = addressStackName(plan.skillId);
  const stack = await aws.changes.whenStable(name, plan.awsRegion, () => undefined);
  const known = toDomains(stack?.parameters.Domains ?? '');
  const wanted = options.domain;
  if (wanted === undefined && !stack) return [];
  const zone = wanted === undefined ? undefined : await aws.domainNames.zone(wanted);
  const domains =
    wanted === undefined
      ? known
      : [await certified(context, plan, wanted, zone), ...known.filter((one) => one.name !== wanted)];
  const changed = await put(context, plan, stack, domains);
  say(changed ? 'changed' : 'unchanged', `addresses: ${domains.map((one) => one.name).join(', ')}`);
  if (wanted !== undefined) await pointed(context, plan, wanted, zone);
  return domains.map((one) => `https://${one.name}`);
}

/** Waits for the certificate of a domain. */
async function certified(
  context: DeployContext,
  { awsRegion }: AddressPlan,
  name: string,
  zone: string | undefined,
): Promise<Domain> {
  const { aws, say } = context;
  let asked = false;
  const { everyMs, looks } = context.waiting ?? WAITING;
  for (let look = 1; ; look += 1) {
    const { arn, status, proof } = await aws.domainNames.certificate(name, awsRegion);
    if (status === 'ISSUED') {
      say('done', `certificate of ${name}`);
      return { name, certificateArn: arn };
    }
    if (status !== 'PENDING_VALIDATION') {
      throw new Failure(
        `AWS could not issue the certificate of ${name}: its status is ${status}.`,
        'Open it in the Certificate Manager console, which says why; delete it, and run this command again.',
      );
    }
    if (proof && !asked) {
      await record(context, zone, proof, 'the certificate is issued, and renewed, while it is there');
      asked = true;
    }
    if (look >= looks) throw waiting(`the certificate of ${name}`, proof);
    await sleep(everyMs);
  }
}

/** Points the domain at the API, and waits until account linking answers there. */
async function pointed(
  context: DeployContext,
  plan: AddressPlan,
  name: string,
  zone: string | undefined,
): Promise<void> {
  const { aws, say } = context;
  const stack = await aws.changes.find(addressStackName(plan.skillId), plan.awsRegion);
  const { target: targetName, zone: zoneName } = targetOutputs(name);
  const target = stack?.outputs[targetName] ?? '';
  const cname = { name, type: 'CNAME', value: target };
  if (await context.answers(`https://${name}`)) return;
  if (zone) await aws.domainNames.setAlias(zone, name, target, stack?.outputs[zoneName] ?? '');
  else await record(context, undefined, cname, 'it leads Alexa and browsers to account linking');
  const { everyMs, looks } = context.waiting ?? WAITING;
  for (let look = 1; !(await context.answers(`https://${name}`)); look += 1) {
    if (look >= looks) throw waiting(`account linking to answer at https://${name}`, cname);
    await sleep(everyMs);
  }
  say('done', `account linking answers at https://${name}`);
}

/** Sets a record where Route 53 has the zone; else asks for it. */
async function record(
  { aws, say }: DeployContext,
  zone: string | undefined,
  { name, type, value }: DnsRecord,
  why: string,
) {
  if (zone) await aws.domainNames.setRecord(zone, { name, type, value });
  say(zone ? 'done' : 'note', `${zone ? 'set' : 'set now at your DNS provider:'} ${name} ${type} ${value} (${why})`);
}

const waiting = (what: string, record: DnsRecord | undefined) =>
  new Failure(
    `Still waiting for ${what}. Account linking stays at its present address until then; nothing is lost.`,
    record
      ? `Check that the DNS has the record ${record.name} ${record.type} ${record.value}, and run the same command again.`
      : 'Run the same command again.',
  );

async function put(
  context: DeployContext,
  plan: AddressPlan,
  stack: Stack | undefined,
  domains: readonly Domain[],
): Promise<boolean> {
  const { aws } = context;
  const request = {
    name: addressStackName(plan.skillId),
    awsRegion: plan.awsRegion,
    template: addressTemplate(context.root, domains),
    parameters: { FunctionArn: plan.functionArn, AlarmTopicArn: plan.alarmTopicArn, Domains: fromDomains(domains) },
  };
  if (stack && /^(?:ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED)$/.test(stack.status)) {
    await aws.changes.unprotect(request.name, request.awsRegion);
    await aws.deleteStack(stack, () => undefined);
  } else if (stack) return await aws.changes.update(request, () => undefined);
  await aws.changes.create(request, POLICY, () => undefined);
  return true;
}
