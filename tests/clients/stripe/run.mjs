// Our Stripe plugin and our Stripe simulator, each held against what others wrote: the official
// client of Stripe (npm stripe) and another mock of Stripe (npm stripe-stateful-mock). So that the
// two do not merely agree with each other's mistakes.
import {createRequire} from 'node:module';
import {randomBytes} from 'node:crypto';
import {createExpressApp} from 'stripe-stateful-mock';
import OfficialClient from 'stripe';
import {expect, runTests, test} from '../../browser/suite.mjs';
import {Console} from '../../simulators/console.mjs';
import {Stripe} from '../../simulators/stripe.mjs';

createRequire(import.meta.url)('loglevel').setLevel('silent');
const same = (got, wanted, what) => expect(JSON.stringify(got) === JSON.stringify(wanted), `${what}: ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
const now = () => Math.floor(Date.now() / 1000);
const secret = 'whsec_of_the_client_test';
const key = 'sk_test_of_the_client_test';
const stripe = await new Stripe({key, secrets: [secret]}).listen(0);
const official = new OfficialClient(key, {host: '127.0.0.1', port: Number(new URL(stripe.url).port), protocol: 'http', maxNetworkRetries: 0, telemetry: false});
const plugin = new Console('stripe', {secret_key: key, webhook_secrets: ['whsec_the_old_one', secret], api_base: stripe.url});
const notices = () => stripe.simulator.sent;
const control = (body) => fetch(`${stripe.url}/_control`, {method: 'POST', body: JSON.stringify(body)}).then((answer) => answer.json());
const usd = (minor) => ({currency: 'USD', minor});
let number = 0;
const fresh = (more) => ({reference: `INV-${++number}-X`, key: `key-${number}`, amount: usd(2500), ...more});

async function refusalOf(promise, type, status) {
  try {
    await promise;
  } catch (error) {
    expect(error.type === type && error.statusCode === status, `${error.type} ${error.statusCode}, not ${type} ${status}`);
    return error;
  }
  throw new Error(`no ${type}`);
}

test('the plugin takes what the official client signs', async () => {
  const payloads = ['plain', 'Nuwan පෙරේරා', 'naïve "quoted" \\ \u2028', randomBytes(3000).toString('hex')].map((name) =>
    JSON.stringify({id: 'evt_1', object: 'event', type: 'payment_intent.succeeded', created: now(), data: {object: {id: 'pi_1', name}}}));
  for (const payload of payloads) {
    for (const [offset, takes] of [[0, true], [-299, true], [299, true], [-302, false], [302, false]]) {
      const timestamp = now() + offset;
      const header = OfficialClient.webhooks.generateTestHeaderString({payload, secret, timestamp});
      const answer = await plugin.ask('verify', {body: payload, headers: {'Stripe-Signature': header}});
      expect((answer.event_id === 'evt_1') === takes, `${offset} s: ${JSON.stringify(answer)}`);
    }
    const header = OfficialClient.webhooks.generateTestHeaderString({payload, secret});
    for (const [body, sent] of [[`${payload}\n`, header], [payload.replace('pi_1', 'pi_2'), header], [payload, header.replace('v1=', 'v0=')], [payload, header.replace(/t=\d+/, 't=1')]])
      expect((await plugin.ask('verify', {body, headers: {'Stripe-Signature': sent}})).error === 'payment.notice_refused', 'a changed notice was taken');
    const old = OfficialClient.webhooks.generateTestHeaderString({payload, secret: 'whsec_the_old_one'});
    const rolled = `${old},${header.split(',')[1]}`;
    for (const sent of [old, rolled]) expect((await plugin.ask('verify', {body: payload, headers: {'Stripe-Signature': sent}})).event_id, 'a secret that is being replaced was not taken');
    expect((await plugin.ask('verify', {body: payload, headers: {'Stripe-Signature': OfficialClient.webhooks.generateTestHeaderString({payload, secret: 'whsec_other'})}})).error, "a stranger's signature was taken");
  }
});

test('the official client takes what the simulator signs', async () => {
  await official.paymentIntents.create({amount: 700, currency: 'usd', payment_method: 'pm_card_visa', confirm: true});
  const {body, headers} = notices().at(-1);
  const event = official.webhooks.constructEvent(body, headers['stripe-signature'], secret);
  same(event.type, 'payment_intent.succeeded', 'type');
  let refused = false;
  try {
    official.webhooks.constructEvent(`${body} `, headers['stripe-signature'], secret);
  } catch (error) {
    refused = error.type === 'StripeSignatureVerificationError';
  }
  expect(refused, 'a changed notice was taken');
});

test('the official client finds its way through the simulator', async () => {
  const customer = await official.customers.create({email: 'nimal@example.com', metadata: {tenant: 't 1&é'}});
  same((await official.customers.retrieve(customer.id)).metadata, {tenant: 't 1&é'}, 'metadata');
  const session = await official.checkout.sessions.create({mode: 'payment', success_url: 'https://app.test/ok?s={CHECKOUT_SESSION_ID}', client_reference_id: 'INV-OFFICIAL-X', customer: customer.id,
    line_items: [{quantity: 2, price_data: {currency: 'usd', unit_amount: 1250, product_data: {name: 'Seats'}}}], payment_intent_data: {metadata: {reference: 'INV-OFFICIAL-X'}, setup_future_usage: 'off_session'}});
  same([session.status, session.payment_status, session.amount_total], ['open', 'unpaid', 2500], 'session');
  const paid = await fetch(session.url, {method: 'POST', body: 'card=pm_card_visa', redirect: 'manual'});
  expect(paid.headers.get('location') === `https://app.test/ok?s=${session.id}`, 'the page does not lead back');
  const after = await official.checkout.sessions.retrieve(session.id);
  same([after.status, after.payment_status], ['complete', 'paid'], 'session after');
  await refusalOf(official.checkout.sessions.expire(session.id), 'StripeInvalidRequestError', 400);
  const found = await official.paymentIntents.search({query: 'metadata["reference"]:"INV-OFFICIAL-X"', expand: ['data.latest_charge']});
  same(found.data.map((each) => [each.id, each.status, each.latest_charge.amount]), [[after.payment_intent, 'succeeded', 2500]], 'search');
  const refund = await official.refunds.create({payment_intent: after.payment_intent, amount: 500});
  same([refund.status, refund.amount], ['succeeded', 500], 'refund');
  same((await official.balance.retrieve()).livemode, false, 'balance');
  let count = 0;
  for await (const event of official.events.list({limit: 3})) count += event.object === 'event' ? 1 : 0;
  expect(count > 3, `${count} events in pages`);
});

