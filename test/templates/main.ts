/** Compares the stacks' templates with CloudFormation's own resource schemas: `npm run lint:templates`. */
import { readFileSync } from 'node:fs';
import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import { addressTemplate } from '../../infra/deploy/address-template.ts';
import { TEMPLATES, toJson } from '../../infra/deploy/template.ts';
import { lint } from './lint.ts';

const db = await loadAwsServiceSpec();
const domain = { name: 'lamps.example.org', certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1' };
const templates = [
  ...Object.values(TEMPLATES).map((path) => ({ name: path, text: readFileSync(path, 'utf8') })),
  { name: `${TEMPLATES.address}, with a domain`, text: addressTemplate(process.cwd(), [domain]) },
];
for (const { name, text } of templates) {
  const found = lint(toJson(text), db);
  console.log(found.length === 0 ? `${name}: nothing found` : `${name}:\n${found.map((one) => `- ${one}`).join('\n')}`);
  if (found.length > 0) process.exitCode = 1;
}
