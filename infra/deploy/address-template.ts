import { createHash } from 'node:crypto';
import { type JsonFields, sentTemplate, toJson } from './template.ts';

// The address stack's template: infra/address-stack.yaml, and for each domain what CloudFormation has no loop for.

export interface Domain {
  readonly name: string;
  readonly certificateArn: string;
}

/** The parameter `Domains`, in which the stack remembers them. */
export const toDomains = (text: string): Domain[] =>
  text
    .split(',')
    .filter((one) => one !== '')
    .map((one) => {
      const [name = '', certificateArn = ''] = one.split('=');
      return { name, certificateArn };
    });
export const fromDomains = (domains: readonly Domain[]): string =>
  domains.map(({ name, certificateArn }) => `${name}=${certificateArn}`).join();

/** Part of a logical id: letters and digits only, the same for the same domain. */
const idOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 10);

/** The outputs with a domain's target: the name to point it at, and for Route 53 the zone of that name. */
export const targetOutputs = (name: string) => ({ target: `Target${idOf(name)}`, zone: `Zone${idOf(name)}` });

export function addressTemplate(root: string, domains: readonly Domain[]): string {
  const base = toJson(sentTemplate(root, 'address'));
  const resources = domains.flatMap(({ name, certificateArn }) => [
    [
      `Domain${idOf(name)}`,
      {
        Type: 'AWS::ApiGatewayV2::DomainName',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          DomainName: name,
          DomainNameConfigurations: [
            { CertificateArn: certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
          ],
        },
      },
    ],
    [
      `Mapping${idOf(name)}`,
      {
        Type: 'AWS::ApiGatewayV2::ApiMapping',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: { ApiId: { Ref: 'Api' }, DomainName: { Ref: `Domain${idOf(name)}` }, Stage: { Ref: 'Stage' } },
      },
    ],
  ]);
  const outputs = domains.flatMap(({ name }) => {
    const { target, zone } = targetOutputs(name);
    const of = (attribute: string) => ({ Value: { 'Fn::GetAtt': [`Domain${idOf(name)}`, attribute] } });
    return [
      [target, of('RegionalDomainName')],
      [zone, of('RegionalHostedZoneId')],
    ];
  });
  return JSON.stringify({
    ...base,
    Resources: { ...(base.Resources as JsonFields), ...Object.fromEntries(resources) },
    Outputs: { ...(base.Outputs as JsonFields), ...Object.fromEntries(outputs) },
  });
}
