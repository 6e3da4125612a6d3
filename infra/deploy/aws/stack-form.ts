// A change of a stack as the form fields of CloudFormation's query API.

/** A stack as it should become. */
export interface StackRequest {
  readonly name: string;
  readonly awsRegion: string;
  readonly template: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Parameters that stay as they are in the stack. One that is in neither list would get its default. */
  readonly unchanged?: readonly string[];
}

/** A resource that exists and becomes part of a stack. */
export interface ImportedResource {
  readonly logicalId: string;
  readonly type: string;
  /** The property by which CloudFormation knows such a resource, and its value. */
  readonly identifier: readonly [property: string, value: string];
}

/** The skill's stack has roles with generated names; for others the word changes nothing. */
const CAPABILITY = 'CAPABILITY_IAM';

/** What CreateStack, UpdateStack and CreateChangeSet ask for. */
export function stackForm({ name, template, parameters = {}, unchanged = [] }: StackRequest): Record<string, string> {
  const given = [
    ...Object.entries(parameters).map(([key, value]) => [key, 'ParameterValue', value] as const),
    ...unchanged.map((key) => [key, 'UsePreviousValue', 'true'] as const),
  ];
  return {
    StackName: name,
    TemplateBody: template,
    'Capabilities.member.1': CAPABILITY,
    ...Object.fromEntries(
      given.flatMap(([key, kind, value], index) => [
        [`Parameters.member.${index + 1}.ParameterKey`, key],
        [`Parameters.member.${index + 1}.${kind}`, value],
      ]),
    ),
  };
}

/** The parameter ResourcesToImport of CreateChangeSet. */
export const importForm = (resources: readonly ImportedResource[]): Record<string, string> =>
  Object.fromEntries(
    resources.flatMap(({ logicalId, type, identifier: [property, value] }, index) => {
      const place = `ResourcesToImport.member.${index + 1}`;
      return [
        [`${place}.ResourceType`, type],
        [`${place}.LogicalResourceId`, logicalId],
        [`${place}.ResourceIdentifier.entry.1.key`, property],
        [`${place}.ResourceIdentifier.entry.1.value`, value],
      ];
    }),
  );