test('the simulator refuses as the official client expects', async () => {
  const charge = (method, more) => official.paymentIntents.create({amount: 700, currency: 'usd', payment_method: method, confirm: true, off_session: true}, more);
  const poor = await refusalOf(charge('pm_card_chargeDeclinedInsufficientFunds'), 'StripeCardError', 402);
  same([poor.code, poor.decline_code, poor.payment_intent.object], ['card_declined', 'insufficient_funds', 'payment_intent'], 'decline');
  same((await refusalOf(charge('pm_card_authenticationRequired'), 'StripeCardError', 402)).code, 'authentication_required', 'step-up');
  await refusalOf(official.paymentIntents.retrieve('pi_none'), 'StripeInvalidRequestError', 404);
  await refusalOf(official.paymentIntents.create({amount: 1, currency: 'usd'}), 'StripeInvalidRequestError', 400);
  await refusalOf(new OfficialClient('sk_test_wrong', {host: '127.0.0.1', port: Number(new URL(stripe.url).port), protocol: 'http', maxNetworkRetries: 0}).balance.retrieve(), 'StripeAuthenticationError', 401);
  const first = await charge('pm_card_visa', {idempotencyKey: 'same'});
  const second = await charge('pm_card_visa', {idempotencyKey: 'same'});
  same(second.id, first.id, 'the payment of one key');
  same(second.lastResponse.headers['idempotent-replayed'], 'true', 'replayed');
  await refusalOf(charge('pm_card_authenticationRequired', {idempotencyKey: 'same'}), 'StripeIdempotencyError', 400);
  await control({faults: [{path: '/v1/balance', kind: 'rate_limited'}]});
  await refusalOf(official.balance.retrieve(), 'StripeRateLimitError', 429);
});

