// What a visitor does on the public site, with a keyboard, on a phone, without JavaScript.
import {execFileSync} from 'node:child_process';
import {expect, openPage, test} from './harness.mjs';
import {landingPages} from './pages.mjs';

const readable = landingPages.filter((path) => path !== '/no-such-page');
const campaign = 'utm_source=browser&utm_campaign=spring%20sale';

export function landingTests(fixture) {
  const address = (path) => fixture.server.url('landing') + path;
  // One test = one fresh visitor, who must not have met an error in the console at the end.
  const visit = (name, options, body) => test(name, async () => {
    const page = await openPage(fixture.browser, options);
    try {
      await body(page);
      const problems = page.problems.filter((each) => !each.includes('422'));
      expect(problems.length === 0, problems.join('; '));
    } finally {
      await page.context().close();
    }
  });

  pricingTests(visit, address, fixture);
  contactTests(visit, address, fixture);
  consentTests(visit, address);
  frameTests(visit, address);
  readingTests(visit, address);
}

function pricingTests(visit, address, fixture) {
  for (const javaScript of [true, false]) {
    const how = javaScript ? 'with JavaScript' : 'without JavaScript';
    visit(`prices change to a year's when asked, ${how}`, {javaScript}, async (page) => {
      await page.goto(address('/pricing'));
      const shown = async () => (await page.locator('.pricing article').allInnerTexts()).join('\n');
      const monthly = await shown();
      expect(monthly.includes('$29') && monthly.includes('$99'), `monthly prices are not shown: ${monthly}`);
      expect(!monthly.includes('$24.65'), 'the price of a year is shown at first');
      expect((await page.locator('label[for=interval-year]').innerText()).includes('15 %'), 'the saving is not named');
      await page.locator('label[for=interval-year]').click();
      const yearly = await shown();
      expect(yearly.includes('$24.65') && yearly.includes('$84.15'), `yearly prices are not shown: ${yearly}`);
      expect(!yearly.includes('$29\n') && !yearly.includes('$29 '), 'the monthly price is still shown');
      expect(await page.locator('label[for=interval-year]').getByText('15 %').isVisible(), 'the saving disappeared');
    });
  }

  visit('the interval can be chosen by keyboard', {}, async (page) => {
    await page.goto(address('/pricing'));
    await page.locator('#interval-month').focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('#interval-year').isChecked(), 'the arrow key does not choose the year');
  });

  visit('sign-up buttons carry plan, interval and campaign to the app', {}, async (page) => {
    await page.goto(address(`/pricing?${campaign}`));
    for (const [interval, label] of [['month', 'interval-month'], ['year', 'interval-year']]) {
      await page.locator(`label[for=${label}]`).click();
      const hrefs = await page.$$eval('.pricing article a', (links) => links.filter((link) => link.offsetParent).map((link) => link.href));
      const signups = hrefs.map((href) => new URL(href)).filter((url) => url.pathname === '/signup');
      const plans = signups.map((url) => url.searchParams.get('plan'));
      expect(plans.join() === 'free,starter,professional', `the plans are ${plans}`);
      for (const url of signups) {
        expect(url.searchParams.get('interval') === interval, `${url.search} is not by the ${interval}`);
        expect(url.searchParams.get('utm_source') === 'browser', `${url.search} lost the source`);
        expect(url.searchParams.get('utm_campaign') === 'spring sale', `${url.search} lost the campaign`);
      }
    }
    const pro = page.locator('.pricing article a:visible[href*="plan=professional"]');
    // The app answers with whatever is installed there; where the visitor arrives is what counts.
    await Promise.all([page.waitForURL((url) => url.port === String(fixture.server.ports.app)), pro.click()]);
    const arrived = new URL(page.url());
    page.problems.length = 0;
    expect(arrived.origin === fixture.server.url('app') && arrived.pathname === '/signup', `arrived at ${arrived.href}`);
    expect(arrived.search === `?plan=professional&interval=year&${campaign}`, `arrived with ${arrived.search}`);
  });

  visit('the campaign follows the visitor from page to page', {}, async (page) => {
    await page.goto(address(`/?${campaign}`));
    await page.getByRole('navigation').getByRole('link', {name: 'Pricing'}).first().click();
    const href = await page.locator('header a[href^="/signup"]').first().getAttribute('href');
    expect(href === `/signup?${campaign}`, `the header leads to ${href}`);
  });
}

