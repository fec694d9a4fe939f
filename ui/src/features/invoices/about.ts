/** What an invoice is about: the month of its service, or what it bills besides. */
import type { Invoice } from '../../api/types';
import { show } from '../../i18n/show.svelte';

type Line = Invoice['lines'][number];

const isService = ({ kind }: Line) => kind === 'subscription' || kind === 'proration';

export const billsService = ({ lines }: Pick<Invoice, 'lines'>) => lines.some(isService);

/** The kinds that people enter. A correction above zero may be a shortfall, which goes back to its own invoice. */
const BY_HAND: Line['kind'][] = [
  'installation',
  'add_on',
  'late_fee',
  'reconnection',
  'deposit',
  'instalment',
];
const isByHand = ({ kind, amount }: Line) => BY_HAND.includes(kind) || (kind === 'correction' && amount < 0);

/** What people entered, and what waits for the next invoice once this one is void; in words. */
export const waitsAgain = ({ lines }: Pick<Invoice, 'lines'>) =>
  lines.filter(isByHand).map((line) => line.description);

/** The month, or the charges of an invoice that has no service: its month would say nothing of it. */
export function about(invoice: Pick<Invoice, 'lines' | 'period'>): string {
  const { lines, period } = invoice;
  const isBesides = lines.length > 0 && !billsService(invoice) && lines[0]?.kind !== 'opening_debt';
  return isBesides ? lines.map((line) => line.description).join(', ') : show.period(period);
}
