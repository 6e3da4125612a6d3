import { randomUUID } from 'node:crypto';
import type { StandInStack } from './held-stacks.ts';
import type { Answered } from './loopback.ts';

/** A stack as DescribeStacks lists it. */
export function describe({ id, name, status, parameters, outputs, isProtected }: StandInStack): string {
  const pairs = (kind: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .map(([key, value]) => member(`<${kind}Key>${key}</${kind}Key><${kind}Value>${escaped(value)}</${kind}Value>`))
      .join('');
  const shown = status.endsWith('_COMPLETE') && !status.startsWith('ROLLBACK') ? outputs : {};
  return [
    `<StackId>${id}</StackId><StackName>${name}</StackName><StackStatus>${status}</StackStatus>`,
    `<CreationTime>2026-01-01T00:00:00.000Z</CreationTime>`,
    `<EnableTerminationProtection>${isProtected}</EnableTerminationProtection>`,
    `<Parameters>${pairs('Parameter', parameters)}</Parameters><Outputs>${pairs('Output', shown)}</Outputs>`,
  ].join('');
}

export const event = (status: string, resource: string, type: string, reason: string): string =>
  `<EventId>${randomUUID()}</EventId><LogicalResourceId>${resource}</LogicalResourceId><ResourceType>${type}</ResourceType><ResourceStatus>${status}</ResourceStatus><ResourceStatusReason>${escaped(reason)}</ResourceStatusReason>`;

/** `Parameters.member.1.ParameterKey=...` and so on, in a list. */
export function members(form: URLSearchParams, list: string): Record<string, string>[] {
  const found: Record<string, string>[] = [];
  for (const [path, value] of form) {
    const [, index, field] = new RegExp(`^${list}\\.member\\.(\\d+)\\.([\\w.]+)$`).exec(path) ?? [];
    if (index === undefined || field === undefined) continue;
    found[Number(index) - 1] = { ...found[Number(index) - 1], [field]: value };
  }
  return found;
}

export const member = (inner: string): string => `<member>${inner}</member>`;
export const xml = (status: number, body: string): Answered => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body,
});
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
