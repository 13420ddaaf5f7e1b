// Tests that every page of one part of the panel is whole as people see it: at two widths, light and
// dark, answered, no wider than the window, without a violation that axe can find or an error in the
// console. The pictures lie in build/screenshots/NAME.
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {expect, root, test} from './harness.mjs';
import {closing, signIn} from './admin.mjs';
import {axeViolations} from './pages.mjs';

export function everyPageTests(fixture, name, pages) {
  for (const width of [360, 1440]) {
    for (const dark of [false, true]) {
      test(`${name}: every page at ${width} px, ${dark ? 'dark' : 'light'}`, async () => {
        const {page, site} = await signIn(fixture, {width, dark});
        await closing(page, async () => {
          const wrong = [];
          const folder = join(root, 'build/screenshots', name);
          mkdirSync(folder, {recursive: true});
          for (const [i, path] of pages.entries()) {
            const response = await page.goto(site + path, {waitUntil: 'load'});
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
            if (response.status() !== 200) wrong.push(`${path} answered ${response.status()}`);
            if (overflow > 0) wrong.push(`${path} is ${overflow} px wider than the window`);
            // What differs between widths is the layout, between schemes the colours: two looks show both.
            if (dark === width > 1000) for (const violation of await axeViolations(page)) wrong.push(`${path} ${violation}`);
            await page.screenshot({path: join(folder, `${i}-${width}-${dark ? 'dark' : 'light'}.png`), fullPage: true});
          }
          expect(wrong.length === 0 && page.problems.length === 0, [...wrong, ...page.problems].join(' | '));
        });
      });
    }
  }
}
