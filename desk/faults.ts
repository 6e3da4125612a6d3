import { alexaFaults } from './faults/alexa.ts';
import { deviceCloudFaults } from './faults/device-cloud.ts';
import type { DeskFault } from './faults/fault.ts';
import { lampFaults } from './faults/lamps.ts';
import { linkingFaults } from './faults/linking.ts';
import { reportFaults } from './faults/reports.ts';
import { skillFaults } from './faults/skill.ts';

/** Every fault that can be switched on at the desk; the page groups them by station. */
export const faults: readonly DeskFault[] = [
  ...lampFaults,
  ...alexaFaults,
  ...linkingFaults,
  ...skillFaults,
  ...deviceCloudFaults,
  ...reportFaults,
];
