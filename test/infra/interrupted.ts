import { wantedLinking, withRequestFile } from '../../infra/deploy/account-linking.ts';
import { undoOnSignals } from '../../infra/deploy/undo.ts';

// Writes the request down, says where, and is never done: for a test that interrupts it.
undoOnSignals();
await withRequestFile(wantedLinking(['https://l.example'], 'alexa'), { clientSecret: 'a-secret' }, async (path) => {
  console.log(path);
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});