const storedMessages = ({server}) =>
  JSON.parse(execFileSync(server.program, ['contact', 'list', '--json', '--data', server.data, '--config', server.config]));

async function fillContactForm(page, {name, email, topic, message}) {
  await page.locator('#name').fill(name);
  await page.locator('#email').fill(email);
  await page.locator('#topic').selectOption(topic);
  await page.locator('#message').fill(message);
}

function contactTests(visit, address, fixture) {
  visit('a wrong contact form names every wrong field, keeps what was written and moves the focus there', {}, async (page) => {
    await page.goto(address('/contact'));
    // Each passes the browser's own checks and fails the server's.
    await fillContactForm(page, {name: '   ', email: 'anna@flowers', topic: 'sales', message: 'Too short'});
    await page.locator('#company').fill('Example Flowers');
    await page.getByRole('button', {name: 'Send message'}).click();
    await page.locator('[role=alert]').waitFor();
    for (const field of ['name', 'email', 'message']) {
      expect(await page.locator(`#${field}`).getAttribute('aria-invalid') === 'true', `${field} is not marked`);
      expect(await page.locator(`#${field}-error`).isVisible(), `${field} has no sentence`);
      expect(await page.locator(`[role=alert] a[href="#${field}"]`).isVisible(), `${field} is not listed above the form`);
      expect((await page.locator(`#${field}`).getAttribute('aria-describedby')).includes(`${field}-error`), `${field} does not point to its sentence`);
    }
    expect(await page.locator('#topic').getAttribute('aria-invalid') === null, 'the topic is marked although it is right');
    expect(await page.locator('#email').inputValue() === 'anna@flowers', 'the address was lost');
    expect(await page.locator('#message').inputValue() === 'Too short', 'the message was lost');
    expect(await page.locator('#company').inputValue() === 'Example Flowers', 'the company was lost');
    expect(await page.locator('#topic').inputValue() === 'sales', 'the topic was lost');
    const focused = await page.evaluate(() => document.activeElement?.id);
    expect(focused === 'name', `the focus is on ${focused} and not on the first field that is wrong`);
    await page.locator('[role=alert] a[href="#email"]').click();
    expect(await page.evaluate(() => document.activeElement?.id) === 'email', 'the link does not lead to the field');
  });

  for (const javaScript of [true, false]) {
    const how = javaScript ? 'with JavaScript' : 'without JavaScript';
    visit(`a message from the contact form arrives, ${how}`, {javaScript}, async (page) => {
      const message = `Which plan fits four people? ආයුබෝවන් <b>${how}</b>`;
      await page.goto(address('/contact'));
      await fillContactForm(page, {name: 'Anna Example', email: 'anna@flowers.example', topic: 'sales', message});
      // The form refuses what comes faster than a person types.
      await page.waitForTimeout(3200);
      await page.getByRole('button', {name: 'Send message'}).click();
      await page.getByRole('heading', {name: 'Thank you'}).waitFor();
      expect(new URL(page.url()).search === '?sent=1', 'a reload would send the form again');
      const stored = storedMessages(fixture).find((each) => each.message === message);
      expect(stored, 'the message is not listed');
      expect(stored.name === 'Anna Example' && stored.email === 'anna@flowers.example' && stored.topic === 'sales', JSON.stringify(stored));
    });
  }

  visit('a message faster than a person is kept in the form, not stored', {}, async (page) => {
    const before = storedMessages(fixture).length;
    await page.goto(address('/contact'));
    await fillContactForm(page, {name: 'Bandu Example', email: 'bandu@travel.example', topic: 'other', message: 'Written by a machine.'});
    await page.getByRole('button', {name: 'Send message'}).click();
    await page.locator('[role=alert]').waitFor();
    expect(await page.locator('#message').inputValue() === 'Written by a machine.', 'the message was lost');
    expect(storedMessages(fixture).length === before, 'it was stored');
  });
}

