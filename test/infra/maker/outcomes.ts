/** What an audit says of each practice where nobody could sign in. */
export const NOTHING_CHECKED = [
  '1.1 unchecked',
  '1.2 unchecked',
  '1.3 unchecked',
  '2.1 unchecked',
  '3.1 ask',
  '4.1 unchecked',
  'OAuth unchecked',
];
