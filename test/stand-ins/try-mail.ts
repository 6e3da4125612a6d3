import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Move } from './try-move.ts';

/** The skill that is deployed gets a sender of mails. Its mail stack stays for the undeploy that follows. */
export async function tryMail({
  aws,
  workshop,
  report,
  npm,
}: Pick<Move, 'aws' | 'workshop' | 'report' | 'npm'>): Promise<void> {
  const path = join(workshop.project, 'ask-resources.json');
  const before = workshop.read('ask-resources.json');
  const resources = JSON.parse(before) as {
    profiles: { default: { skillInfrastructure: { userConfig: Record<string, unknown> } } };
  };
  resources.profiles.default.skillInfrastructure.userConfig.cfn = {
    parameters: { NoticeFrom: 'Lamps <lamps@example.org>' },
  };
  writeFileSync(path, `${JSON.stringify(resources, null, 2)}\n`);
  try {
    const first = await npm('deploy', '--', '--yes', '--skip-checks');
    const [mail] = aws.stacks.mails();
    const stacks = aws.stacks.standing();
    await report.check('the mail stack is there, for the functions of all regions', () => {
      const roles = mail?.parameters.Roles?.split(',') ?? [];
      const skills = stacks.map(({ resources }) => resources.SkillRole?.id ?? '-');
      return (
        first.code === 0 && roles.length === 6 && skills.length === 2 && skills.every((one) => roles.includes(one))
      );
    });
    await report.check('a domain that SES does not know is one sentence and one remedy, exit 0', () =>
      /SES in us-east-1 knows neither example\.org [^\n]*\. Create an identity for example\.org/.test(first.output),
    );
    aws.mail.identities.set('us-east-1 example.org', true);
    const { changes } = aws.stacks;
    const second = await npm('deploy', '--', '--yes', '--skip-checks');
    await report.check(
      'once it is verified, a further run changes nothing and says nothing of it',
      () => second.code === 0 && aws.stacks.changes === changes && !/knows neither|not verified/.test(second.output),
    );
  } finally {
    writeFileSync(path, before);
  }
}
