// Our PayHere plugin against our PayHere simulator, over real sockets: forms, kept cards, renewals,
// and everything that can go wrong on the way. The digests are those of others' published vectors.
import {expect, runTests, test} from '../../browser/suite.mjs';
import {Console} from '../../simulators/console.mjs';
import {PayHere} from '../../simulators/payhere.mjs';

const same = (got, wanted, what) => expect(JSON.stringify(got) === JSON.stringify(wanted), `${what}: ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
const payhere = await new PayHere().listen(0);
const settings = {merchant_id: '1000001', merchant_secret: 'WhatsFlowTestSecret01', app_id: '4OVxAppId', app_secret: '8n4VAppSecret', api_base: payhere.url};
const plugin = new Console('payhere', settings);
const control = (body) => fetch(`${payhere.url}/_control`, {method: 'POST', body: JSON.stringify(body)}).then((answer) => answer.json());
const notices = () => payhere.simulator.sent;
const lkr = (minor) => ({currency: 'LKR', minor});
let number = 0;
const fresh = (more) => ({reference: `INV-${++number}-X`, key: `key-${number}`, amount: lkr(250000), description: 'Invoice <1> 🎉', customer: {email: 'nimal@example.com', first_name: 'Nimal', country: 'LK'},
  notify_url: 'http://127.0.0.1:9/webhooks/payhere', ...more});
const good = '4916217501611292';
const pay = async (page, card = good) => (await fetch(page.action, {method: 'POST', redirect: 'manual', body: new URLSearchParams({...page.fields, card_no: card})}));
async function told(from) {
  const events = [];
  for (const {body} of notices().slice(from)) events.push(...(await plugin.ask('confirm', {body})).list);
  return events;
}
const shown = (events) => events.map((each) => `${each.type} ${each.verdict}`);
async function keptCard(card = good) {
  const from = notices().length;
  await pay(await plugin.ask('setup', fresh()), card);
  const saved = (await told(from)).find((each) => each.type === 'payment_method.saved');
  return saved.method;
}

test('the simulator knows the published digests', async () => {
  same(payhere.hash('INV-1001', '1000.00', 'LKR'), '47E57D9C6AF5E2343533FB92D6F67DA6', 'hash');
  same(payhere.hash('PRE-1', '10.00', 'LKR'), '1408453E98B783AEBBC2D268488BB4D8', 'preapproval');
});

test('a form leads to a page, a payment and a notice that is confirmed', async () => {
  expect((await plugin.ask('health')).ok, 'no health');
  const from = notices().length;
  const page = await plugin.ask('checkout', fresh());
  const html = await (await fetch(page.action, {method: 'POST', body: new URLSearchParams(page.fields)})).text();
  expect(html.includes('2500.00 LKR') && html.includes('Invoice 1'), html.slice(0, 200));
  same((await pay(page)).headers.get('location'), page.fields.return_url, 'the way back');
  same(shown(await told(from)), ['checkout.completed confirmed', 'payment.succeeded confirmed'], 'events');
  const record = await plugin.ask('lookup', {reference: page.fields.order_id});
  same([record.status, record.amount], ['succeeded', lkr(250000)], 'record');
});

test('a wrong hash, markup or a missing field opens nothing', async () => {
  const {action, fields} = await plugin.ask('checkout', fresh());
  for (const change of [{hash: fields.hash.toLowerCase()}, {amount: '1.00'}, {order_id: 'INV-999'}])
    expect((await (await fetch(action, {method: 'POST', body: new URLSearchParams({...fields, ...change})})).text()).includes('PH-0014'), JSON.stringify(change));
  for (const change of [{items: '<b>'}, {phone: ''}, {email: 'x'}, {amount: '1,000.00'}])
    expect((await (await fetch(action, {method: 'POST', body: new URLSearchParams({...fields, ...change})})).text()).includes('Something went wrong'), JSON.stringify(change));
});

test('declines and a change of mind are told', async () => {
  const from = notices().length;
  await pay(await plugin.ask('checkout', fresh()), '4024007194349121');
  await pay(await plugin.ask('checkout', fresh()), 'cancel');
  same(shown(await told(from)), ['payment.failed confirmed', 'checkout.canceled confirmed'], 'events');
});

test('a card is kept, charged once for a key, and money goes back', async () => {
  const method = await keptCard();
  same([method.brand, method.last4, method.exp_month, method.exp_year], ['visa', '1292', 12, 2028], 'card');
  const asked = fresh({method, amount: lkr(7910)});
  const first = await plugin.ask('charge', asked);
  same([first.outcome, first.amount], ['succeeded', lkr(7910)], 'charge');
  same((await plugin.ask('charge', asked)).id, first.id, 'the charge of one key');
  same(payhere.payments.filter((each) => each.order_id === asked.reference).length, 1, 'payments');
  const refund = {key: 'refund-1', payment_id: first.id, amount: lkr(7910)};
  same([(await plugin.ask('refund', refund)).outcome, (await plugin.ask('refund', refund)).outcome], ['pending', 'pending'], 'refund');
  same((await plugin.ask('lookup', {reference: asked.reference})).status, 'refund_pending', 'on its way');
  await control({do: {kind: 'refunded', payment: first.id}});
  same((await plugin.ask('lookup', {reference: asked.reference})).status, 'refunded', 'done');
  same((await plugin.ask('charge', fresh({method: {token: 'forged'}}))).outcome, 'rejected', 'a token nobody gave');
  await control({do: {kind: 'charges', fails: 'Insufficient funds'}});
  const declined = await plugin.ask('charge', fresh({method}));
  same([declined.outcome, declined.decline], ['declined', 'soft'], 'decline');
  await control({do: {kind: 'charges'}});
});

test('paying and keeping the card is one form', async () => {
  const from = notices().length;
  const page = await plugin.ask('checkout', fresh({save_method: true}));
  await pay(page);
  const events = await told(from);
  same(shown(events), ['checkout.completed confirmed', 'payment.succeeded confirmed', 'payment_method.saved confirmed'], 'events');
  same((await plugin.ask('charge', fresh({method: events[2].method}))).outcome, 'succeeded', 'charge');
});

test('whatever goes wrong on the way, one key never charges twice', async () => {
  const method = await keptCard();
  for (const [kind, outcome] of [['timeout_after', 'succeeded'], ['truncated', 'succeeded'], ['slow', 'succeeded'], ['timeout_before', 'unknown'], ['error_500', 'unknown'], ['rate_limited', 'transient']]) {
    const asked = fresh({method, patience_ms: 900});
    await control({faults: [{path: '/merchant/v1/payment/charge', kind, ms: 1500, times: 1}]});
    const first = await plugin.ask('charge', asked);
    expect(['unknown', 'succeeded', 'transient'].includes(first.outcome), `${kind}: ${JSON.stringify(first)}`);
    const again = await plugin.ask('charge', {...asked, patience_ms: 5000});
    same(again.outcome, outcome === 'transient' ? 'succeeded' : outcome, `${kind}, again`);
    const paid = payhere.payments.filter((each) => each.order_id === asked.reference).length;
    same(paid, again.outcome === 'succeeded' ? 1 : 0, `payments after ${kind}`);
  }
});

test('a token that ends is renewed', async () => {
  await plugin.ask('lookup', {reference: 'INV-1-X'});
  await control({do: {kind: 'expire_tokens'}, forget: true});
  same((await plugin.ask('lookup', {reference: 'INV-NONE-X'})).status, 'not_found', 'lookup');
  same(payhere.simulator.requests.map((each) => each.path.split('?')[0]), ['/merchant/v1/payment/search', '/merchant/v1/oauth/token', '/merchant/v1/payment/search'], 'requests');
  const wrong = new Console('payhere', {...settings, app_secret: 'wrong'});
  same((await wrong.ask('health')).error, 'payment.rejected', 'wrong credentials');
  await wrong.stop();
});

test('renewals are told, counted by payment, retried, stopped and cancelled', async () => {
  const from = notices().length;
  const page = await plugin.ask('checkout', fresh({monthly: true}));
  same([page.fields.recurrence, page.fields.duration], ['1 Month', 'Forever'], 'rhythm');
  await pay(page);
  const [{subscription_id: id}] = await told(from);
  await control({do: {kind: 'renew', subscription: id}});
  await control({do: {kind: 'renew', subscription: id, works: false}});
  same((await plugin.ask('retry', {id})).outcome, 'pending', 'retry');
  same(shown(await told(from)), ['payment.succeeded confirmed', 'subscription.activated confirmed', 'payment.succeeded confirmed', 'subscription.renewed confirmed',
    'subscription.past_due confirmed', 'payment.succeeded confirmed', 'subscription.renewed confirmed'], 'events');
  same((await plugin.ask('payments', {id})).list.length, 3, 'payments');
  // Every renewal carries the signature of the first payment: with another payment it is forged.
  const replayed = new URLSearchParams(notices().at(-1).body);
  replayed.set('payment_id', '320099999999');
  const events = (await plugin.ask('confirm', {body: replayed.toString()})).list;
  expect(events.every((each) => each.verdict === 'not_yet'), 'a replayed renewal is believed');
  same((await plugin.ask('cancel', {id})).outcome, 'succeeded', 'cancel');
  same((await plugin.ask('cancel', {id})).outcome, 'succeeded', 'cancel again');
  same((await plugin.ask('cancel', {id: '999'})).outcome, 'rejected', 'cancel another');
});

test('a stopped subscription and a chargeback are confirmed, forged ones are not', async () => {
  let from = notices().length;
  const page = await plugin.ask('checkout', fresh({monthly: true}));
  await pay(page);
  const [{subscription_id: id}] = await told(from);
  const forged = new URLSearchParams(notices().at(-1).body);
  forged.set('message_type', 'RECURRING_STOPPED');
  same((await plugin.ask('confirm', {body: forged.toString()})).list[0].verdict, 'not_yet', 'a forged end');
  from = notices().length;
  await control({do: {kind: 'stop', subscription: id}});
  const single = await plugin.ask('checkout', fresh());
  await pay(single);
  const {payment_id: payment} = (await told(from)).find((each) => each.type === 'payment.succeeded');
  await control({do: {kind: 'chargeback', payment}});
  same(shown(await told(from)).filter((each) => !each.startsWith('checkout') && !each.startsWith('payment')), ['subscription.canceled confirmed', 'dispute.opened confirmed', 'dispute.closed confirmed'], 'events');
  await control({notices: 'forged'});
  from = notices().length;
  await pay(await plugin.ask('checkout', fresh()));
  await control({notices: 'once'});
  same((await plugin.ask('verify', {body: notices()[from].body})).error, 'payment.notice_refused', 'a forged signature');
});

const failures = await runTests();
await plugin.stop();
await payhere.stop();
process.exit(failures ? 1 : 0);
