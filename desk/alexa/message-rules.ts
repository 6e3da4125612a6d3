import * as v from 'valibot';
import {
  type DiscoveredEndpoint,
  type MessageKind,
  type MessageOf,
  type Property,
  propertyKey,
  type SkillMessage,
} from './message-shapes.ts';

/** What a message is compared with besides its shape. An absent field is not checked. */
export interface MessageContext {
  /** The directive that the message answers, as the skill got it: `{ directive: { header, endpoint?, payload } }`. */
  readonly directive?: unknown;
  /** The token of the Authorization header of an event that was posted to a gateway. */
  readonly accessToken?: string;
  /** The endpoints of the last discovery. */
  readonly endpoints?: readonly DiscoveredEndpoint[];
  /** Ids of messages that Alexa has accepted before. */
  readonly usedMessageIds?: { has(id: string): boolean };
  /** What the last accepted ChangeReport said of a property; `property` is `namespace.name`. */
  readonly lastReported?: (endpointId: string, property: string) => Reported | undefined;
}

export interface Reported {
  readonly value: unknown;
  readonly timeOfSample: string;
}

const Directive = v.object({
  directive: v.object({
    header: v.object({
      namespace: v.string(),
      name: v.string(),
      messageId: v.string(),
      correlationToken: v.optional(v.string()),
    }),
    endpoint: v.optional(v.object({ endpointId: v.string(), scope: v.optional(v.object({ token: v.string() })) })),
    payload: v.optional(v.unknown()),
  }),
});
type Directive = v.InferOutput<typeof Directive>['directive'];

const eventKinds: readonly string[] = [
  'Alexa.ChangeReport',
  'Alexa.Discovery.AddOrUpdateReport',
  'Alexa.Discovery.DeleteReport',
] satisfies MessageKind[];

const answerKinds: Readonly<Record<string, readonly MessageKind[]>> = {
  'Alexa.Discovery.Discover': ['Alexa.Discovery.Discover.Response'],
  'Alexa.Authorization.AcceptGrant': ['Alexa.Authorization.AcceptGrant.Response', 'Alexa.Authorization.ErrorResponse'],
  'Alexa.ReportState': ['Alexa.StateReport', 'Alexa.ErrorResponse'],
};
const controlAnswers: readonly MessageKind[] = ['Alexa.Response', 'Alexa.ErrorResponse'];

/** Why Alexa refuses a well-formed message here: it does not answer this directive. */
export function mismatches(sent: SkillMessage, context: MessageContext): string[] {
  if (context.accessToken !== undefined) return eventMismatches(sent, context.accessToken);
  if (context.directive === undefined) return [];
  const directive = v.safeParse(Directive, context.directive);
  return directive.success ? answerMismatches(sent, directive.output.directive) : [];
}

function eventMismatches(sent: SkillMessage, accessToken: string): string[] {
  const scope = scopeOf(sent);
  if (!scope) return [`${sent.kind} is no event for the gateway`];
  return scope.token === accessToken ? [] : ['the token in the scope is not the one of the Authorization header'];
}

function answerMismatches({ kind, message }: SkillMessage, directive: Directive): string[] {
  const asked = `${directive.header.namespace}.${directive.header.name}`;
  if (!(answerKinds[asked] ?? controlAnswers).includes(kind)) return [`${kind} is no answer to ${asked}`];
  const problems: string[] = [];
  const { header } = message.event;
  const correlationToken = 'correlationToken' in header ? header.correlationToken : undefined;
  if (correlationToken !== directive.header.correlationToken) {
    problems.push("event.header.correlationToken must be the directive's own");
  }
  if (kind === 'Alexa.Response' || kind === 'Alexa.StateReport' || kind === 'Alexa.ErrorResponse') {
    if (message.event.endpoint?.endpointId !== directive.endpoint?.endpointId) {
      problems.push("event.endpoint.endpointId must be the directive's own");
    }
  }
  return problems;
}

/** The scope of an event for the gateway. */
function scopeOf(sent: SkillMessage): { readonly token: string } | undefined {
  switch (sent.kind) {
    case 'Alexa.ChangeReport':
      return sent.message.event.endpoint.scope;
    case 'Alexa.Discovery.AddOrUpdateReport':
    case 'Alexa.Discovery.DeleteReport':
      return sent.message.event.payload.scope;
    default:
      return undefined;
  }
}

/** Whether a gateway accepts this kind of message; `kind` is `namespace.name`. */
export const isEventKind = (kind: string) => eventKinds.includes(kind);

/** What is wrong with a message that Alexa accepts. It would show something wrong or incomplete. */
export function remarksOn(sent: SkillMessage, context: MessageContext): string[] {
  const parsed = v.safeParse(Directive, context.directive);
  const directive = parsed.success ? parsed.output.directive : undefined;
  return [
    ...messageIdRemarks(sent, directive, context),
    ...sizeRemarks(sent),
    ...(directive ? answerRemarks(sent, directive) : withoutDirectiveRemarks(sent, context)),
    ...stateRemarks(sent, context),
  ];
}

function messageIdRemarks({ message }: SkillMessage, directive: Directive | undefined, context: MessageContext) {
  const { messageId } = message.event.header;
  if (messageId === directive?.header.messageId) return ["event.header.messageId must not be the directive's own"];
  return context.usedMessageIds?.has(messageId) ? ['event.header.messageId was used before'] : [];
}

