/** How the preview of an import writes a customer: in the words of the office, not of the program. */
import type { ImportPreview } from '../../api/types';
import { phone, rupiah } from '../../i18n/format';
import { t, word } from '../../i18n/index.svelte';
import { show } from '../../i18n/show.svelte';

export type Sample = ImportPreview['sample'][number];
export type SampleField = keyof Sample;

/** Whether a row says anything in this field: no discount and no old debt are nothing to show. */
function carries(row: Sample, field: SampleField): boolean {
  const value = row[field];
  // What the discount counts is said with the discount itself.
  return field !== 'discount_type' && value !== null && value !== '' && value !== 0;
}

/** What an office looks at first comes first, wherever its file has it. */
const FIRST: readonly SampleField[] = ['customer_no', 'name', 'status', 'debt', 'package'];

/** The columns that are filled in any row: what matters first, then the others as the answer has them. */
export function filledFields(rows: readonly Sample[]): SampleField[] {
  const all = rows.flatMap((row) => Object.keys(row) as SampleField[]);
  const ordered = [...FIRST.filter((field) => all.includes(field)), ...all];
  return [...new Set(ordered)].filter((field) => rows.some((row) => carries(row, field)));
}

export function fieldName(field: string): string {
  return word('field', field);
}

export function sampleText(row: Sample, field: SampleField): string {
  if (!carries(row, field)) return '–';
  const value = row[field];
  if (typeof value === 'boolean') return value ? t('answer.yes') : t('answer.no');
  switch (field) {
    case 'connection_type':
      return word('connection', row.connection_type);
    case 'status':
      return word('status.customer', row.status);
    case 'phone':
      return phone(row.phone ?? '');
    case 'billing_start':
      return show.date(row.billing_start);
    case 'debt':
      return rupiah(row.debt);
    case 'discount_value':
      return row.discount_type === 'percent'
        ? `${String(row.discount_value).replace('.', ',')}%`
        : rupiah(row.discount_value);
    default:
      return String(value);
  }
}
