import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Carries DynamoDB Local 1.25.1 with all that it needs but Java. Its other files and dependencies are not used, and nothing of it is run by npm. */
const PACKAGE = 'amplify-dynamodb-simulator@2.9.30';
const INTEGRITY = 'sha512-xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==';

/**
 * The folder of DynamoDB Local, fetched from npm (56 MB) the first time.
 * @param root of the project
 * @throws where npm does not give the package, or gives another one than was tried here
 */
export async function dynamoDbLocal(root: string): Promise<string> {
  const cache = join(root, 'node_modules', '.cache');
  const folder = join(cache, PACKAGE.replace('@', '-'));
  const emulator = join(folder, 'package', 'emulator');
  if (existsSync(join(emulator, 'DynamoDBLocal.jar'))) return emulator;
  const unpacked = `${folder}.new`;
  await rm(unpacked, { recursive: true, force: true });
  await mkdir(unpacked, { recursive: true });
  const { stdout } = await run('npm', ['pack', PACKAGE, '--silent', '--pack-destination', unpacked], { cwd: cache });
  const archive = join(unpacked, stdout.trim());
  const integrity = `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`;
  if (integrity !== INTEGRITY) throw new Error(`${PACKAGE} is another package than the one that was tried here`);
  await run('tar', ['-xzf', archive, '-C', unpacked]);
  await rm(archive);
  await rename(unpacked, folder);
  return emulator;
}
