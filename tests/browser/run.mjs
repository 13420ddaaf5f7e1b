// All browser tests against one running server. `node run.mjs WORD` runs those whose name has WORD.
import {runTests, startBrowser, startServer} from './harness.mjs';
import {adminTests, firstAdmin} from './admin.mjs';
import {analyticsTests} from './analytics_journeys.mjs';
import {flagTests} from './flag_journeys.mjs';
import {billingTests} from './billing_journeys.mjs';
import {journeyTests} from './journeys.mjs';
import {landingTests} from './landing.mjs';
import {lighthouseTests} from './lighthouse.mjs';
import {linkTests} from './links.mjs';
import {pageTests} from './pages.mjs';
import {providerTests} from './provider_journeys.mjs';
import {staffJourneyTests} from './staff_journeys.mjs';
import {tourTests} from './tour.mjs';

// People on one machine sign up and in more often than one address may, and the receiver of
// webhooks is on loopback.
const forJourneys = {
  WHATSFLOW__PLUGINS__APP__WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true',
  WHATSFLOW__PLUGINS__FLAGS__ENVIRONMENTS: '["production","development","guarded"]',
  WHATSFLOW__PLUGINS__FLAGS__APPROVAL: '["guarded"]',
};
for (const limit of ['PAGES', 'API', 'LOGIN']) forJourneys[`WHATSFLOW__HTTP__RATE_LIMITS__${limit}`] = '0';
const fixture = {};
const failures = await (async () => {
  fixture.server = await startServer({...firstAdmin, ...forJourneys}, {demo: true});
  const chromium = await startBrowser();
  fixture.browser = chromium.browser;
  try {
    pageTests(fixture);
    linkTests(fixture);
    landingTests(fixture);
    adminTests(fixture);
    flagTests(fixture);
    analyticsTests(fixture);
    journeyTests(fixture);
    staffJourneyTests(fixture);
    billingTests(fixture);
    providerTests(fixture);
    tourTests(fixture);
    lighthouseTests(fixture);
    return await runTests();
  } finally {
    await chromium.stop();
    await fixture.server.stop();
  }
})();
process.exit(failures ? 1 : 0);
