// Feature flags in the panel: every page as people see it, and one flag from its beginning to its
// first state again.
import {execFileSync} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {expect, root, test} from './harness.mjs';
import {closing, signIn} from './admin.mjs';
import {everyPageTests} from './every_page.mjs';
import {axeViolations} from './pages.mjs';
import {personAt, staffAt} from './steps.mjs';

const flag = 'checkout';
const child = 'express-checkout';
const pages = [
  '/flags', '/flags?state=on&project=platform', '/flags/new', '/flags/import', `/flags/${flag}`, `/flags/${flag}/rules/new`, `/flags/${flag}/rules/0`,
  `/flags/${flag}/variants`, `/flags/${child}/dependencies/new`, `/flags/${child}/dependencies/0`, `/flags/${child}`, `/flags/${flag}/overrides`, `/flags/${flag}/playground?user=user-42&more=country%3DLK`, `/flags/${flag}/history`, `/flags/${flag}/usage`,
  `/flags/${flag}/schedule`, '/flags/segments', '/flags/segments/new', '/flags/segments/1', '/flags/requests', '/flags/requests?state=decided', '/tokens',
];

async function send(page, selector, fields = {}) {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`${selector} [name="${name}"]`);
    if (await field.evaluate((each) => each.tagName === 'SELECT')) await field.selectOption(value);
    else await field.fill(value);
  }
  await Promise.all([page.waitForEvent('load'), page.click(`${selector} button[type=submit]`)]);
}