function sizeRemarks({ kind, message }: SkillMessage): string[] {
  if (kind !== 'Alexa.Discovery.AddOrUpdateReport') return [];
  return Buffer.byteLength(JSON.stringify(message)) > 256 * 1024 ? ['the message must not be larger than 256 KB'] : [];
}

/** Stands for the directive where none is given: it had a correlationToken and, for an error, an endpoint. */
function withoutDirectiveRemarks(sent: SkillMessage, context: MessageContext): string[] {
  if (context.accessToken !== undefined || context.directive !== undefined) return [];
  const problems: string[] = [];
  if (sent.kind === 'Alexa.Response' || sent.kind === 'Alexa.StateReport' || sent.kind === 'Alexa.ErrorResponse') {
    if (sent.message.event.header.correlationToken === undefined)
      problems.push('event.header.correlationToken is missing');
    if (sent.message.event.endpoint === undefined) problems.push('event.endpoint is missing');
  }
  return problems;
}

function answerRemarks({ kind, message }: SkillMessage, directive: Directive): string[] {
  const problems: string[] = [];
  const { name } = directive.header;
  if (kind === 'Alexa.ErrorResponse' || kind === 'Alexa.Authorization.ErrorResponse') {
    const token = directive.endpoint?.scope?.token;
    if (token && message.event.payload.message.includes(token)) {
      problems.push('event.payload.message must not hold the access token');
    }
    if (name === 'AdjustBrightness' && message.event.payload.type === 'VALUE_OUT_OF_RANGE') {
      problems.push('a step past the end must be clamped, it is no VALUE_OUT_OF_RANGE');
    }
  }
  if (kind === 'Alexa.Response') {
    const power = message.context.properties.find((item) => item.name === 'powerState')?.value;
    const wanted = { TurnOn: 'ON', TurnOff: 'OFF' }[name];
    if (wanted && power && power !== wanted) {
      problems.push(`context.properties must report powerState as ${wanted} after ${name}`);
    }
  }
  return problems;
}

// State

const allOf = (report: MessageOf<'Alexa.ChangeReport'>): Property[] => [
  ...report.event.payload.change.properties,
  ...(report.context?.properties ?? []),
];

function stateRemarks(sent: SkillMessage, context: MessageContext): string[] {
  switch (sent.kind) {
    case 'Alexa.Response':
      return completeness(sent.message.event.endpoint.endpointId, sent.message.context.properties, context);
    case 'Alexa.StateReport':
      return completeness(
        sent.message.event.endpoint.endpointId,
        sent.message.context.properties,
        context,
        ({ retrievable }) => retrievable === true,
      );
    case 'Alexa.ChangeReport':
      return changeRemarks(sent.message, context);
    default:
      return [];
  }
}

interface Declared {
  readonly key: string;
  readonly retrievable: boolean | undefined;
  readonly proactivelyReported: boolean | undefined;
}

/** The properties that discovery declared for an endpoint. */
export function declaredProperties(endpoint: DiscoveredEndpoint): Declared[] {
  return endpoint.capabilities.flatMap((capability) => {
    if (capability.interface === 'Alexa') return [];
    const { supported, retrievable, proactivelyReported } = capability.properties;
    return supported.map(({ name }) => ({ key: `${capability.interface}.${name}`, retrievable, proactivelyReported }));
  });
}

/** @param wanted which of the declared properties must be present; by default all that are retrievable */
function completeness(
  endpointId: string,
  reported: readonly Property[],
  context: MessageContext,
  wanted = (property: Declared) => property.retrievable === true || property.proactivelyReported === true,
): string[] {
  if (!context.endpoints) return [];
  const endpoint = context.endpoints.find((one) => one.endpointId === endpointId);
  if (!endpoint) return [];
  const declared = declaredProperties(endpoint);
  const reportedKeys = reported.map(propertyKey);
  return [
    ...declared
      .filter((property) => wanted(property) && !reportedKeys.includes(property.key))
      .map(({ key }) => `${key} is missing, which discovery declared for this endpoint`),
    ...reportedKeys
      .filter((key) => !declared.some((property) => property.key === key))
      .map((key) => `${key} was not declared by discovery for this endpoint`),
  ];
}

function changeRemarks(report: MessageOf<'Alexa.ChangeReport'>, context: MessageContext): string[] {
  const { endpointId } = report.event.endpoint;
  const changed = report.event.payload.change.properties.map(propertyKey);
  const repeated = (report.context?.properties ?? []).map(propertyKey).filter((key) => changed.includes(key));
  const endpoint = context.endpoints?.find((one) => one.endpointId === endpointId);
  if (context.endpoints && !endpoint) return ['event.endpoint.endpointId is of no endpoint that discovery named'];
  const unpromised = endpoint
    ? declaredProperties(endpoint).filter(
        ({ key, proactivelyReported }) => changed.includes(key) && proactivelyReported !== true,
      )
    : [];
  return [
    ...repeated.map((key) => `${key} must not be in both change and context`),
    ...unpromised.map(({ key }) => `${key} was not declared as proactivelyReported`),
    ...completeness(endpointId, allOf(report), context),
    ...allOf(report).flatMap((property) => staleness(endpointId, property, context)),
  ];
}

function staleness(endpointId: string, property: Property, context: MessageContext): string[] {
  const key = propertyKey(property);
  const before = context.lastReported?.(endpointId, key);
  if (!before || Date.parse(property.timeOfSample) >= Date.parse(before.timeOfSample)) return [];
  const same = JSON.stringify(before.value) === JSON.stringify(property.value);
  return same ? [] : [`${key} is older than what was reported before, and differs from it`];
}