const consentCookie = async (page) => (await page.context().cookies()).find((each) => each.name === 'wf_consent');

function consentTests(visit, address) {
  for (const [button, value] of [['Accept', 'necessary.analytics.marketing'], ['Decline', 'necessary']]) {
    visit(`"${button}" keeps the choice, and the question stays away`, {}, async (page) => {
      await page.goto(address('/'));
      const banner = page.locator('[data-consent-banner]');
      expect(await banner.isVisible(), 'nobody asks');
      expect(await consentCookie(page) === undefined, 'a choice is kept before it was made');
      await banner.locator(`[data-consent=${button === 'Accept' ? 'all' : 'none'}]`).click();
      expect(!await banner.isVisible(), 'the banner stays');
      const cookie = await consentCookie(page);
      expect(cookie?.value === value, `the choice is kept as ${cookie?.value}`);
      expect(cookie.sameSite === 'Lax' && cookie.path === '/', 'the cookie goes further than this site');
      const days = (cookie.expires - Date.now() / 1000) / 86400;
      expect(days > 180 && days < 184, `the choice is kept for ${days} days`);
      await page.goto(address('/pricing'));
      await page.waitForLoadState('networkidle');
      expect(!await banner.isVisible(), 'the next page asks again');
    });
  }

  visit('nothing from elsewhere and no cookie before a choice', {}, async (page) => {
    const elsewhere = [];
    const own = new URL(address('/')).origin;
    page.on('request', (request) => { if (!request.url().startsWith(own) && !request.url().startsWith('data:')) elsewhere.push(request.url()); });
    for (const path of readable) await page.goto(address(path), {waitUntil: 'networkidle'});
    expect(elsewhere.length === 0, `loaded ${elsewhere.join(', ')}`);
    const cookies = (await page.context().cookies()).map((each) => each.name).filter((name) => /consent|_ga|analytics/.test(name));
    expect(cookies.length === 0, `kept ${cookies.join(', ')}`);
  });

  visit('cookies can be chosen without JavaScript, from the cookie policy', {javaScript: false}, async (page) => {
    await page.goto(address('/cookies'));
    await page.locator('main a[href="/cookies/consent"]').first().click();
    await page.locator('#analytics').check();
    await page.getByRole('button', {name: 'Save choice'}).click();
    await page.getByRole('status').waitFor();
    expect((await consentCookie(page))?.value === 'necessary.analytics', 'the choice is not kept');
    expect(await page.locator('#analytics').isChecked() && !await page.locator('#marketing').isChecked(), 'the form shows another choice');
    await page.getByRole('button', {name: 'Necessary only'}).click();
    await page.getByRole('status').waitFor();
    expect((await consentCookie(page))?.value === 'necessary', 'the choice cannot be taken back');
  });
}

