import { expect, test } from '@jest/globals';
import { closingWorlds } from './opened-worlds.ts';
import { openSingleStack, type World } from './single-stack.ts';

// Addresses of one's own, on stand-ins of CloudFormation, Certificate Manager and Route 53, with the real client.

const use = closingWorlds();

const open = () => use(openSingleStack());

const lamps = ['--domain', 'lamps.example.org'];
const linkingOf = ({ amazon }: World) => [...amazon.skills.values()][0]?.linking;
const publicUrls = ({ aws }: World) => aws.stacks.standing()[0]?.parameters.PublicUrls;
const functionUrl = ({ aws }: World) => new URL(aws.stacks.standing()[0]?.outputs.LinkingUrl ?? '').origin;
const domainsIn = ({ aws }: World) =>
  Object.values(aws.stacks.addresses()[0]?.resources ?? {})
    .filter(({ type }) => type === 'AWS::ApiGatewayV2::DomainName')
    .map(({ properties }) => properties.DomainName);

test('with the zone in Route 53 it is one command: certificate, API, records, account linking', async () => {
  const named = await open();
  named.aws.names.addZone('example.org');
  const lines = await named.deploy(undefined, lamps);
  expect(lines.filter((line) => /lamps\.example\.org/.test(line)).map((line) => line.slice(0, 60))).toEqual([
    'done       set _a1.lamps.example.org. CNAME _b2.acm-validati',
    'done       certificate of lamps.example.org',
    'changed    addresses: lamps.example.org',
    'done       account linking answers at https://lamps.example.',
    'changed    account linking at https://lamps.example.org',
  ]);
  expect(linkingOf(named)).toMatchObject({
    authorizationUrl: 'https://lamps.example.org/authorize',
    accessTokenUrl: 'https://lamps.example.org/token',
  });
  expect(publicUrls(named)).toBe(`https://lamps.example.org,${functionUrl(named)}`);
  const [address] = named.aws.stacks.addresses();
  expect(address?.isProtected).toBe(true);
  expect(address?.resources.Integration?.properties).toMatchObject({
    IntegrationUri: named.aws.stacks.standing()[0]?.outputs.LinkingFunctionArn,
    PayloadFormatVersion: '2.0',
  });
  expect(address?.resources.MayBeInvokedByApi?.properties.SourceArn).toMatch(
    /^arn:aws:execute-api:us-east-1:\d+:.+\/\*$/,
  );
});

test('a second run changes nothing, and a run without --domain keeps the domain', async () => {
  const named = await open();
  named.aws.names.addZone('example.org');
  await named.deploy(undefined, lamps);
  const { changes } = named.aws.stacks;
  await named.deploy(undefined, lamps);
  await named.deploy();
  expect(named.aws.stacks.changes).toBe(changes);
  expect(named.aws.names.requested).toEqual(['lamps.example.org']);
  expect(linkingOf(named)?.accessTokenUrl).toBe('https://lamps.example.org/token');
});

test('with the zone elsewhere it prints the two records, waits for them, and goes on when they are set', async () => {
  const named = await open();
  const asked: string[] = [];
  const lines = await named.deploy(undefined, lamps, (line) => {
    const [, name = '', value = ''] = /set now at your DNS provider: (\S+) CNAME (\S+)/.exec(line) ?? [];
    if (name === '') return;
    asked.push(name);
    named.aws.names.dns.set(name, value);
  });
  expect(asked).toEqual(['_a1.lamps.example.org.', 'lamps.example.org']);
  expect(lines.at(-2)).toContain('checked the result');
  expect(linkingOf(named)?.accessTokenUrl).toBe('https://lamps.example.org/token');
});

test('until the record is there account linking stays where it is; the next run waits on, with the same certificate', async () => {
  const named = await open();
  await expect(named.deploy(undefined, lamps)).rejects.toMatchObject({
    message:
      'Still waiting for the certificate of lamps.example.org. Account linking stays at its present address until then; nothing is lost.',
    remedy:
      'Check that the DNS has the record _a1.lamps.example.org. CNAME _b2.acm-validations.aws., and run the same command again.',
  });
  expect(linkingOf(named)?.accessTokenUrl).toBe(`${functionUrl(named)}/token`);
  named.aws.names.dns.set('_a1.lamps.example.org.', '_b2.acm-validations.aws.');
  await expect(named.deploy(undefined, lamps)).rejects.toMatchObject({
    message: expect.stringMatching(/^Still waiting for account linking to answer at https:\/\/lamps\.example\.org\./),
  });
  expect(linkingOf(named)?.accessTokenUrl).toBe(`${functionUrl(named)}/token`);
  named.aws.names.dns.set('lamps.example.org', 'the API');
  await named.deploy(undefined, lamps);
  expect(linkingOf(named)?.accessTokenUrl).toBe('https://lamps.example.org/token');
  expect(named.aws.names.requested).toEqual(['lamps.example.org']);
});

test('every earlier address keeps answering when another one comes first', async () => {
  const named = await open();
  named.aws.names.addZone('example.org');
  await named.deploy(undefined, lamps);
  await named.deploy(undefined, ['--domain', 'light.example.org']);
  expect(domainsIn(named)).toEqual(['light.example.org', 'lamps.example.org']);
  expect(publicUrls(named)).toBe(`https://light.example.org,https://lamps.example.org,${functionUrl(named)}`);
  expect(linkingOf(named)?.accessTokenUrl).toBe('https://light.example.org/token');
  await named.deploy(undefined, lamps);
  expect(linkingOf(named)?.accessTokenUrl).toBe('https://lamps.example.org/token');
  expect(domainsIn(named)).toHaveLength(2);
});

test('undeploying keeps the addresses, and says how to delete them', async () => {
  const named = await open();
  named.aws.names.addZone('example.org');
  await named.deploy(undefined, lamps);
  const lines = await named.undeploy();
  expect(named.aws.stacks.addresses()).toHaveLength(1);
  const name = named.aws.stacks.addresses()[0]?.name;
  expect(lines.join('\n')).toContain(`kept: the address stack ${name} in us-east-1.`);
  expect(lines.join('\n')).toContain(
    'aws apigatewayv2 delete-domain-name --region us-east-1 --domain-name lamps.example.org',
  );
  expect(lines.join('\n')).toMatch(/aws acm delete-certificate --region us-east-1 --certificate-arn arn:aws:acm:/);
});
