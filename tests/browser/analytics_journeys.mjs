// Analytics: a visitor who agreed is counted and shown to staff, one who did not is not; every page of
// the panel as people see it, with the demonstration's four weeks.
import {browserOf, expect, openPage, test, watched} from './harness.mjs';
import {closing, signIn} from './admin.mjs';
import {everyPageTests} from './every_page.mjs';

const tabs = ['', '/web', '/live', '/growth', '/revenue', '/churn', '/funnels', '/paths', '/retention', '/features', '/experiments', '/support', '/health', '/setup', '/erase'];
const pages = [...tabs.map((tab) => `/analytics${tab}`), '/analytics/web?from=2020-01-01&to=2020-01-02', '/analytics/experiments?flag=compact-inbox&goal=member_invited'];

// What the script of a landing page sends, by a visitor with this choice.
async function sentBy(fixture, consent, path, {init = () => {}} = {}) {
  const page = await openPage(fixture.browser);
  await page.addInitScript(init);
  const sent = await sentFrom(page, fixture.server.url('landing'), consent, path);
  await page.context().close();
  return sent;
}

// The same by a browser with settings of its owner.
async function sentByBrowserOf(preferences, fixture, path) {
  const {context, stop} = await browserOf(preferences);
  const page = watched(await context.newPage());
  const sent = await sentFrom(page, fixture.server.url('landing'), 'necessary.analytics', path);
  sent.doNotTrack = await page.evaluate(() => navigator.doNotTrack);
  await stop();
  return sent;
}

async function sentFrom(page, site, consent, path) {
  const sent = [], asked = [];
  page.on('request', (request) => {
    asked.push(new URL(request.url()).pathname);
    if (request.url().endsWith('/a/event')) sent.push(request);
  });
  await page.context().addCookies([{name: 'wf_consent', value: consent, url: site}]);
  const opened = await page.goto(site + path, {waitUntil: 'networkidle'});
  const answers = await Promise.all(sent.map(async (request) => (await request.response()).status()));
  const cookies = (await page.context().cookies()).map((each) => each.name).filter((name) => name !== 'wf_consent');
  return {
    bodies: sent.map((request) => request.postDataJSON()),
    hasScript: asked.includes('/a/script.js'),
    header: (await opened.request().allHeaders()).dnt,
    answers, cookies, problems: page.problems,
  };
}

export function analyticsTests(fixture) {
  test('analytics: who agreed is counted, who did not or asks not to be tracked is not', async () => {
    const agreed = await sentBy(fixture, 'necessary.analytics', '/pricing?utm_source=journey');
    expect(agreed.bodies.length === 1 && agreed.bodies[0].u.includes('/pricing?utm_source=journey'), `sent: ${JSON.stringify(agreed.bodies)}`);
    expect(agreed.answers[0] === 202, `answered ${agreed.answers}`);
    expect(!agreed.cookies.some((name) => /analytics|_ga/.test(name)), `cookies: ${agreed.cookies}`);
    expect(agreed.problems.length === 0, agreed.problems.join(' | '));
    expect((await sentBy(fixture, 'necessary', '/pricing')).bodies.length === 0, 'who declined is counted');
    const private_ = await sentBy(fixture, 'necessary.analytics', '/pricing', {init: () => Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})});
    expect(private_.hasScript && private_.bodies.length === 0, 'who asks for privacy is counted');
  });

  test('analytics: a browser set to ask sites not to track is not counted, the same browser without is', async () => {
    const usual = await sentByBrowserOf({}, fixture, '/pricing');
    expect(usual.doNotTrack !== '1' && usual.bodies.length === 1, `usual: ${JSON.stringify(usual)}`);
    const asking = await sentByBrowserOf({enable_do_not_track: true}, fixture, '/pricing');
    expect(asking.doNotTrack === '1' && asking.header === '1', `the browser does not ask: ${JSON.stringify(asking)}`);
    expect(asking.hasScript && asking.bodies.length === 0, `who asks not to be tracked is counted: ${JSON.stringify(asking)}`);
  });

  test('analytics: staff see the visit a moment later, a browser without a person among the bots', async () => {
    const {page, site} = await signIn(fixture);
    await closing(page, async () => {
      for (let tries = 0; ; tries += 1) {
        await page.goto(`${site}/analytics/live?bots=only&site=landing`);
        if ((await page.textContent('main')).includes('/pricing')) break;
        expect(tries < 50, 'the visit is not shown');
        await page.waitForTimeout(100);
      }
      await page.goto(`${site}/analytics/web`);
      const text = await page.textContent('main');
      for (const words of ['Visitors', 'Bounce rate', 'google.com', '/pricing']) expect(text.includes(words), `no ${words}`);
      const csv = await page.context().request.get(site + (await page.getAttribute('a[download]', 'href')));
      expect((await csv.text()).includes('google.com,'), 'the table is not in the file');
      await page.goto(`${site}/analytics/funnels`);
      const steps = await page.locator('main table tbody tr').allTextContents();
      expect(steps.length === 4 && steps[0].includes('signed_up') && steps[0].includes('100.0 %'), `steps: ${steps}`);
      expect(page.problems.length === 0, page.problems.join(' | '));
    });
  });

  test('analytics: staff keep a segment, a note, an alert and a report; a page comes as PDF', async () => {
    const {page, site} = await signIn(fixture);
    await closing(page, async () => {
      const add = async (section, fields) => {
        await page.goto(`${site}/analytics/setup`);
        for (const [name, value] of Object.entries(fields)) {
          const field = page.locator(`#${section}-${name}`);
          if (await field.evaluate((element) => element.tagName === 'SELECT')) await field.selectOption(value);
          else await field.fill(value);
        }
        await page.locator(`#${section} .panel-foot button`).click();
        expect(page.url().includes('done=added'), `${section}: ${(await page.textContent('main')).slice(0, 300)}`);
      };
      const noted = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10);
      await add('segments', {name: 'From Sri Lanka', dimension_1: 'country', value_1: 'LK'});
      await add('annotations', {day: noted, words: 'New prices'});
      await add('alerts', {name: 'Few sign-ups', metric: 'events', event: 'signed_up', side: 'below', bound: '1', hours: '24'});
      await add('mailings', {tab: 'overview', days: '7', address: 'boss@example.com'});
      await page.goto(`${site}/analytics/web`);
      expect((await page.textContent('main')).includes('New prices'), 'the note is not below the chart');
      const whole = await page.locator('main dl dd').first().textContent();
      await page.selectOption('#filter-segment', {label: 'From Sri Lanka'});
      await page.click('.filter-form button[type=submit]');
      expect(await page.locator('main dl dd').first().textContent() !== whole, 'the segment changes nothing');
      await page.click('main details.no-print summary');
      await page.fill('#view-name', 'Island');
      await page.click('main details.no-print button[type=submit]');
      expect(await page.locator('.saved-view', {hasText: 'Island'}).count() === 1, 'the view is not kept');
      const pdf = await page.context().request.get(site + (await page.getAttribute('a[href*="format=pdf"]', 'href')));
      expect((await pdf.body()).subarray(0, 4).toString() === '%PDF', `no PDF: ${pdf.status()}`);
      expect(page.problems.length === 0, page.problems.join(' | '));
    });
  });

  everyPageTests(fixture, 'analytics', pages);
}