function frameTests(visit, address) {
  visit('the choice of dark colours holds on the next page', {}, async (page) => {
    await page.goto(address('/'));
    // The colour that stays, not one of the transition towards it.
    const background = () => page.evaluate(async () => {
      await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {})));
      return getComputedStyle(document.body).backgroundColor;
    });
    const light = await background();
    const toggle = page.locator('[data-theme-toggle]').first();
    expect(await toggle.getAttribute('aria-pressed') === 'false', 'the toggle says dark in the light');
    await toggle.click();
    expect(await toggle.getAttribute('aria-pressed') === 'true', 'the toggle does not say that it is dark');
    const dark = await background();
    expect(dark !== light, 'nothing became dark');
    await page.goto(address('/features'));
    expect(await background() === dark, 'the next page is light again');
  });

  visit('the menu of a phone works by keyboard', {width: 360}, async (page) => {
    await page.goto(address('/'));
    const menu = page.locator('details[data-menu]');
    await menu.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await menu.getByRole('link', {name: 'Pricing'}).isVisible(), 'Enter does not open the menu');
    await page.keyboard.press('Escape');
    expect(!await menu.getByRole('link', {name: 'Pricing'}).isVisible(), 'Escape does not close the menu');
    expect(await page.evaluate(() => document.activeElement?.tagName) === 'SUMMARY', 'the focus is lost');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(address('/pricing'));
  });

  visit('the first Tab stop skips to the content', {}, async (page) => {
    await page.goto(address('/'));
    await page.keyboard.press('Tab');
    const link = page.locator('.skip-link');
    expect(await link.evaluate((element) => element === document.activeElement), 'something comes before the skip link');
    const box = await link.boundingBox();
    expect(box.y >= 0 && box.height > 20, 'the skip link cannot be seen');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id) === 'content', 'the focus stays in the header');
  });

  visit('nothing that floats over the page is printed', {}, async (page) => {
    for (const path of ['/', '/pricing', '/terms']) {
      await page.goto(address(path));
      await page.emulateMedia({media: 'print'});
      const floating = await page.evaluate(() => [...document.querySelectorAll('body *')]
        .filter((element) => element.getClientRects().length > 0 && ['fixed', 'sticky'].includes(getComputedStyle(element).position))
        .map((element) => `${element.tagName}.${element.className}`));
      expect(floating.length === 0, `${path} prints ${floating.join(', ')}`);
      expect(!await page.getByRole('navigation').first().isVisible(), `${path} prints its navigation`);
      expect(await page.locator('h1').isVisible(), `${path} prints no headline`);
      const paper = await page.pdf({format: 'A4'});
      expect(paper.subarray(0, 4).toString() === '%PDF', `${path} cannot be printed`);
      await page.emulateMedia({media: 'screen'});
    }
  });
}

function readingTests(visit, address) {
  visit('every page reads the same without JavaScript', {}, async (page) => {
    const plain = await openPage(page.context().browser(), {javaScript: false});
    try {
      const outline = (tab) => tab.$$eval('h1, h2, h3', (headings) => headings.filter((each) => each.getClientRects().length > 0)
        .map((each) => each.textContent.trim()));
      for (const path of readable) {
        await page.goto(address(path));
        await plain.goto(address(path));
        const [withScripts, without] = [await outline(page), await outline(plain)];
        expect(without.length > 0, `${path} has no headings`);
        expect(without.join('|') === withScripts.join('|'), `${path} has other headings without JavaScript`);
      }
    } finally {
      await plain.context().close();
    }
  });

  visit('questions open and close, without JavaScript too', {javaScript: false}, async (page) => {
    await page.goto(address('/'));
    const question = page.locator('details.accordion').first();
    expect(!await question.locator('p').isVisible(), 'the first answer is open already');
    await question.locator('summary').click();
    expect(await question.locator('p').isVisible(), 'a click does not open it');
    await question.locator('summary').click();
    expect(!await question.locator('p').isVisible(), 'a click does not close it');
  });

  visit('search engines are told who, what, for how much, and the questions', {}, async (page) => {
    await page.goto(address('/'));
    const blocks = await page.$$eval('script[type="application/ld+json"]', (scripts) => scripts.map((script) => script.textContent));
    const things = blocks.map((text) => JSON.parse(text)).flatMap((data) => data['@graph'] ?? data);
    const of = (type) => things.find((thing) => [thing['@type']].flat().includes(type));
    for (const type of ['Organization', 'Product', 'FAQPage']) expect(of(type), `there is no ${type}`);
    const asked = await page.locator('details.accordion summary').allInnerTexts();
    const told = of('FAQPage').mainEntity.map((question) => question.name);
    expect(told.join('|') === asked.map((each) => each.trim()).join('|'), 'the questions told are not the questions shown');
    expect(JSON.stringify(of('Product')).includes('"USD"'), 'the product has no price');
  });

  visit('the style guide shows its parts, and its dialog opens and closes', {}, async (page) => {
    await page.goto(address('/styleguide'));
    await page.locator('[data-opens-dialog]').first().click();
    const dialog = page.locator('dialog[open]');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    expect(await dialog.count() === 0, 'Escape does not close the dialog');
  });
}
