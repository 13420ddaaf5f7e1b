// Follows every link of every page: each leads somewhere, each #fragment exists.
import {expect, openPage, test} from './harness.mjs';
import {landingPages} from './pages.mjs';

export function linkTests(fixture) {
  test('every link on every page leads somewhere', async () => {
    const start = fixture.server.url('landing');
    // Sign-up and sign-in belong to the tenants' app: their address is right when it is that
    // site's, whether or not its pages are installed here.
    const app = fixture.server.url('app');
    const page = await openPage(fixture.browser);
    const seen = new Map();
    const broken = [];
    for (const path of landingPages.filter((each) => each !== '/no-such-page')) {
      await page.goto(start + path);
      const links = await page.$$eval('a[href], link[rel=canonical], link[rel=icon], link[rel=manifest]',
        (elements) => elements.map((element) => element.href));
      const ids = new Set(await page.$$eval('[id]', (elements) => elements.map((element) => element.id)));
      for (const link of links) {
        const url = new URL(link);
        if (!['http:', 'https:'].includes(url.protocol)) continue;
        if (url.hash && url.pathname === path && !ids.has(decodeURIComponent(url.hash.slice(1)))) broken.push(`${path} → ${url.hash} is not there`);
        url.hash = '';
        if (url.origin === app) continue;
        if (url.origin !== start || seen.has(url.href)) continue;
        const answer = await fetch(url, {redirect: 'manual'});
        seen.set(url.href, answer.status);
        if (answer.status >= 400) broken.push(`${path} → ${url.pathname} answers ${answer.status}`);
        if (answer.status >= 300 && answer.status < 400 && !answer.headers.get('location')?.startsWith(app)) {
          broken.push(`${path} → ${url.pathname} redirects to ${answer.headers.get('location')}`);
        }
      }
    }
    await page.context().close();
    expect(seen.size > 10, `only ${seen.size} links were found`);
    expect(broken.length === 0, broken.join('; '));
  });

  test('every page of the sitemap answers and says it is canonical', async () => {
    const start = fixture.server.url('landing');
    const sitemap = await (await fetch(`${start}/sitemap.xml`)).text();
    const addresses = [...sitemap.matchAll(/<loc>([^<]+)<\/loc>/g)].map((match) => match[1]);
    expect(addresses.length >= 9, `the sitemap has ${addresses.length} pages`);
    const titles = new Set();
    const descriptions = new Set();
    for (const address of addresses) {
      const answer = await fetch(address);
      const html = await answer.text();
      expect(answer.status === 200, `${address} answers ${answer.status}`);
      expect(html.includes(`<link rel="canonical" href="${address}"`), `${address} is not its own canonical`);
      titles.add(html.match(/<title>([^<]*)<\/title>/)?.[1]);
      descriptions.add(html.match(/<meta name="description" content="([^"]*)"/)?.[1]);
    }
    expect(titles.size === addresses.length, 'two pages share a title');
    expect(descriptions.size === addresses.length, 'two pages share a description');
  });
}
