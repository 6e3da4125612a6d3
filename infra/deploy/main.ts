import { deploy } from './deploy.ts';
import { start } from './start.ts';

// `npm run deploy`
await start(async (context) => {
  const { skillId, origin } = await deploy(context);
  console.log(`
The skill is deployed: ${skillId}
Account linking is at ${origin}
What is left is yours: in the Alexa app, under Skills, Your skills, Dev, enable it and sign in; then let Alexa discover devices.`);
});
