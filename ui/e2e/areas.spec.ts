/** Areas, by keyboard: made, renamed, given to a customer, and found again by it. */
import { expect, goTo, test } from './office';

test.use({ story: 'areas' });

test('an area is made, renamed and given to a customer with a collector and a payer', async ({
  desk,
  office,
}) => {
  await goTo(desk, '/areas');
  await desk.getByRole('grid').waitFor();
  await desk.keyboard.press('n');
  await expect(desk.getByLabel(/Nama wilayah/)).toBeFocused();
  await desk.keyboard.type('Dusun Uji');
  await desk.keyboard.press('Enter');
  await expect(desk.getByRole('dialog')).toBeHidden();
  await desk.getByRole('row', { name: /Dusun Uji/ }).click();
  await desk.getByLabel(/Nama wilayah/).fill('Dusun Uji Lestari');
  await desk.keyboard.press('Enter');
  await expect(desk.getByRole('gridcell', { name: 'Dusun Uji Lestari' })).toBeVisible();

  const { items } = await office.api<{ items: { id: number; name: string; customer_no: string }[] }>(
    '/customers?limit=2',
  );
  const [person, payer] = items;
  if (!person || !payer) throw new Error('the training office has too few customers');
  await goTo(desk, `/customers/${person.id}/edit`);
  await desk.getByLabel('Wilayah', { exact: true }).click();
  await desk.getByRole('option', { name: 'Dusun Uji Lestari' }).click();
  await desk.getByLabel('Jatuh tempo').click();
  await desk.getByRole('option', { name: 'Tanggal tetap tiap bulan' }).click();
  await desk
    .getByLabel(/^Tanggal\b/)
    .last()
    .fill('25');
  await desk.getByLabel('Dibayar oleh').pressSequentially(payer.customer_no);
  await desk.getByRole('option', { name: payer.name }).waitFor();
  await desk.keyboard.press('ArrowDown');
  await desk.keyboard.press('Enter');
  await expect(desk.getByText(`${payer.name} · ${payer.customer_no}`)).toBeVisible();
  await desk.getByRole('button', { name: 'Simpan' }).click();
  await expect(desk).toHaveURL(new RegExp(`#/customers/${person.id}$`));

  const saved = await office.api<{ area: { name: string }; due_rule: unknown; payer_id: number }>(
    `/customers/${person.id}`,
  );
  expect(saved).toMatchObject({
    area: { name: 'Dusun Uji Lestari' },
    due_rule: { day_of_month: 25 },
    payer_id: payer.id,
  });

  await goTo(desk, '/areas');
  await desk
    .getByRole('row', { name: /Dusun Uji Lestari/ })
    .getByRole('link')
    .click();
  await expect(desk.getByRole('gridcell', { name: person.customer_no })).toBeVisible();
  await expect(desk.getByRole('row')).toHaveCount(2);
});
