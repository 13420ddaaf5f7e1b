// All browser tests against one running server. `node run.mjs WORD` runs those whose name has WORD.
import {runTests, startBrowser, startServer} from './harness.mjs';
import {adminTests, firstAdmin} from './admin.mjs';
import {landingTests} from './landing.mjs';
import {lighthouseTests} from './lighthouse.mjs';
import {linkTests} from './links.mjs';
import {pageTests} from './pages.mjs';

const fixture = {};
const failures = await (async () => {
  fixture.server = await startServer(firstAdmin);
  const chromium = await startBrowser();
  fixture.browser = chromium.browser;
  try {
    pageTests(fixture);
    linkTests(fixture);
    landingTests(fixture);
    adminTests(fixture);
    lighthouseTests(fixture);
    return await runTests();
  } finally {
    await chromium.stop();
    await fixture.server.stop();
  }
})();
process.exit(failures ? 1 : 0);
