import { t } from '../../i18n/index.svelte';

/** The three zones of Indonesia. */
export const ZONES = () => [
  { value: 'Asia/Jakarta', label: t('zone.wib') },
  { value: 'Asia/Makassar', label: t('zone.wita') },
  { value: 'Asia/Jayapura', label: t('zone.wit') },
];
