// Money, as people meet it: a plan from the chooser to its cancellation, a payment that is refused,
// and what staff can do about both. Payments go through the provider that moves no money.
import {execFileSync} from 'node:child_process';
import {expect, openPage, test} from './harness.mjs';
import {firstAdmin} from './admin.mjs';
import {axeViolations} from './pages.mjs';
import {newTenant, personAt} from './steps.mjs';
import {together} from './journeys.mjs';

export const clickTo = async (person, selector) => {
  await Promise.all([person.page.waitForEvent('load'), person.page.locator(selector).first().click()]);
};

// Notices take a moment: looks again until the words are there.
export async function soonSees(person, path, words) {
  for (let tries = 0; tries < 60; tries += 1) {
    await person.open(path);
    if ((await person.page.textContent('body')).includes(words)) return;
    await person.page.waitForTimeout(200);
  }
  await person.sees(words);
}

// From the preview of a plan over the provider's page and back.
async function subscribes(person, plan, {outcome = 'success', later} = {}) {
  await person.open(`/billing/change?plan=${plan}&interval=month`);
  await clickTo(person, 'main form [type=submit]');
  if (!person.page.url().includes('/billing/change')) return;
  await person.page.waitForURL('**/testpay/*');
  if (later) await person.page.selectOption('[name=later]', later);
  await clickTo(person, `button[value=${outcome}]`);
}

async function savesMethod(person, later) {
  await person.open('/billing/methods');
  await clickTo(person, 'form[action="/billing/methods"] [type=submit]');
  await person.page.waitForURL('**/testpay/*');
  await person.page.selectOption('[name=later]', later);
  await clickTo(person, 'button[value=success]');
  await soonSees(person, '/billing/methods', later === 'works' ? '4242' : '0002');
}

// The account's own clock goes forward, and what becomes due on the way is done.
function letTimePass({server}, tenant, days) {
  const at = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 19) + 'Z';
  execFileSync(server.program, ['billing', 'run', '--tenant', tenant, '--at', at, '--data', server.data, '--config', server.config],
    {env: server.environment, stdio: 'pipe'});
}

async function tenantIdOf(staff, company) {
  await staff.open(`/tenants?q=${encodeURIComponent(company)}`);
  return (await staff.page.locator('tbody a').first().getAttribute('href')).split('/').at(-1);
}

// Fills a form that may still be folded away.
async function answersWithReason(staff, form, fields = {}) {
  await staff.page.locator(form).evaluate((each) => { each.closest('details').open = true; });
  await staff.send(form, {...fields, reason: 'asked on the phone'});
}

