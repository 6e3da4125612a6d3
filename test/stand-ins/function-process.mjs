// A Lambda function's process: loads one function of an unpacked code zip and answers events. `node function-process.mjs FOLDER HANDLER`
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [, , folder, name] = process.argv;
const [file, exported] = name.split('.');
const { [exported]: handler } = createRequire(import.meta.url)(join(folder, `${file}.js`));

process.on('message', async ({ id, event }) => {
  try {
    process.send({ id, result: await handler(event) });
  } catch (error) {
    process.send({ id, error: error.stack });
  }
});
process.send('ready');
