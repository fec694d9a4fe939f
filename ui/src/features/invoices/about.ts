/** What an invoice is about: the month of its service, or what it bills besides. */
import type { Invoice } from '../../api/types';
import { show } from '../../i18n/show.svelte';

type Line = Invoice['lines'][number];

const isService = ({ kind }: Line) => kind === 'subscription' || kind === 'proration';

export const billsService = ({ lines }: Pick<Invoice, 'lines'>) => lines.some(isService);

/** What waits for the next invoice once this one is void, in words. */
export const waitsAgain = ({ lines }: Pick<Invoice, 'lines'>) =>
  lines.filter((line) => !isService(line) && line.kind !== 'opening_debt').map((line) => line.description);

/** The month, or the charges of an invoice that has no service: its month would say nothing of it. */
export function about(invoice: Pick<Invoice, 'lines' | 'period'>): string {
  const { lines, period } = invoice;
  const isBesides = lines.length > 0 && !billsService(invoice) && lines[0]?.kind !== 'opening_debt';
  return isBesides ? lines.map((line) => line.description).join(', ') : show.period(period);
}