function tenantJourneys(fixture) {
  test('billing journey: from the plan chooser over the payment to cancelling and thinking again', async () => {
    await together(fixture, async ({staff, here}) => {
      const mara = await here(newTenant(fixture, staff, {email: 'mara@bay.example', name: 'Mara Perera', company: 'Bay Books'}));
      await mara.open('/billing');
      await mara.sees('No plan yet');
      await clickTo(mara, 'main a[href="/billing/plans"]');
      await mara.sees('LKR');
      await clickTo(mara, 'main a[href*="plan=free"]');
      await clickTo(mara, 'main form [type=submit]');
      await mara.sees('Your subscription has begun');

      // What the preview says is what the provider's page and the invoice say.
      await mara.open('/billing/change?plan=starter&interval=month');
      const promised = /You pay (LKR\s[\d,.]+) now/.exec(await mara.text())[1];
      await clickTo(mara, 'main form [type=submit]');
      await mara.page.waitForURL('**/testpay/*');
      await mara.sees(promised.replace(/LKR\s/, '').replaceAll(',', ''));
      await clickTo(mara, 'button[value=success]');
      expect(mara.path().startsWith('/billing?done=paid'), `paying led to ${mara.path()}`);
      await soonSees(mara, '/billing', 'Starter');

      // The saved method pays the upgrade without leaving. What is kept of it comes a moment after the
      // payment, and a preview from before would be refused as seen too early.
      await soonSees(mara, '/billing/methods', '••••');
      await mara.open('/billing/change?plan=professional&interval=month');
      const upgrade = /You pay (LKR\s[\d,.]+) now/.exec(await mara.text())[1];
      await clickTo(mara, 'main form [type=submit]');
      expect(mara.path() === '/billing?done=changed', `the upgrade led to ${mara.path()}`);
      await mara.open('/billing/invoices');
      await clickTo(mara, 'tbody a');
      await mara.sees(upgrade);
      await mara.page.locator('summary').first().click();
      await mara.sees('per month');
      expect(/\d+ of \d+ days|per month/.test(await mara.text()), 'the invoice does not say why');
      const pdf = await mara.page.context().request.get(`${mara.page.url()}.pdf`);
      expect(pdf.status() === 200 && (await pdf.body()).subarray(0, 5).toString() === '%PDF-', 'the invoice is no PDF');

      // Two more devices: what they cost is seen first, and what is taken back stays until it is used up.
      await mara.open('/billing/add-ons');
      await mara.page.locator('#quantity-device').fill('2');
      await clickTo(mara, 'form[action="/billing/add-ons/change"] [type=submit]');
      const devices = /You pay (LKR\s[\d,.]+) now/.exec(await mara.text())[1];
      await clickTo(mara, 'main form[method=post] [type=submit]');
      expect(mara.path() === '/billing?done=add_on', `two devices led to ${mara.path()}`);
      await mara.sees('2 × Extra device');
      await mara.open('/billing/invoices');
      await mara.sees(devices);
      await mara.open('/billing/add-ons/change?add_on=device&quantity=0');
      await mara.sees('everything stays as it is');
      await clickTo(mara, 'main form[method=post] [type=submit]');
      expect(mara.path() === '/billing?done=scheduled', `giving them back led to ${mara.path()}`);
      await mara.open('/billing/add-ons');
      await mara.sees('ends on');

      // Three clicks: cancel, the reason, the button. A pause is offered on the way.
      await mara.open('/billing');
      await clickTo(mara, 'main a[href="/billing/cancel"]');
      await mara.sees('Would a pause do?');
      await mara.page.locator('[name=reason][value=not_used]').check();
      await clickTo(mara, 'form[action="/billing/cancel"] [type=submit]');
      await mara.sees('The subscription is canceled');
      await clickTo(mara, 'form[action="/billing/keep"] [type=submit]');
      await mara.sees('the cancellation is taken back');
    });
  });

  test('billing journey: a renewal is refused, a banner says so, and paying makes it well', async () => {
    await together(fixture, async ({staff, here}) => {
      const ravi = await here(newTenant(fixture, staff, {email: 'ravi@hill.example', name: 'Ravi Silva', company: 'Hill Tours'}));
      await savesMethod(ravi, 'poor');
      await subscribes(ravi, 'starter');
      await ravi.open('/billing');
      await ravi.sees('Trial');
      letTimePass(fixture, await tenantIdOf(staff, 'Hill Tours'), 8);

      await ravi.open('/');
      await ravi.sees('The last payment did not go through');
      await ravi.open('/billing');
      await ravi.sees('The payment was refused');
      await staff.open('/failed-payments');
      await staff.sees('Hill Tours');
      await clickTo(staff, 'tbody a.row-link');
      await answersWithReason(staff, 'form[action$="/extend"]', {days: '5'});
      await staff.sees('Done.');

      await ravi.open('/billing/invoices');
      await clickTo(ravi, 'tbody a');
      await clickTo(ravi, 'main form[action$="/pay"] [name=provider]');
      await ravi.page.waitForURL('**/testpay/*');
      await clickTo(ravi, 'button[value=decline]');
      await ravi.sees('The card was declined');
      await clickTo(ravi, 'button[value=success]');
      await soonSees(ravi, '/billing', 'Active');
      await ravi.open('/');
      expect(!(await ravi.page.textContent('body')).includes('did not go through'), 'the banner stays');
    });
  });

  test('billing pages: a tenant at phone and desktop width, light and dark', async () => {
    await together(fixture, async ({staff, here}) => {
      const tess = await here(newTenant(fixture, staff, {email: 'tess@looks.example', name: 'Tess Dias', company: 'Looks'}));
      await savesMethod(tess, 'works');
      await subscribes(tess, 'free');
      await subscribes(tess, 'starter');
      const paths = ['/billing', '/billing/plans', '/billing/plans?interval=year', '/billing/change?plan=professional&interval=year',
        '/billing/methods', '/billing/invoices', '/billing/history', '/billing/cancel', '/usage'];
      await tess.open('/billing/invoices');
      paths.push(await tess.page.locator('tbody a').first().getAttribute('href'));
      await looksWell(tess, paths);
    });
  });
}

// Nothing wider than the window, nothing that axe finds.
async function looksWell(person, paths) {
  const wrong = [];
  for (const [width, colorScheme] of [[360, 'dark'], [1440, 'light']]) {
    await person.page.setViewportSize({width, height: 900});
    await person.page.emulateMedia({colorScheme, reducedMotion: 'reduce'});
    for (const path of paths) {
      await person.open(path);
      const overflow = await person.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (overflow > 0) wrong.push(`${path} is ${overflow} px wider than ${width} px`);
      for (const violation of await axeViolations(person.page)) wrong.push(`${path} ${violation}`);
    }
  }
  expect(wrong.length === 0, wrong.join(' | '));
}

