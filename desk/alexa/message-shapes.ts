import * as v from 'valibot';

/**
 * The shape of every message that this skill may send to Alexa, stricter than Amazon's own schema where that one is known to be lax.
 * A rule's message continues a sentence that begins with the path, e.g. `event.header.payloadVersion must be the string "3"`.
 * @see https://developer.amazon.com/docs/device-apis/message-guide.html
 * @see https://github.com/alexa/alexa-smarthome validation_schemas/alexa_smart_home_message_schema.json
 */

const texts = (max: number) => {
  const rule = `must be a text of 1 to ${max} characters`;
  return v.pipe(v.string(rule), v.minLength(1, rule), v.maxLength(max, rule));
};
const object = 'must be an object';
const list = 'must be a list';
const flag = v.optional(v.boolean('must be true or false'));
const number = v.pipe(v.number('must be a number'), v.finite('must be a number'));

const isUnique = <T>(items: readonly T[], key: (item: T) => unknown) => new Set(items.map(key)).size === items.length;

// Amazon's documentation allows spaces and its schema does not. An id without spaces fits both.
const endpointIdRule = 'must be 1 to 256 of the characters A-Z a-z 0-9 _ - = # ; : ? @ &';
const endpointId = v.pipe(v.string(endpointIdRule), v.regex(/^[A-Za-z0-9_\-=#;:?@&]{1,256}$/, endpointIdRule));

const scope = v.strictObject(
  { type: v.literal('BearerToken', 'must be "BearerToken"'), token: texts(2048) },
  'must be {type, token}',
);

/** The cookie comes back with each directive; Amazon allows 5,000 bytes of it. */
const cookie = v.pipe(
  v.record(v.string(), v.string('must be a text'), 'must be an object of texts'),
  v.check((value) => Buffer.byteLength(JSON.stringify(value)) <= 5000, 'must not be larger than 5000 bytes'),
);

// Properties

const timeRule = 'must be a UTC time such as 2026-01-31T12:00:00.000Z, with at most 3 digits of a second';
const timeOfSample = v.pipe(
  v.string(timeRule),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/, timeRule),
  v.check((text) => !Number.isNaN(Date.parse(text)), timeRule),
);

const property = <const Namespace extends string, const Name extends string, Value extends v.GenericSchema>(
  namespace: Namespace,
  name: Name,
  value: Value,
) =>
  v.strictObject({
    namespace: v.literal(namespace),
    name: v.literal(name, `must be "${name}"`),
    value,
    timeOfSample,
    uncertaintyInMilliseconds: v.pipe(number, v.minValue(0, 'must be 0 or more')),
  });

const percentRule = 'must be a whole number from 0 to 100';
const percent = v.pipe(
  v.number(percentRule),
  v.integer(percentRule),
  v.minValue(0, percentRule),
  v.maxValue(100, percentRule),
);

const properties = v.pipe(
  v.array(
    v.variant(
      'namespace',
      [
        property('Alexa.PowerController', 'powerState', v.picklist(['ON', 'OFF'], 'must be "ON" or "OFF"')),
        property('Alexa.BrightnessController', 'brightness', percent),
        property(
          'Alexa.EndpointHealth',
          'connectivity',
          // `reason` exists, but Amazon lists no values.
          v.strictObject(
            { value: v.picklist(['OK', 'UNREACHABLE'], 'must be "OK" or "UNREACHABLE"') },
            'must be {value}',
          ),
        ),
      ],
      'must be of an interface that this skill has',
    ),
    list,
  ),
  v.check((items) => isUnique(items, propertyKey), 'must name each property once'),
);

const context = v.strictObject({ properties }, object);

export type Property = v.InferOutput<typeof properties>[number];

/** `Alexa.PowerController.powerState` */
export const propertyKey = (item: { readonly namespace: string; readonly name: string }) =>
  `${item.namespace}.${item.name}`;

// Discovery

const capability = <const Name extends string, const Property extends string>(name: Name, property: Property) =>
  v.strictObject({
    type: v.literal('AlexaInterface', 'must be "AlexaInterface"'),
    interface: v.literal(name),
    version: v.literal('3', 'must be the string "3"'),
    properties: v.strictObject(
      {
        supported: v.pipe(
          v.array(
            v.strictObject({ name: v.literal(property, `must be "${property}"`) }, 'must be {name}'),
            'must be a list',
          ),
          v.length(1, `must hold {name: "${property}"} once`),
        ),
        proactivelyReported: flag,
        retrievable: flag,
        nonControllable: flag,
      },
      object,
    ),
  });

const plainAlexa = v.strictObject({
  type: v.literal('AlexaInterface', 'must be "AlexaInterface"'),
  interface: v.literal('Alexa'),
  version: v.literal('3', 'must be the string "3"'),
});

/** @see https://developer.amazon.com/docs/device-apis/alexa-discovery-objects.html (display categories) */
const categories =
  'ACTIVITY_TRIGGER AIR_CONDITIONER AIR_FRESHENER AIR_PURIFIER CAMERA CHRISTMAS_TREE COFFEE_MAKER CONTACT_SENSOR DISHWASHER DOOR DOORBELL DRYER EXTERIOR_BLIND FAN GAME_CONSOLE GARAGE_DOOR HUB INTERIOR_BLIND LAPTOP LIGHT MICROWAVE MOBILE_PHONE MOTION_SENSOR MUSIC_SYSTEM NETWORK_HARDWARE OTHER OVEN PHONE PRINTER REMOTE ROUTER SCENE_TRIGGER SCREEN SECURITY_PANEL SECURITY_SYSTEM SLOW_COOKER SMARTLOCK SMARTPLUG SPEAKER STREAMING_DEVICE SWITCH TABLET TEMPERATURE_SENSOR THERMOSTAT TV VACUUM_CLEANER VEHICLE WASHER WATER_HEATER WEARABLE'.split(
    ' ',
  );

const additionalAttributes = v.strictObject(
  {
    manufacturer: v.optional(texts(256)),
    model: v.optional(texts(256)),
    serialNumber: v.optional(texts(256)),
    firmwareVersion: v.optional(texts(256)),
    softwareVersion: v.optional(texts(256)),
    customIdentifier: v.optional(texts(256)),
  },
  object,
);

const connection = v.variant(
  'type',
  [
    v.strictObject({ type: v.picklist(['TCP_IP', 'ZIGBEE']), macAddress: texts(256) }),
    v.strictObject({ type: v.literal('ZWAVE'), accountId: texts(256), nodeId: texts(256) }),
    v.strictObject({ type: v.literal('UNKNOWN'), value: texts(256) }),
  ],
  'must be TCP_IP, ZIGBEE, ZWAVE or UNKNOWN',
);

const endpoint = v.strictObject(
  {
    endpointId,
    manufacturerName: texts(128),
    // Amazon asks for names without punctuation; an apostrophe and a hyphen are part of words.
    friendlyName: v.pipe(
      texts(128),
      v.regex(/^[\p{L}\p{M}\p{N}'’ -]+$/u, 'must hold letters, digits and spaces, no punctuation'),
    ),
    description: texts(128),
    displayCategories: v.pipe(
      v.array(v.picklist(categories, 'must be one of the display categories of Alexa'), list),
      v.minLength(1, 'must name at least one category'),
      v.check((items) => isUnique(items, (item) => item), 'must name each category once'),
    ),
    capabilities: v.pipe(
      v.array(
        v.variant(
          'interface',
          [
            plainAlexa,
            capability('Alexa.PowerController', 'powerState'),
            capability('Alexa.BrightnessController', 'brightness'),
            capability('Alexa.EndpointHealth', 'connectivity'),
          ],
          'must be an interface that this skill has',
        ),
        list,
      ),
      v.maxLength(100, 'must not hold more than 100 capabilities'),
      v.check((items) => isUnique(items, (item) => item.interface), 'must name each interface once'),
      v.check((items) => items.some((item) => item.interface === 'Alexa'), 'must name the plain interface "Alexa"'),
    ),
    additionalAttributes: v.optional(additionalAttributes),
    connections: v.optional(v.array(connection, list)),
    relationships: v.optional(v.record(v.string(), v.unknown(), object)),
    cookie: v.optional(cookie),
  },
  object,
);

/** An endpoint as Discover.Response and AddOrUpdateReport describe it. */
export type DiscoveredEndpoint = v.InferOutput<typeof endpoint>;

const endpoints = <Item extends v.GenericSchema<unknown, { endpointId: string }>>(item: Item) =>
  v.pipe(
    v.array(item, list),
    v.maxLength(300, 'must not hold more than 300 endpoints'),
    v.check((items) => isUnique(items, (one) => one.endpointId), 'must name each endpointId once'),
  );

// Errors

/** @see https://developer.amazon.com/docs/device-apis/alexa-errorresponse.html */
const plainErrors = [
  'ALREADY_IN_OPERATION',
  'BRIDGE_UNREACHABLE',
  'CLOUD_CONTROL_DISABLED',
  'ENDPOINT_BUSY',
  'ENDPOINT_UNREACHABLE',
  'EXPIRED_AUTHORIZATION_CREDENTIAL',
  'FIRMWARE_OUT_OF_DATE',
  'HARDWARE_MALFUNCTION',
  'INSUFFICIENT_PERMISSIONS',
  'INTERNAL_ERROR',
  'INVALID_AUTHORIZATION_CREDENTIAL',
  'INVALID_DIRECTIVE',
  'INVALID_VALUE',
  'NO_SUCH_ENDPOINT',
  'NOT_CALIBRATED',
  'NOT_IN_OPERATION',
  'NOT_SUPPORTED_WITH_CURRENT_BATTERY_CHARGE_STATE',
  'POWER_LEVEL_NOT_SUPPORTED',
  'RATE_LIMIT_EXCEEDED',
  'TOO_MANY_FAILED_ATTEMPTS',
] as const;

const message = v.string('must be a text');
const temperature = v.strictObject(
  { value: number, scale: v.picklist(['CELSIUS', 'FAHRENHEIT', 'KELVIN'], 'must be a scale of temperature') },
  object,
);

const errorPayload = v.variant(
  'type',
  [
    v.strictObject({ type: v.picklist(plainErrors), message }),
    v.strictObject({
      type: v.literal('VALUE_OUT_OF_RANGE'),
      message,
      validRange: v.optional(v.strictObject({ minimumValue: number, maximumValue: number }, object)),
    }),
    v.strictObject({
      type: v.literal('TEMPERATURE_VALUE_OUT_OF_RANGE'),
      message,
      validRange: v.optional(v.strictObject({ minimumValue: temperature, maximumValue: temperature }, object)),
    }),
    v.strictObject({
      type: v.literal('NOT_SUPPORTED_IN_CURRENT_MODE'),
      message,
      currentDeviceMode: v.picklist(
        ['COLOR', 'ASLEEP', 'NOT_PROVISIONED', 'OTHER'],
        'must be COLOR, ASLEEP, NOT_PROVISIONED or OTHER',
      ),
    }),
    v.strictObject({ type: v.literal('ENDPOINT_LOW_POWER'), message, percentageState: v.optional(percent) }),
  ],
  'must be an error type of Alexa',
);

// Messages

const messageIdRule = 'must be 1 to 127 of the characters A-Z a-z 0-9 -';
const headerFields = <const Namespace extends string, const Name extends string>(namespace: Namespace, name: Name) => ({
  namespace: v.literal(namespace),
  name: v.literal(name),
  payloadVersion: v.literal('3', 'must be the string "3"'),
  messageId: v.pipe(v.string(messageIdRule), v.regex(/^[A-Za-z0-9-]{1,127}$/, messageIdRule)),
});
const correlationToken = v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'));

const header = <const Namespace extends string, const Name extends string>(namespace: Namespace, name: Name) =>
  v.strictObject(headerFields(namespace, name));
const answerHeader = <const Namespace extends string, const Name extends string>(namespace: Namespace, name: Name) =>
  v.strictObject({ ...headerFields(namespace, name), correlationToken: v.optional(correlationToken) });

const answeringEndpoint = v.strictObject(
  { endpointId, scope: v.optional(scope), cookie: v.optional(cookie) },
  'must be {endpointId}',
);
const empty = v.strictObject({}, 'must be {}');

const stateOf = <const Name extends string>(name: Name) =>
  v.strictObject({
    event: v.strictObject({ header: answerHeader('Alexa', name), endpoint: answeringEndpoint, payload: empty }),
    context,
  });

const change = v.strictObject(
  {
    cause: v.strictObject(
      {
        // Amazon's schema adds INVALID_CREDENTIALS and SUBSCRIPTION_EXPIRED, which do not apply to a plug.
        type: v.picklist(
          ['APP_INTERACTION', 'PERIODIC_POLL', 'PHYSICAL_INTERACTION', 'RULE_TRIGGER', 'VOICE_INTERACTION'],
          'must be a cause of change that a plug can have',
        ),
      },
      'must be {type}',
    ),
    properties: v.pipe(properties, v.minLength(1, 'must name at least one property that changed')),
  },
  'must be {cause, properties}',
);

/** By namespace and name. */
export const messageShapes = {
  'Alexa.Response': stateOf('Response'),
  'Alexa.StateReport': stateOf('StateReport'),
  'Alexa.ErrorResponse': v.strictObject({
    event: v.strictObject({
      header: answerHeader('Alexa', 'ErrorResponse'),
      // Only the answer to a directive without an endpoint has none.
      endpoint: v.optional(answeringEndpoint),
      payload: errorPayload,
    }),
  }),
  'Alexa.Discovery.Discover.Response': v.strictObject({
    event: v.strictObject({
      header: header('Alexa.Discovery', 'Discover.Response'),
      payload: v.strictObject({ endpoints: endpoints(endpoint) }, 'must be {endpoints}'),
    }),
  }),
  'Alexa.Authorization.AcceptGrant.Response': v.strictObject({
    event: v.strictObject({ header: answerHeader('Alexa.Authorization', 'AcceptGrant.Response'), payload: empty }),
  }),
  'Alexa.Authorization.ErrorResponse': v.strictObject({
    event: v.strictObject({
      header: answerHeader('Alexa.Authorization', 'ErrorResponse'),
      payload: v.strictObject(
        { type: v.literal('ACCEPT_GRANT_FAILED', 'must be "ACCEPT_GRANT_FAILED"'), message },
        'must be {type, message}',
      ),
    }),
  }),
  'Alexa.ChangeReport': v.strictObject({
    event: v.strictObject({
      header: header('Alexa', 'ChangeReport'),
      endpoint: v.strictObject({ endpointId, scope, cookie: v.optional(cookie) }, 'must be {endpointId, scope}'),
      payload: v.strictObject({ change }, 'must be {change}'),
    }),
    context: v.optional(context),
  }),
  'Alexa.Discovery.AddOrUpdateReport': v.strictObject({
    event: v.strictObject({
      header: header('Alexa.Discovery', 'AddOrUpdateReport'),
      payload: v.strictObject(
        { endpoints: v.pipe(endpoints(endpoint), v.minLength(1, 'must name at least one endpoint')), scope },
        'must be {endpoints, scope}',
      ),
    }),
  }),
  'Alexa.Discovery.DeleteReport': v.strictObject({
    event: v.strictObject({
      header: header('Alexa.Discovery', 'DeleteReport'),
      payload: v.strictObject(
        {
          endpoints: v.pipe(
            endpoints(v.strictObject({ endpointId }, 'must be {endpointId}')),
            v.minLength(1, 'must name at least one endpoint'),
          ),
          scope,
        },
        'must be {endpoints, scope}',
      ),
    }),
  }),
};

export type MessageKind = keyof typeof messageShapes;
export type MessageOf<Kind extends MessageKind> = v.InferOutput<(typeof messageShapes)[Kind]>;
/** A message with a correct shape. */
export type SkillMessage = { [Kind in MessageKind]: { kind: Kind; message: MessageOf<Kind> } }[MessageKind];