export function flagTests(fixture) {
  test('flags: made, rolled out to half, explained, changed and restored', async () => {
    const {page, site} = await signIn(fixture);
    await closing(page, async () => {
      await page.goto(`${site}/flags/new`);
      await send(page, 'main form', {flag_key: flag, description: 'The new checkout', flag_type: 'release'});
      await page.click('main a[href*="/rules/new"]');
      await page.waitForURL('**/rules/new*');
      await send(page, 'main form', {rule_kind: 'share', share: '50', stickiness: 'userId', group: 'checkout', field_0: 'country', operator_0: 'IN', values_0: 'LK'});
      expect((await page.textContent('main')).includes('50 % by userId, where country is one of LK'), 'the rule is not told in words');
      await send(page, 'form[action*="/on?environment=production"]');
      expect((await page.textContent('main')).includes('Turned on.'), 'it was not turned on');

      await page.goto(`${site}/flags/${flag}/playground`);
      await send(page, 'main form', {user: 'user-42', more: 'country=LK'});
      const why = await page.textContent('main');
      expect(why.includes('On: rule 1 lets them in') && why.includes('falls into place 42 of 100; places up to 50 are in'), `the reason is not told: ${await page.textContent('[data-sentence]')}`);

      await page.goto(`${site}/flags/${flag}/rules/0`);
      await send(page, 'main form', {share: '10'});
      await page.goto(`${site}/flags/${flag}/playground?user=user-42&more=country%3DLK`);
      expect((await page.textContent('[data-sentence]')).includes('Off: its only rule'), 'a smaller share lets them in still');

      await page.goto(`${site}/flags/${flag}/history`);
      expect((await page.textContent('main')).includes('strategies.0.parameters.rollout'), 'the difference is not shown');
      await Promise.all([page.waitForEvent('load'), page.locator('form[action*="/restore"] button').first().click()]);
      await page.goto(`${site}/flags/${flag}/playground?user=user-42&more=country%3DLK`);
      expect((await page.textContent('[data-sentence]')).includes('On: rule 1'), 'the restored rule does not count');
      expect(page.problems.length === 0, page.problems.join(' | '));
    });
  });

  test('flags: one depends on a variant of another, and both tell of it', async () => {
    const {page, site} = await signIn(fixture);
    await closing(page, async () => {
      await page.goto(`${site}/flags/${flag}/variants`);
      await send(page, 'main form', {name_0: 'short', weight_0: '1000'});
      await page.goto(`${site}/flags/new`);
      await send(page, 'main form', {flag_key: child, description: 'Pay with one click', flag_type: 'release'});
      await send(page, 'form[action*="/on?environment=production"]');
      await page.click('main a[href*="/dependencies/new"]');
      await page.waitForURL('**/dependencies/new*');
      await send(page, 'main form', {parent: child});
      expect((await page.textContent('main')).includes('A flag cannot depend on itself.'), 'it may depend on itself');
      await send(page, 'main form', {parent: flag});
      await page.check('input[name=variant][value="short"]');
      await send(page, 'main form', {parent_state: 'on'});
      const told = await page.textContent('#dependencies');
      expect(told.includes(`Needs ${flag}: on with variant “short”`), `the dependency is not told: ${told}`);
      const why = async () => {
        await page.goto(`${site}/flags/${child}/playground?user=user-42&more=country%3DDE`);
        return page.textContent('[data-sentence]');
      };
      expect((await why()).includes(`Off: it needs “${flag}” to be on with variant “short”, which is off for them.`), await why());
      await page.goto(`${site}/flags/${flag}`);
      expect((await page.textContent('#dependencies')).includes(`Needed by ${child}`), 'the parent does not name who needs it');
      await page.click('[popovertarget="remove-flag"]');
      await page.fill('.confirm:popover-open [name=reason]', 'Not needed any more');
      const refused = page.waitForResponse((each) => each.url().includes('/remove'));
      await page.click('.confirm:popover-open button[type=submit]');
      expect((await refused).status() === 422, 'a flag that is needed can be removed');
      await page.goto(`${site}/flags/${child}/history`);
      expect((await page.textContent('main')).includes('dependencies.0.variants.0'), 'the history does not tell of it');
    });
  });

  test('flags: a segment is made, used by a rule and kept while it is used', async () => {
    const {page, site} = await signIn(fixture);
    await closing(page, async () => {
      await page.goto(`${site}/flags/segments/new`);
      await send(page, 'main form', {segment_name: 'Beta testers', description: 'Who asked to be first', field_0: 'country', operator_0: 'IN', values_0: 'LK'});
      expect((await page.textContent('main')).includes('Segment created.'), 'it was not made');
      await page.goto(`${site}/flags/${flag}/rules/new`);
      await page.check('input[name=segment][value="1"]');
      await send(page, 'main form', {rule_kind: 'share', share: '5', stickiness: 'userId', group: 'beta'});
      expect((await page.textContent('main')).includes('Beta testers: country is one of LK'), 'the rule does not name the segment');
      await page.goto(`${site}/flags/segments/1`);
      expect((await page.textContent('main')).includes(flag), 'the page does not say who uses it');
      expect(await page.locator('[popovertarget="remove-segment"]').count() === 0, 'it can be removed while it is used');
      expect(page.problems.length === 0, page.problems.join(' | '));
    });
  });

  test('flags: a roll-out is scheduled and canceled', async () => {
    const {page, site} = await signIn(fixture);
    await closing(page, async () => {
      await page.goto(`${site}/flags/${flag}/schedule`);
      await send(page, 'form[action*="/schedule/roll-out"]', {rule: '0', shares: '60, 80, 100', hours: '24', goal: 'payment_succeeded', harm: 'falls', reaction: 'roll-back'});
      const listed = await page.textContent('main');
      expect(listed.includes('Scheduled.') && listed.includes('80 %') && listed.includes('Watched: “payment_succeeded” must not get rarer'), `the roll-out is not listed: ${listed}`);
      await send(page, 'form[action*="/schedule/switch"]', {turn: 'off'});
      await page.locator('[popovertarget^="cancel-"]').first().click();
      await Promise.all([page.waitForEvent('load'), page.locator('.confirm:popover-open button[type=submit]').click()]);
      expect((await page.textContent('main')).includes('Canceled'), 'it was not canceled');
      expect(page.problems.length === 0, page.problems.join(' | '));
    });
  });

  test('flags: what is imported and scheduled in a guarded environment waits for a second person', async () => {
    const {page, site} = await signIn(fixture);
    const {program, config, data, environment} = fixture.server;
    const made = execFileSync(program, ['staff', 'create', '--email', 'second@example.com', '--role', 'super_admin', '--config', config, '--data', data], {env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
    const second = await staffAt(fixture, {WHATSFLOW_ADMIN_EMAIL: 'second@example.com', WHATSFLOW_ADMIN_PASSWORD: /password: (\S+)/.exec(made)[1]});
    await closing(second.page, () => closing(page, async () => {
      const definitions = JSON.stringify({features: [
        {name: flag, enabled: true, strategies: [{name: 'flexibleRollout', parameters: {rollout: '5', stickiness: 'userId', groupId: 'checkout'}}]},
        {name: 'guarded-one', enabled: true}]});
      await page.goto(`${site}/flags/import`);
      await send(page, 'main form', {environment: 'guarded', definitions});
      const proposed = await page.textContent('main');
      expect(proposed.includes('Proposed: it waits for a second person.') && proposed.includes('guarded-one') && proposed.includes('strategies.0.parameters.rollout'), `the import is not shown: ${proposed}`);
      expect(await page.locator('form[action$="/approve"]').count() === 0, 'one person alone may approve');
      await second.open(page.url());
      await second.send('form[action$="/approve"]');
      await second.sees('Approved and applied.');

      await page.goto(`${site}/flags/${flag}/schedule?environment=guarded`);
      await send(page, 'form[action*="/schedule/roll-out"]', {rule: '0', shares: '20, 100', hours: '24'});
      const plan = await page.textContent('main');
      expect(plan.includes('20 %') && plan.includes('100 %') && plan.includes('Approved, each step happens at its time'), `the plan is not shown: ${plan}`);
      mkdirSync(join(root, 'build/screenshots/flags'), {recursive: true});
      for (const [width, height] of [[360, 780], [1440, 900]]) {
        await page.setViewportSize({width, height});
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `the request is wider than ${width} px`);
        const violations = await axeViolations(page);
        expect(violations.length === 0, violations.join('; '));
        await page.screenshot({path: join(root, `build/screenshots/flags/request-${width}.png`), fullPage: true});
      }
      await second.open(page.url());
      await second.send('form[action$="/approve"]');
      await second.open(`/flags/${flag}/schedule?environment=guarded`);
      await second.sees('Under way');

      await page.goto(`${site}/flags/new`);
      await send(page, 'main form', {flag_key: 'a-slip', description: 'Removed too soon', flag_type: 'release'});
      await page.click('[popovertarget="remove-flag"]');
      await page.fill('.confirm:popover-open [name=reason]', 'Nobody needs it');
      await Promise.all([page.waitForEvent('load'), page.click('.confirm:popover-open button[type=submit]')]);
      await second.open(page.url());
      await second.send('form[action$="/approve"]');
      await second.page.locator('main a[href*="/flags/a-slip/history"]').first().click();
      await second.page.waitForURL('**/history*');
      await second.sees('Removed');
      for (const width of [360, 1440])
        for (const colorScheme of ['light', 'dark']) {
          await second.page.setViewportSize({width, height: 900});
          await second.page.emulateMedia({colorScheme});
          await second.page.screenshot({path: join(root, `build/screenshots/flags/removed-${width}-${colorScheme}.png`), fullPage: true});
          expect(await second.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `the history is wider than ${width} px`);
        }
      await second.send('form[action*="/restore"]');
      await second.open('/flags/a-slip');
      await second.sees('Removed too soon');
      expect(page.problems.length === 0 && second.page.problems.length === 0, [...page.problems, ...second.page.problems].join(' | '));
    }));
  });

  test('flags: maintenance mode closes the app until it is turned off', async () => {
    const {page, site} = await signIn(fixture);
    const visitor = await personAt(fixture, 'app');
    await closing(visitor.page, () => closing(page, async () => {
      await visitor.open('/login');
      await page.goto(`${site}/flags/maintenance-mode?project=platform`);
      await send(page, 'form[action*="/on?environment=production"]');
      await visitor.open('/login', 503);
      await visitor.sees('Nothing is lost; come back in a few minutes.');
      await page.locator('[popovertarget="off-production"]').first().click();
      await Promise.all([page.waitForEvent('load'), page.locator('.confirm:popover-open button[type=submit]').click()]);
      await visitor.open('/login');
      expect(page.problems.length === 0, page.problems.join(' | '));
    }));
  });

  everyPageTests(fixture, 'flags', pages);
}