function staffJourneys(fixture) {
  test('billing journey of staff: a trial is made longer, credit given, a payment refunded with its credit note', async () => {
    await together(fixture, async ({staff, here}) => {
      const lena = await here(newTenant(fixture, staff, {email: 'lena@mill.example', name: 'Lena Koch', company: 'Mill Street'}));
      await subscribes(lena, 'starter');
      const tenant = await tenantIdOf(staff, 'Mill Street');
      await staff.open(`/tenants/${tenant}`);
      await staff.sees('Starter');
      await clickTo(staff, 'main a[href^="/subscriptions/"]');
      const page = staff.page.url();
      await answersWithReason(staff, 'form[action$="/preview/extend_trial"]', {days: '7'});
      await staff.sees('Nothing has happened yet');
      await staff.send('form[action$="/apply/extend_trial"]');
      await staff.sees('Done.');
      await answersWithReason(staff, 'form[action$="/preview/credit"]', {amount: '500.00'});
      await staff.send('form[action$="/apply/credit"]');
      await staff.sees('LKR 500.00');
      await staff.sees('asked on the phone');
      await staff.open(page);

      const omar = await here(newTenant(fixture, staff, {email: 'omar@quay.example', name: 'Omar Haq', company: 'Quay Foods'}));
      await subscribes(omar, 'free');
      await subscribes(omar, 'starter');
      await soonSees(omar, '/billing', 'Starter');
      await staff.open(`/payments?tenant=${await tenantIdOf(staff, 'Quay Foods')}`);
      await clickTo(staff, 'tbody a.row-link');
      await answersWithReason(staff, 'form[action$="/refund"]', {amount: '100.00', credit_note: 'yes'});
      await staff.sees('Nothing has happened yet');
      await staff.send('form[action$="/refund"]');
      await staff.sees('Done.');
      await omar.open('/billing/invoices');
      await clickTo(omar, 'tbody a:has-text("INV")');
      await omar.sees('Credit notes');
    });
  });

  test('billing journey of staff: refused payments are charged again at once, an invoice is found and printed', async () => {
    await together(fixture, async ({staff, here}) => {
      const nila = await here(newTenant(fixture, staff, {email: 'nila@dock.example', name: 'Nila Perera', company: 'Dock Nine'}));
      await savesMethod(nila, 'poor');
      await subscribes(nila, 'starter');
      const tenant = await tenantIdOf(staff, 'Dock Nine');
      letTimePass(fixture, tenant, 8);
      await savesMethod(nila, 'works');
      await staff.open('/failed-payments');
      await staff.page.locator('tr:has-text("Dock Nine") [data-select]').check();
      await staff.page.selectOption('[name=bulk_action]', 'retry');
      await clickTo(staff, '.bulk-bar [type=submit]');
      await staff.sees('Nothing has happened yet');
      await staff.sees('Dock Nine');
      await staff.send('form[action="/failed-payments/retry/confirm"]', {reason: 'the bank was down'});
      await staff.sees('Succeeded');
      await soonSees(nila, '/billing', 'Active');

      await staff.open(`/invoices?q=${encodeURIComponent('Dock N')}&status=paid`);
      await staff.sees('Dock Nine');
      await clickTo(staff, 'tbody a.row-link');
      const path = await staff.page.locator('a[href$=".pdf"]').getAttribute('href');
      const printed = await staff.page.context().request.get(staff.base + path);
      expect(printed.status() === 200 && (await printed.body()).subarray(0, 5).toString() === '%PDF-', `the PDF answered ${printed.status()}`);
      const file = await (await staff.page.context().request.get(`${staff.base}/invoices.csv?tenant=${tenant}`)).text();
      expect(file.split('\n').length > 1 && file.includes(',paid,'), `the file is ${file.slice(0, 200)}`);
    });
  });

  test('billing journey of staff: a large refund waits for a second person, who is somebody else', async () => {
    await together(fixture, async ({staff, here}) => {
      const zoe = await here(newTenant(fixture, staff, {email: 'zoe@port.example', name: 'Zoe Lam', company: 'Port Traders'}));
      await subscribes(zoe, 'free');
      await zoe.open('/billing/change?plan=professional&interval=year');
      await clickTo(zoe, 'main form [type=submit]');
      await zoe.page.waitForURL('**/testpay/*');
      await clickTo(zoe, 'button[value=success]');
      await soonSees(zoe, '/billing', 'Professional');
      await staff.open(`/payments?tenant=${await tenantIdOf(staff, 'Port Traders')}`);
      await clickTo(staff, 'tbody a.row-link');
      await answersWithReason(staff, 'form[action$="/refund"]', {credit_note: 'yes'});
      await staff.sees('somebody else has to agree');
      await staff.send('form[action$="/refund"]');
      await staff.sees('Somebody else has to agree');
      expect(await staff.page.locator('form[action$="/agree"]').count() === 0, 'who asked may agree');
      const request = new URL(staff.page.url()).pathname;

      await staff.open('/staff/new');
      await staff.send('main form', {email: 'fin@example.com', role: 'finance_admin'});
      const password = (await staff.page.textContent('.code-block code')).trim();
      const fin = await here(personAt(fixture, 'admin'));
      await fin.open('/login');
      await fin.send('main form', {email: 'fin@example.com', password});
      await fin.open(request);
      await fin.send('form[action$="/agree"]', {reason: 'looked at the contract'});
      await fin.sees('Done.');
      await soonSees(zoe, '/billing/history', 'Refund');
    });
  });

  test('billing journey of staff: a price is raised after a look at whom it touches', async () => {
    await together(fixture, async ({staff}) => {
      await staff.open('/billing-config/plans/starter');
      const form = 'form[action="/billing-config/plans/starter/price"]';
      await answersWithReason(staff, form, {currency: 'USD', interval: 'quarter', amount: '84.00'});
      await staff.sees('Nothing has happened yet');
      await staff.sees('USD 84.00');
      await staff.send(form);
      await staff.sees('Published.');
      await staff.sees('USD 84.00');
    });
  });

  test('billing journey of staff: subscribers are moved to another version of their plan, and back', async () => {
    await together(fixture, async ({staff, here}) => {
      const tara = await here(newTenant(fixture, staff, {email: 'tara@version.example', name: 'Tara Dias', company: 'Version Tea'}));
      await subscribes(tara, 'professional');
      const devices = async () => /Devices[^.]*?of (\d+)/.exec((await tara.text()).replaceAll(/\s+/g, ' '))?.[1];
      await tara.open('/billing');
      const before = await devices();
      await staff.open('/billing-config/plans/professional');
      const edit = 'form[action="/billing-config/plans/professional"]';
      await answersWithReason(staff, edit, {'limit-devices': '77'});
      await staff.send(edit);
      await staff.sees('Published.');
      await tara.open('/billing');
      expect(await devices() === before, 'who is on a plan does not keep its limits');
      const move = 'form[action="/billing-config/plans/professional/move"]';
      await answersWithReason(staff, move);
      await staff.sees('Nothing has happened yet');
      await staff.sees('What they pay each period');
      await staff.send(move);
      await staff.sees('Begun.');
      const followed = staff.path();
      await soonSees(staff, followed, 'Done');
      for (let tries = 0; tries < 30 && await devices() === before; tries += 1) {
        await tara.page.waitForTimeout(200);
        await tara.open('/billing');
      }
      expect(await devices() === '77', `moved, and still ${await devices()} devices`);
      await staff.open(followed);
      await staff.send('form[action$="/undo"]', {reason: 'too early'});
      for (let tries = 0; tries < 60 && await devices() !== before; tries += 1) {
        await tara.page.waitForTimeout(200);
        await tara.open('/billing');
      }
      expect(await devices() === before, `taken back, and still ${await devices()} devices`);
      await looksWell(staff, ['/billing-config/moves', followed]);
      await staff.open('/trials?q=version');
      await staff.sees('Version Tea');
      await looksWell(staff, ['/trials', '/trials?trial=converted']);
      await looksWell(tara, ['/billing/add-ons', '/billing/add-ons/change?add_on=device&quantity=3']);
    });
  });

  test('billing pages of staff at phone and desktop width, light and dark', async () => {
    await together(fixture, async ({staff}) => {
      await looksWell(staff, ['/subscriptions', '/payments', '/failed-payments', '/reports', '/reports/days', '/reports/movements',
        '/reports/recovery', '/reports/ledger', '/billing-config', '/billing-config/plans/starter', '/billing-config/add-ons',
        '/billing-config/meters', '/billing-config/meters/messages', '/billing-config/taxes', '/billing-config/dunning',
        '/billing-config/providers', '/billing-config/notices', '/billing-config/parked', '/approvals', '/coupons',
        '/coupons/gifts', '/coupons/referrals', '/invoices']);
    });
  });
}

export function billingTests(fixture) {
  tenantJourneys(fixture);
  staffJourneys(fixture);

  test('the price list is shown in the currency the visitor chooses', async () => {
    const page = await openPage(fixture.browser);
    try {
      await page.goto(`${fixture.server.url('landing')}/pricing?utm_source=news`);
      await Promise.all([page.waitForURL('**currency=LKR**'), page.click('.currency-link:has-text("LKR")')]);
      const shown = await page.locator('.pricing').innerText();
      expect(shown.includes('LKR 8,900') && !shown.includes('$29'), `the prices are ${shown.slice(0, 400)}`);
      expect(page.url().includes('utm_source=news'), 'the campaign was lost');
    } finally {
      await page.context().close();
    }
  });
}
