// Paying where the money would be: on the pages of both providers, as their simulators show them.
import {PayHere} from '../simulators/payhere.mjs';
import {Stripe} from '../simulators/stripe.mjs';
import {expect, startServer, test} from './harness.mjs';
import {firstAdmin} from './admin.mjs';
import {clickTo, soonSees} from './billing_journeys.mjs';
import {together} from './journeys.mjs';
import {newTenant} from './steps.mjs';

const calm = Object.fromEntries(['PAGES', 'API', 'LOGIN', 'WEBHOOKS'].map((limit) => [`WHATSFLOW__HTTP__RATE_LIMITS__${limit}`, '0']));
const insufficientFunds = '4024007194349121';
const noIcon = ['404']; // of a page of a simulator
const good = '4916217501611292';

// A server that both simulators are connected to; testpay is there as well, and not chosen.
async function withProviders(fixture, body) {
  const stripe = await new Stripe().listen(0);
  const payhere = await new PayHere().listen(0);
  const server = await startServer({...firstAdmin, ...calm,
    WHATSFLOW__PLUGINS__STRIPE__SECRET_KEY: stripe.key, WHATSFLOW__PLUGINS__STRIPE__WEBHOOK_SECRETS: JSON.stringify(stripe.secrets),
    WHATSFLOW__PLUGINS__STRIPE__API_BASE: stripe.url,
    WHATSFLOW__PLUGINS__PAYHERE__MERCHANT_ID: payhere.merchantId, WHATSFLOW__PLUGINS__PAYHERE__MERCHANT_SECRET: payhere.merchantSecret,
    WHATSFLOW__PLUGINS__PAYHERE__APP_ID: payhere.appId, WHATSFLOW__PLUGINS__PAYHERE__APP_SECRET: payhere.appSecret,
    WHATSFLOW__PLUGINS__PAYHERE__API_BASE: payhere.url});
  stripe.simulator.notify = `${server.url('api')}/webhooks/stripe`;
  try {
    await together({...fixture, server}, (people) => body({...people, stripe, payhere, own: {...fixture, server}}));
  } finally {
    await server.stop();
    await stripe.stop();
    await payhere.stop();
  }
}

// From the preview of a plan to the page of the provider.
async function orders(person, plan, provider) {
  await person.open(`/billing/change?plan=${plan}&interval=month`);
  await person.page.locator(`[name=provider][value=${provider}]`).check();
  const promised = /You pay LKR\s([\d,.]+) now/.exec(await person.text())[1].replaceAll(',', '');
  await clickTo(person, 'main form [type=submit]');
  return promised;
}

// The free plan is had without a trial: then the next one is paid at once.
async function hasTheFreePlan(person) {
  await person.open('/billing/change?plan=free&interval=month');
  await clickTo(person, 'main form [type=submit]');
}

export function providerTests(fixture) {
  test('billing journey: a plan is paid on the pages of Stripe and of PayHere', async () => {
    await withProviders(fixture, async ({staff, here, stripe, payhere, own}) => {
      const nia = await here(newTenant(own, staff, {email: 'nia@stripe.example', name: 'Nia Fernando', company: 'Nia Stripes'}));
      nia.expected = noIcon;
      await hasTheFreePlan(nia);
      const promised = await orders(nia, 'starter', 'stripe');
      await nia.page.waitForURL(`${stripe.url}/**`);
      await clickTo(nia, 'button[value=pm_card_visa]');
      expect(nia.path().startsWith('/billing?done=paid'), `paying led to ${nia.path()}`);
      await soonSees(nia, '/billing', 'Starter');
      const charges = [...stripe.objects.values()].filter((each) => each.object === 'charge');
      expect(charges.length === 1 && charges[0].amount === Math.round(promised * 100), `promised ${promised}, and Stripe took ${JSON.stringify(charges)}`);
      await soonSees(nia, '/billing/methods', '4242');

      const kumar = await here(newTenant(own, staff, {email: 'kumar@here.example', name: 'Kumar Raj', company: 'Kumar Here'}));
      kumar.expected = noIcon;
      await hasTheFreePlan(kumar);
      const rupees = await orders(kumar, 'starter', 'payhere');
      await clickTo(kumar, 'main form [type=submit]'); // the form that the browser posts to PayHere
      await kumar.sees(`${rupees} LKR`);
      await clickTo(kumar, `button[value="${insufficientFunds}"]`);
      await soonSees(kumar, '/billing/invoices', 'Open');
      await clickTo(kumar, 'tbody a');
      await clickTo(kumar, 'main form[action$="/pay"] [type=submit]'); // the first provider is PayHere
      await clickTo(kumar, 'main form [type=submit]');
      await clickTo(kumar, `button[value="${good}"]`);
      expect(kumar.path().startsWith('/billing?done=paid'), `paying led to ${kumar.path()}`);
      await soonSees(kumar, '/billing', 'Starter');
      expect(payhere.payments.length === 1 && payhere.payments[0].amount === Number(rupees).toFixed(2), JSON.stringify(payhere.payments));
    });
  });
}
