/** When a package that was changed begins, in words. */
import type { Customer } from '../../api/types';
import { t } from '../../i18n/index.svelte';
import { show } from '../../i18n/show.svelte';

type PackageChange = NonNullable<Customer['package_change']>;

export function changeOfPackage({ package: { name }, from, difference }: PackageChange): string {
  return difference === null || difference === undefined
    ? t('customer.package_later', { package: name, date: show.date(from) })
    : t('customer.package_now', { package: name, amount: show.money(difference) });
}
