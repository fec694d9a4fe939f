/**
 * How a payment will fall on open invoices, shown before it is booked. The rule of DESIGN section 4
 * (the named invoice, then the oldest); the server decides, and its answer is what is shown after.
 */
import type { Id, Rupiah } from '../../api/types';

export interface Open {
  id: Id;
  due_date: string;
  remaining: Rupiah;
}

export interface Allocation {
  /** Rupiah that fall on each invoice, by its id; none when nothing does. */
  shares: Map<Id, Rupiah>;
  /** What no invoice needs. */
  left: Rupiah;
}

export function allocate(amount: Rupiah, invoices: readonly Open[], named: Id | null): Allocation {
  const inOrder = invoices
    .filter((invoice) => invoice.remaining > 0)
    .sort(
      (a, b) =>
        Number(b.id === named) - Number(a.id === named) ||
        a.due_date.localeCompare(b.due_date) ||
        a.id - b.id,
    );
  const shares = new Map<Id, Rupiah>();
  let left = Math.max(0, amount);
  for (const invoice of inOrder) {
    const share = Math.min(left, invoice.remaining);
    if (share === 0) break;
    shares.set(invoice.id, share);
    left -= share;
  }
  return { shares, left };
}
