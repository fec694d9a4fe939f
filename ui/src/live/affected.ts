/**
 * Which answers an event of the office makes old, by the first word of their key. An event that this
 * version does not know makes all of them old: better one reading too many than a screen that is wrong.
 */
const AFFECTED: Readonly<Record<string, readonly string[]>> = {
  InvoiceGenerated: ['invoices', 'customers', 'dashboard', 'generate', 'find', 'notifications', 'jobs'],
  PaymentReceived: [
    'payments',
    'invoices',
    'customers',
    'dashboard',
    'isolation',
    'find',
    'log',
    'notifications',
    'jobs',
  ],
  CustomerIsolated: ['customers', 'dashboard', 'isolation', 'find', 'log', 'notifications', 'jobs'],
  ClosingsPreviewed: ['dashboard', 'isolation', 'log'],
  CustomerAccessOpened: ['customers', 'dashboard', 'isolation', 'find', 'log', 'notifications', 'jobs'],
};

export type Affected = ReadonlySet<string> | 'everything';

export function affectedBy(kinds: Iterable<string>): Affected {
  const words = new Set<string>();
  for (const kind of kinds) {
    const known = Object.hasOwn(AFFECTED, kind) ? AFFECTED[kind] : undefined;
    if (!known) return 'everything';
    known.forEach((word) => words.add(word));
  }
  return words;
}
