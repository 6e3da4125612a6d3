import { restore } from './restore.ts';
import { start } from './start.ts';

// `npm run restore`
await start(async (context) => {
  const { skillId, origin } = await restore(context);
  console.log(`\nThe skill ${skillId} works on the restored table. Account linking is at ${origin}`);
});
