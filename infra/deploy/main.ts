import { deploy } from './deploy.ts';
import { start } from './start.ts';

// `npm run deploy`
await start(async (context) => {
  const { skillId, origin } = await deploy(context);
  console.log(`
The skill is deployed: ${skillId}
Account linking is at ${origin}
Next, in the Alexa app: More, Skills & Games, Your Skills, Dev. Enable the skill, sign in, and discover devices.`);
});
