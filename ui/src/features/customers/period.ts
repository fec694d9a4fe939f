import { parseDate } from '@internationalized/date';

/** The first day of the period of service that a day is in (`billing::Period::serving`), both `YYYY-MM-DD`. */
export function periodStart(day: string, billingDay: number): string {
  const of = parseDate(day);
  const start = of.set({ day: billingDay });
  return (of.day >= billingDay ? start : start.subtract({ months: 1 })).toString();
}