test('the plugin opens a page, keeps the method, charges it, gives back', async () => {
  await plugin.ask('health').then((answer) => expect(answer.ok, JSON.stringify(answer)));
  const from = notices().length;
  const asked = fresh({description: 'Invoice & more', save_method: true, customer: {email: 'nimal@example.com'}});
  const page = await plugin.ask('checkout', asked);
  same((await plugin.ask('checkout', asked)).session, page.session, 'the page of one key');
  await fetch(page.url, {method: 'POST', body: 'card=pm_card_chargeDeclinedInsufficientFunds'});
  await fetch(page.url, {method: 'POST', body: 'card=pm_card_visa', redirect: 'manual'});
  const events = [];
  for (const {body, headers} of notices().slice(from)) events.push(...(await plugin.ask('confirm', {body, headers})).list);
  same(events.filter((each) => each.reference).map((each) => each.type), ['payment.failed', 'payment.succeeded', 'payment_method.saved', 'checkout.completed', 'payment.succeeded'], 'events');
  const saved = events.find((each) => each.type === 'payment_method.saved' && each.reference === asked.reference);
  same([saved.method.brand, saved.method.last4], ['visa', '4242'], 'the card of a kept method');
  expect(new Set(events.filter((each) => each.type === 'payment.succeeded').map((each) => each.payment_id)).size === 1, 'the payment has two ids');

  const renewal = fresh({method: saved.method});
  const charged = await plugin.ask('charge', renewal);
  same([charged.outcome, charged.amount], ['succeeded', usd(2500)], 'charge');
  same((await plugin.ask('charge', renewal)).id, charged.id, 'the charge of one key');
  same((await plugin.ask('lookup', {reference: renewal.reference})).payment_id, charged.id, 'lookup by reference');
  const refund = {key: 'refund-1', payment_id: charged.id, amount: usd(700)};
  const refunds = await Promise.all([plugin.ask('refund', refund), plugin.ask('refund', refund)]);
  same(refunds[0].id, refunds[1].id, 'the refund of one key');
  const record = await plugin.ask('lookup', {payment_id: charged.id});
  same([record.status, record.refunded], ['partially_refunded', usd(700)], 'record');
  same((await plugin.ask('refund', {key: 'refund-2', payment_id: charged.id, amount: usd(1801)})).outcome, 'rejected', 'more than is left');
  same((await plugin.ask('lookup', {reference: 'INV-NONE-X'})).status, 'not_found', 'an unknown reference');
});

test('the plugin tells declines apart and brings the customer to the bank', async () => {
  const charge = (token) => plugin.ask('charge', fresh({method: {token}}));
  same((await charge('pm_card_chargeDeclinedInsufficientFunds')).decline, 'soft', 'insufficient funds');
  same((await charge('pm_card_visa_chargeDeclinedStolenCard')).decline, 'hard', 'stolen');
  const bank = await charge('pm_card_authenticationRequired');
  same(bank.outcome, 'requires_action', 'step-up');
  expect(bank.page.url.includes('/c/3ds/'), 'no page of the bank');
  await control({do: {kind: 'approve', payment: bank.id}});
  same((await plugin.ask('lookup', {payment_id: bank.id})).status, 'succeeded', 'after the bank');
});

test('a setup keeps a method without money', async () => {
  const from = notices().length;
  const page = await plugin.ask('setup', fresh({customer: {email: 'kamala@example.com'}}));
  await fetch(page.url, {method: 'POST', body: 'card=pm_card_visa', redirect: 'manual'});
  const events = [];
  for (const notice of notices().slice(from)) events.push(...(await plugin.ask('confirm', notice)).list);
  expect(!events.some((each) => each.type.startsWith('payment.')), 'a payment is told');
  same((await plugin.ask('charge', fresh({method: events.find((each) => each.type === 'payment_method.saved').method}))).outcome, 'succeeded', 'charge');
});

test('whatever goes wrong on the way, one key charges once', async () => {
  for (const kind of ['timeout_after', 'timeout_before', 'truncated', 'slow', 'error_500', 'rate_limited']) {
    const asked = fresh({method: {token: 'pm_card_visa'}, patience_ms: 700});
    await control({faults: [{path: '/v1/payment_intents', kind, ms: 1500, times: 1}]});
    const first = await plugin.ask('charge', asked);
    same(first.outcome, 'transient', kind);
    const second = await plugin.ask('charge', {...asked, patience_ms: 5000});
    same(second.outcome, 'succeeded', `${kind}, again`);
    const found = await official.paymentIntents.search({query: `metadata["reference"]:"${asked.reference}"`});
    same(found.data.length, 1, `payments after ${kind}`);
  }
});

