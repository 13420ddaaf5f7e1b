// Every page, at three widths, light and dark: no error in the console, nothing wider than the
// window, no violation that axe can find. Screenshots land in build/screenshots.
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {expect, openPage, root, test} from './harness.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const screenshots = join(root, 'build/screenshots');

export const landingPages = [
  '/', '/features', '/pricing', '/about', '/contact', '/terms', '/privacy', '/cookies', '/refunds', '/no-such-page',
];
const widths = [360, 768, 1440];

export async function axeViolations(page) {
  // Straight into the page's own world: the content security policy forbids a script element.
  await page.evaluate(axeSource);
  const result = await page.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  return result.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`);
}

const nameOf = (path) => (path === '/' ? 'home' : path.slice(1).replaceAll('/', '-'));

export function pageTests(fixture) {
  for (const [site, paths] of [['landing', [...landingPages, '/styleguide']], ['app', ['/no-such-page']], ['admin', ['/no-such-page']]]) {
    for (const path of paths) {
      for (const dark of [false, true]) {
        for (const width of widths) {
          const scheme = dark ? 'dark' : 'light';
          test(`${site} ${path} at ${width} px, ${scheme}`, async () => {
            const page = await openPage(fixture.browser, {width, dark});
            try {
              const response = await page.goto(fixture.server.url(site) + path, {waitUntil: 'load'});
              const wanted = path === '/no-such-page' ? 404 : 200;
              expect(response.status() === wanted, `answered ${response.status()}`);
              const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
              expect(overflow <= 0, `the page is ${overflow} px wider than the window`);
              const folder = join(screenshots, site);
              mkdirSync(folder, {recursive: true});
              await page.screenshot({path: join(folder, `${nameOf(path)}-${width}-${scheme}.png`), fullPage: true});
              const problems = page.problems.filter((each) => !(wanted === 404 && each.includes('404')));
              expect(problems.length === 0, problems.join('; '));
              const violations = await axeViolations(page);
              expect(violations.length === 0, violations.join('; '));
            } finally {
              await page.context().close();
            }
          });
        }
      }
    }
  }
}
