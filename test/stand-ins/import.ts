import { toTemplate } from '../infra/template.ts';
import type { Made } from './stack.ts';
import { member } from './stack-xml.ts';

/** The property by which CloudFormation knows a resource (primaryIdentifier of its schema), of the types that are imported here. */
const IDENTIFIER: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::SecretsManager::Secret': 'Id',
  'AWS::SNS::Topic': 'TopicArn',
};

/** Part of the answer of GetTemplateSummary. */
export function summaryOf(text: string, notImportable: string): string {
  const summaries = Object.entries(toTemplate(text).Resources).flatMap(([name, { Type }]) => {
    const identifier = IDENTIFIER[Type];
    return identifier === undefined || Type === notImportable
      ? []
      : member(
          `<ResourceType>${Type}</ResourceType><LogicalResourceIds>${member(name)}</LogicalResourceIds><ResourceIdentifiers>${member(identifier)}</ResourceIdentifiers>`,
        );
  });
  return `<ResourceIdentifierSummaries>${summaries.join('')}</ResourceIdentifierSummaries>`;
}

/**
 * What a change set of type IMPORT would take over, or why it cannot.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-manually.html
 */
export function importOf(
  text: string,
  wanted: readonly Readonly<Record<string, string>>[],
  free: readonly Made[],
  owned: readonly Made[],
): { readonly imported: Readonly<Record<string, Made>>; readonly reason: string | undefined } {
  const { Resources, Outputs } = toTemplate(text);
  const imported: Record<string, Made> = {};
  const refused = (reason: string) => ({ imported: {}, reason });
  if (Object.keys(Outputs).length > 0)
    return refused('As part of the import operation, you cannot modify or add [Outputs]');
  for (const one of wanted) {
    const { LogicalResourceId: name = '', ResourceType: type = '' } = one;
    const { 'ResourceIdentifier.entry.1.key': key, 'ResourceIdentifier.entry.1.value': value } = one;
    const resource = Resources[name];
    if (resource?.Type !== type || resource.DeletionPolicy === undefined)
      return refused(`Resources [${name}] must have DeletionPolicy attribute specified in the template`);
    const is = (made: Made) => made.type === type && key === IDENTIFIER[type] && made.id === value;
    if (owned.some(is)) return refused(`${value} already exists in stack`);
    const found = free.find(is);
    if (!found) return refused(`${type} with identifier ${value} does not exist`);
    imported[name] = found;
  }
  const other = Object.keys(Resources).filter((name) => !(name in imported));
  return other.length > 0
    ? refused(`You have modified resources [${other.join()}] in your template that are not being imported`)
    : { imported, reason: undefined };
}
