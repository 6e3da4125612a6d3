/** The contract of the stores on a second engine, Amazon's own DynamoDB Local: `npm run test:dynamodb-local`. It needs Java 11 or later. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { dynamoDbLocal } from './package.ts';
import { startDynamoDbLocal } from './start.ts';

/** The contract itself, and what leans on it most: conditional writes that race, throttles, notices, reports. */
const TESTS = [
  'test/adapters/dynamodb',
  'test/desk/table',
  'test/linking/throttle',
  'test/domain/notices',
  'test/reports',
];

async function main(): Promise<number> {
  if (spawnSync('java', ['-version']).error) {
    console.error('DynamoDB Local needs Java: install default-jre-headless (Debian) or any Java from 11 on.');
    return 1;
  }
  const engine = await startDynamoDbLocal(await dynamoDbLocal(process.cwd()));
  try {
    const given = process.argv.slice(2);
    const tests = given.some((one) => !one.startsWith('-')) ? given : [...TESTS, ...given];
    const environment = { ...process.env, TABLE_ENGINE_URL: engine.url };
    const jest = spawn('npm', ['test', '--', ...tests], { stdio: 'inherit', env: environment });
    const [code] = (await once(jest, 'exit')) as [number | null];
    return code ?? 1;
  } finally {
    await engine.stop();
  }
}

process.exitCode = await main();