test('notices come twice, late, in disorder or forged', async () => {
  const events = async (mode) => {
    const from = notices().length;
    await control({notices: mode});
    await plugin.ask('charge', fresh({method: {token: 'pm_card_visa'}})).then(async ({id}) => {
      await control({do: {kind: 'dispute', payment: id}});
    });
    await control({release: true});
    await control({notices: 'once'});
    return Promise.all(notices().slice(from).map((notice) => plugin.ask('read', notice)));
  };
  const twice = await events('duplicate');
  same(twice.map((each) => each.list[0].type), ['payment.succeeded', 'payment.succeeded', 'dispute.opened', 'dispute.opened'], 'twice');
  same(twice[0].list[0].event_id, twice[1].list[0].event_id, 'the identity of a duplicate');
  same((await events('reversed')).map((each) => each.list[0].type), ['dispute.opened', 'payment.succeeded'], 'reversed');
  expect((await events('forged')).every((each) => each.error === 'payment.notice_refused'), 'a forged notice was taken');
  same((await events('lost')).length, 0, 'lost');
});

test('old and new shapes say the same', async () => {
  const read = async (shape) => {
    stripe.shape = shape;
    const from = notices().length;
    const {id} = await plugin.ask('charge', fresh({method: {token: 'pm_card_visa'}}));
    await plugin.ask('refund', {key: `refund-${shape}`, payment_id: id, amount: usd(500)});
    const all = [];
    for (const notice of notices().slice(from)) all.push(...(await plugin.ask('read', notice)).list);
    expect(all.some((each) => each.type === 'refund.succeeded' && each.payment_id === id && each.amount.minor === 500), `no refund in the ${shape} shape`);
    return (await plugin.ask('lookup', {payment_id: id})).status;
  };
  same([await read('old'), await read('new')], ['partially_refunded', 'partially_refunded'], 'records');
  stripe.shape = 'new';
});

test("the plugin gives money back through another's mock of Stripe", async () => {
  const server = createExpressApp().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  const {port} = server.address();
  const console = new Console('stripe', {secret_key: 'sk_test_other', api_base: `http://127.0.0.1:${port}/v1/`});
  const client = new OfficialClient('sk_test_other', {host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0});
  try {
    const charge = await client.charges.create({amount: 2500, currency: 'usd', source: 'tok_visa'});
    const part = {key: 'part', payment_id: charge.id, amount: usd(700), reason: 'asked for'};
    const first = await console.ask('refund', part);
    same([first.outcome, first.amount], ['succeeded', usd(700)], 'part');
    same((await console.ask('refund', part)).id, first.id, 'the refund of one key');
    same((await client.charges.retrieve(charge.id)).amount_refunded, 700, 'given back');
    same((await console.ask('refund', {...part, amount: usd(800)})).outcome, 'rejected', 'another amount under one key');
    same((await console.ask('refund', {key: 'much', payment_id: charge.id, amount: usd(1801)})).outcome, 'rejected', 'too much');
    same((await console.ask('refund', {key: 'rest', payment_id: charge.id, amount: usd(1800)})).outcome, 'succeeded', 'the rest');
    same((await console.ask('refund', {key: 'more', payment_id: charge.id, amount: usd(1)})).code, 'charge_already_refunded', 'nothing left');
    same((await console.ask('refund', {key: 'none', payment_id: 'ch_none', amount: usd(1)})).outcome, 'rejected', 'no such charge');
    // It has no hosted pages and no PaymentIntents: what is missing there is said, not taken for a success.
    same((await console.ask('charge', fresh({method: {token: 'pm_card_visa'}}))).outcome, 'rejected', 'a charge it cannot do');
    same((await console.ask('checkout', fresh())).error, 'payment.rejected', 'a page it cannot open');
  } finally {
    await console.stop();
    server.close();
  }
});

const failures = await runTests();
await plugin.stop();
await stripe.stop();
process.exit(failures ? 1 : 0);
