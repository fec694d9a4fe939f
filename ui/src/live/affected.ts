/**
 * Which answers an event of the office makes old, by the first word of their key, and which ones a change does that is no
 * event: somebody at any desk wrote something of a kind. What this version does not know makes all of them old: better one
 * reading too many than a screen that is wrong.
 */
type Words = Readonly<Record<string, readonly string[]>>;

const AFFECTED: Words = {
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

/** By the log's word for what was written. */
const WRITTEN: Words = {
  area: ['areas', 'customers', 'log'],
  customer: [
    'customers',
    'invoices',
    'payments',
    'dashboard',
    'isolation',
    'find',
    'generate',
    'leaks',
    'notifications',
    'log',
  ],
  import: ['imports', 'customers', 'dashboard', 'find', 'log'],
  invoice: ['invoices', 'customers', 'dashboard', 'generate', 'find', 'log'],
  job: ['jobs', 'dashboard', 'isolation'],
  package: ['packages', 'customers', 'generate', 'find', 'log'],
  payment: ['payments', 'invoices', 'customers', 'dashboard', 'log'],
  plan: ['isolation', 'dashboard', 'log'],
  router: ['routers', 'customers', 'dashboard', 'leaks', 'log'],
  token: ['tokens', 'log'],
  user: ['staff', 'log'],
  // Settings are read when their form is opened, and compared when it is saved.
  office: ['schedule', 'desks', 'dashboard', 'generate', 'isolation', 'log', 'imports', 'notifications'],
};

export type Affected = ReadonlySet<string> | 'everything';

function collected(kinds: Iterable<string>, from: Words): Affected {
  const words = new Set<string>();
  for (const kind of kinds) {
    const known = Object.hasOwn(from, kind) ? from[kind] : undefined;
    if (!known) return 'everything';
    known.forEach((word) => words.add(word));
  }
  return words;
}

export const affectedBy = (kinds: Iterable<string>): Affected => collected(kinds, AFFECTED);

/** What somebody wrote, as the feed tells it; what cannot be read may be anything. */
export function affectedByWritten(data: string): Affected {
  let told: unknown;
  try {
    told = JSON.parse(data);
  } catch {
    return 'everything';
  }
  if (typeof told !== 'object' || told === null || !('subjects' in told)) return 'everything';
  const { subjects } = told;
  if (!Array.isArray(subjects) || ('everything' in told && told.everything !== false)) return 'everything';
  return collected(subjects.map(String), WRITTEN);
}

export function both(one: Affected, other: Affected): Affected {
  if (one === 'everything' || other === 'everything') return 'everything';
  return new Set([...one, ...other]);
}
