import { expect, test } from '@jest/globals';
import { toFailure } from '../../infra/deploy/failures.ts';

// What ask-cli 2.30.7, the skill management API and AWS really print, shortened where they go on.
test.each([
  {
    when: 'npm gave ask-cli the wrong antlr4ts',
    said: 'class XPathLexer extends Lexer_1.Lexer {\n^\nTypeError: Class extends value undefined is not a constructor or null',
    sentence: 'ask-cli cannot start: npm installed a wrong version of antlr4ts.',
    remedy: /node_modules\/\.cache\/ask-cli/,
  },
  {
    when: 'there is no ask-cli',
    said: 'spawn ask ENOENT',
    sentence: 'ask-cli is not installed.',
    remedy: /npm run deploy/,
  },
  {
    when: 'the profile is unknown',
    said: `[Error]: Can't resolve profile [work] as it doesn't exist. Please run "ask configure --profile work" first.`,
    sentence: 'ask-cli has no profile called work.',
    remedy: /npm run ask -- configure/,
  },
  {
    when: "Amazon's sign-in has ended",
    said: '[Error]: Refresh LWA tokens failed, please run "ask configure" to manually update your tokens. Error: invalid_grant.',
    sentence: 'The sign-in of ask-cli is no longer valid.',
    remedy: /configure/,
  },
  {
    when: 'the manifest names a function that Alexa may not invoke',
    said: '{\n  "status": "FAILED",\n  "skill": {"resources": [{"errors": [{"message": "The trigger setting for the Lambda arn:aws:lambda:us-east-1:1:function:x is invalid."}]}]}}',
    sentence: 'Alexa has no permission to invoke the function in the manifest (arn:aws:lambda:us-east-1:1:function:x).',
    remedy: /endpoint/,
  },
  {
    when: 'the package is refused',
    said: '[Error]: {\n  "status": "FAILED",\n  "errors": [{"message": "Icon must be 108x108."}]\n}',
    sentence: 'Amazon rejects the skill package: Icon must be 108x108.',
    remedy: /skill\.json/,
  },
  {
    when: 'there are no messaging credentials',
    said: 'The CloudFormation deploy failed for Alexa region "default": undefined',
    sentence: 'Amazon has not created messaging credentials for the skill yet.',
    remedy: /alexa::async_event:write/,
  },
  {
    when: 'the skill was deleted in the console',
    said: '{"message":"Skill with the given id is not found.","statusCode":404}',
    sentence: 'The skill no longer exists in the developer console.',
    remedy: /--new/,
  },
  {
    when: 'SMAPI does not know the token',
    said: `[Error]: {\n  "message": "Call to service failed: The request to https://api.amazonalexa.com/v1/skills/amzn1.ask.skill.1/status failed. Client Error: AxiosError: Request failed with status code 401",\n  "stack": "Error: at smapiApiClient.js:503:35"\n}`,
    sentence: 'The sign-in of ask-cli is no longer valid.',
    remedy: /configure/,
  },
  {
    when: 'the skill is of another account',
    said: `[Error]: {\n  "message": "Call to service failed: The request to https://api.amazonalexa.com/v1/skills/amzn1.ask.skill.1/status failed. Client Error: AxiosError: Request failed with status code 403",\n  "stack": "Error: at smapiApiClient.js:503:35"\n}`,
    sentence: 'The Amazon developer account of ask-cli has no permission for this on the skill.',
    remedy: /--profile/,
  },
  {
    when: 'SMAPI does not know the skill',
    said: `[Error]: {\n  "message": "Call to service failed: The request to https://api.amazonalexa.com/v1/skills/amzn1.ask.skill.1/status failed. Client Error: AxiosError: Request failed with status code 404",\n  "stack": "Error: at smapiApiClient.js:503:35"\n}`,
    sentence: 'The skill no longer exists in the developer console.',
    remedy: /--skill-id/,
  },
  {
    when: 'the account linking is refused',
    said: `[Error]: {\n  "message": "Call to service failed: The request to https://api.amazonalexa.com/v1/skills/amzn1.ask.skill.1/stages/development/accountLinkingClient failed. Client Error: AxiosError: Request failed with status code 400",\n  "stack": "Error: at smapiApiClient.js:503:35"\n}`,
    sentence: 'Amazon rejects the account linking settings.',
    remedy: /443/,
  },
  {
    when: 'something else is refused',
    said: `[Error]: {\n  "message": "Call to service failed: The request to https://api.amazonalexa.com/v1/skills/amzn1.ask.skill.1/stages/development/manifest failed. Client Error: AxiosError: Request failed with status code 400",\n  "stack": "Error: at smapiApiClient.js:503:35"\n}`,
    sentence: 'Amazon rejects what ask-cli sent.',
    remedy: /schema/,
  },
  {
    when: 'the skill is still being worked at',
    said: `[Error]: {\n  "message": "Call to service failed: The request to https://api.amazonalexa.com/v1/skills/amzn1.ask.skill.1/status failed. Client Error: AxiosError: Request failed with status code 409",\n  "stack": "Error: at smapiApiClient.js:503:35"\n}`,
    sentence: 'Amazon is still processing the skill.',
    remedy: /minute/,
  },
  {
    when: 'SMAPI is asked too often',
    said: `[Error]: {\n  "message": "Call to service failed: The request to https://api.amazonalexa.com/v1/skills/amzn1.ask.skill.1/status failed. Client Error: AxiosError: Request failed with status code 429",\n  "stack": "Error: at smapiApiClient.js:503:35"\n}`,
    sentence: 'Amazon refuses: too many requests.',
    remedy: /minute/,
  },
  {
    when: 'SMAPI is down',
    said: `[Error]: {\n  "message": "Call to service failed: The request to https://api.amazonalexa.com/v1/skills/amzn1.ask.skill.1/status failed. Client Error: AxiosError: Request failed with status code 503",\n  "stack": "Error: at smapiApiClient.js:503:35"\n}`,
    sentence: 'Amazon reports an error of its own.',
    remedy: /minutes/,
  },
  {
    when: 'the session at AWS has ended',
    said: 'ExpiredToken: The security token included in the request is expired',
    sentence: 'Your AWS sign-in has expired.',
    remedy: /aws sso login/,
  },
  {
    when: 'AWS does not know the key',
    said: 'InvalidClientTokenId: The security token included in the request is invalid.',
    sentence: 'AWS does not know these keys.',
    remedy: /credentials/,
  },
  {
    when: 'there are no keys',
    said: 'Failed to upload code build to S3: Could not resolve credentials using profile: [default]',
    sentence: 'There are no AWS credentials on this machine.',
    remedy: /aws configure/,
  },
  {
    when: 'a permission is missing',
    said: 'User: arn:aws:iam::1:user/me is not authorized to perform: cloudformation:CreateStack on resource: arn:aws:x',
    sentence: 'Your AWS user has no permission for cloudformation:CreateStack.',
    remedy: /administrator/,
  },
  {
    when: 'a parameter is not declared',
    said: 'The CloudFormation deploy failed for Alexa region "default": Parameters: [Colour] do not exist in the template',
    sentence: 'The template does not know the parameters Colour.',
    remedy: /ask-resources\.json/,
  },
  {
    when: 'a capability is missing',
    said: 'Requires capabilities : [CAPABILITY_NAMED_IAM]',
    sentence: 'The template needs the capability CAPABILITY_NAMED_IAM.',
    remedy: /cfn\.capabilities/,
  },
  {
    when: 'the stack is being changed by another',
    said: 'Stack:arn:aws:cloudformation:x is in UPDATE_IN_PROGRESS state and can not be updated.',
    sentence: 'Another change of the stack is in progress.',
    remedy: /Wait/,
  },
  {
    when: 'the stack will never be done',
    said: 'Current stack status: UPDATE_ROLLBACK_FAILED... Status reason: x.',
    sentence: 'The stack is stuck in UPDATE_ROLLBACK_FAILED.',
    remedy: /Continue update rollback/,
  },
  {
    when: 'a quota is used up',
    said: '[Error]: The CloudFormation deploy failed for Alexa region "default": ReportsToWorker[AWS::Lambda::EventSourceMapping]  CREATE_FAILED (Specified ReservedConcurrentExecutions decreases the quota)',
    sentence:
      'AWS could not create ReportsToWorker: a quota of the account is used up. Specified ReservedConcurrentExecutions decreases the quota',
    remedy: /Service Quotas/,
  },
  {
    when: 'a name is taken',
    said: 'Table[AWS::DynamoDB::Table]  CREATE_FAILED (accounts already exists in stack arn:aws:x)',
    sentence: 'AWS could not create Table: its name is taken. accounts already exists in stack arn:aws:x',
    remedy: /rename/,
  },
  {
    when: 'a resource fails otherwise, over two lines',
    said: 'SkillFunction[AWS::Lambda::Function]  UPDATE_FAILED (Resource handler returned message: "bad\n  runtime")',
    sentence: 'AWS could not create or change SkillFunction: Resource handler returned message: "bad runtime"',
    remedy: /rolled the stack back/,
  },
  {
    when: 'the output is missing',
    said: "TypeError: Cannot read properties of undefined (reading 'OutputValue')",
    sentence: 'The template has no output SkillEndpoint.',
    remedy: /SkillEndpoint|name/,
  },
  {
    when: 'there are too many requests',
    said: 'ThrottlingException: Rate exceeded',
    sentence: 'Amazon refuses: too many requests.',
    remedy: /minute/,
  },
  {
    when: 'there is no network',
    said: 'Error: getaddrinfo ENOTFOUND api.amazonalexa.com',
    sentence: 'Amazon cannot be reached.',
    remedy: /proxy/,
  },
  {
    when: 'a proxy shows its own certificate',
    said: 'Error: self-signed certificate in certificate chain',
    sentence: 'The connection is intercepted with an unknown certificate, usually by a proxy.',
    remedy: /NODE_EXTRA_CA_CERTS/,
  },
  {
    when: 'npm fails inside ask-cli',
    said: 'npm error code 1\nnpm error path /x/.ask/lambda',
    sentence: 'The code does not build inside ask-cli.',
    remedy: /npm run build/,
  },
])('$when', ({ said, sentence, remedy }) => {
  const failure = toFailure(said, 'ask deploy');
  expect(failure.message).toBe(sentence);
  expect(failure.remedy).toMatch(remedy);
});

test('an unknown failure is shown in its own words, without colours', () => {
  const failure = toFailure(
    'Deploying...\n\u001b[31m[Error]: The moon is in the wrong phase.\u001b[39m\n\n',
    'ask deploy',
  );
  expect(failure.message).toBe(
    'ask deploy failed, and this command does not know why. It says: The moon is in the wrong phase.',
  );
  expect(failure.remedy).toMatch(/--verbose/);
});

test('a failure without any output still has a sentence', () => {
  expect(toFailure('', 'ask deploy').message).toBe('ask deploy failed and gave no reason.');
});
