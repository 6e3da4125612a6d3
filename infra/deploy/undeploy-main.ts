import { readFileSync } from 'node:fs';
import { readManifest } from './manifest.ts';
import { start } from './start.ts';
import { undeploy } from './undeploy.ts';

// `npm run undeploy`
await start((context) => undeploy(context, readManifest(JSON.parse(readFileSync('skill-package/skill.json', 'utf8')))));
