import { expect, test } from '@jest/globals';
import { regionOf } from '../../../lambda/adapters/environment/environment.ts';

test.each([
  { what: 'a table', place: 'arn:aws:dynamodb:eu-west-1:000000000000:table/lamps', region: 'eu-west-1' },
  { what: 'a table in China', place: 'arn:aws-cn:dynamodb:cn-north-1:000000000000:table/lamps', region: 'cn-north-1' },
  { what: 'a secret', place: 'arn:aws:secretsmanager:us-west-2:000000000000:secret:lamps-1', region: 'us-west-2' },
  { what: 'a queue', place: 'https://sqs.us-west-2.amazonaws.com/000000000000/reports.fifo', region: 'us-west-2' },
  { what: 'a name', place: 'lamps', region: 'us-east-1' },
  { what: 'a name that begins like an ARN', place: 'arn-lamps', region: 'us-east-1' },
  { what: 'a queue of an emulator', place: 'http://127.0.0.1:4566/000000000000/reports.fifo', region: 'us-east-1' },
  { what: 'nothing', place: '', region: 'us-east-1' },
])('$what: $region', ({ place, region }) => {
  expect(regionOf(place, 'us-east-1')).toBe(region);
});
