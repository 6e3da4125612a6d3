import { Failure } from '../deploy/failure.ts';
import { openTarget } from '../preflight/open.ts';
import { printableJson } from '../printable.ts';
import { runCommand, withOptions } from '../run-command.ts';
import { reportOfDesk } from './desk.ts';
import { examineAccount, examineDeployment } from './examine.ts';
import { type DoctorOptions, HELP, readOptions } from './options.ts';
import { askForAccount, openPatient } from './patient.ts';
import { exitCodeOf, printReport, type Report } from './report.ts';

async function doctor(options: DoctorOptions): Promise<number> {
  const report = options.desk === undefined ? await reportOfDeployed(options) : await reportOfDesk(options.desk);
  console.log(options.json ? printableJson(report) : printReport(report));
  return exitCodeOf(report);
}

async function reportOfDeployed(options: DoctorOptions): Promise<Report> {
  const { target, profile, close } = await openTarget(options);
  try {
    if (!profile)
      throw new Failure(
        'Nothing was deployed from this folder.',
        'Run npm run deploy first, or try the doctor with the desk: npm start, then npm run doctor -- --desk and its address.',
      );
    // What the functions' stores find credentials with.
    if (profile.aws.name !== undefined) process.env.AWS_PROFILE = profile.aws.name;
    const patient = await openPatient(target);
    const { account = options.email ? await askForAccount(patient) : undefined, report: mayReport } = options;
    return account === undefined
      ? await examineDeployment(patient)
      : await examineAccount(account, patient, { mayReport });
  } finally {
    await close();
  }
}

await runCommand(() => withOptions({ help: HELP, read: readOptions }, process.argv.slice(2), doctor), {
  exitCode: 2,
  doing: 'Looking at the deployment',
});
