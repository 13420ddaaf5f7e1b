// The program is killed at every step of a charge, and while it takes notices: a customer is never
// charged twice, and no payment is lost. Stripe is the simulator; its side is counted, not ours.
// `node kill.mjs WORD` runs the tests whose name has WORD.
import {spawn} from 'node:child_process';
import {command} from '../../access/people.mjs';
import {expect, runTests, test} from '../../browser/suite.mjs';
import {startServer} from '../../browser/server.mjs';
import {Stripe} from '../../simulators/stripe.mjs';

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const stripe = await new Stripe().listen(0);
const calm = Object.fromEntries(['PAGES', 'API', 'WEBHOOKS', 'LOGIN'].map((limit) => [`WHATSFLOW__HTTP__RATE_LIMITS__${limit}`, '0']));
const server = await startServer({...calm, WHATSFLOW__PLUGINS__STRIPE__SECRET_KEY: stripe.key,
  WHATSFLOW__PLUGINS__STRIPE__WEBHOOK_SECRETS: JSON.stringify(stripe.secrets), WHATSFLOW__PLUGINS__STRIPE__API_BASE: stripe.url});
stripe.simulator.notify = `${server.url('api')}/webhooks/stripe`;
let pid = server.pid;

async function killServer() {
  process.kill(pid, 'SIGKILL');
  while (await fetch(`${server.url('landing')}/readyz`).then(() => true, () => false)) await sleep(20);
}
async function startAgain() {
  const child = spawn(server.program, ['serve', '--data', server.data, '--config', server.config], {env: server.environment, stdio: 'ignore'});
  pid = child.pid;
  for (let tries = 0; tries < 300; tries += 1) {
    if (await fetch(`${server.url('landing')}/readyz`).then((answer) => answer.ok, () => false)) return;
    await sleep(50);
  }
  throw new Error('the server did not start again');
}

// One run of the command for one tenant; `killed` settles true when it was killed.
function run(tenant, at) {
  const child = spawn(server.program, ['billing', 'run', '--tenant', tenant, '--at', at, '--config', server.config, '--data', server.data],
    {env: server.environment, stdio: ['ignore', 'ignore', 'pipe']});
  let said = '';
  child.stderr.on('data', (text) => { said += text; });
  child.killed9 = new Promise((done) => child.on('exit', (code, signal) => done(signal === 'SIGKILL')));
  child.done = new Promise((done, fail) => child.on('exit', (code, signal) => (code === 0 || signal === 'SIGKILL' ? done() : fail(new Error(said)))));
  child.done.catch(() => {});
  return child;
}
const stop = (child) => child.kill('SIGKILL');

let count = 0;
class Customer {
  static async make() {
    const customer = new Customer();
    count += 1;
    const name = `killed${count}`;
    customer.tenant = JSON.parse(command(server, 'tenants', 'create', '--name', name, '--email', `owner@${name}.example`, '--country', 'US', '--json')).id;
    customer.token = JSON.parse(command(server, 'tokens', 'create', '--scope', 'billing:read', '--scope', 'billing:write', '--tenant', customer.tenant, '--json')).token;
    await run(customer.tenant, '2027-01-10T08:00:00Z').done;
    return customer;
  }
  static async subscribed() {
    const customer = await Customer.make();
    await customer.order();
    await customer.pay();
    await customer.until((subscription) => subscription.status === 'active', 'the subscription is not active');
    return customer;
  }
  async ask(method, path, body, key) {
    const answer = await fetch(`${server.url('api')}${path}`, {method, headers: {authorization: `Bearer ${this.token}`, ...(body && {'content-type': 'application/json'}),
      ...(key && {'idempotency-key': key})}, body: body && JSON.stringify(body)});
    return {status: answer.status, body: await answer.json()};
  }
  async order(key = 'first') {
    const made = await this.ask('POST', '/v1/subscription', {plan: 'starter', interval: 'month', provider: 'stripe', trial: false}, key);
    expect(made.status === 201, `order: ${made.status} ${JSON.stringify(made.body)}`);
    this.page = made.body.checkout.url;
    return made.body;
  }
  pay() {
    return fetch(this.page, {method: 'POST', body: new URLSearchParams({card: 'pm_card_visa'}), redirect: 'manual'});
  }
  async until(fine, why) {
    for (let tries = 0; tries < 200; tries += 1) {
      const {status, body} = await this.ask('GET', '/v1/subscription');
      if (status === 200 && fine(body)) return;
      await sleep(100);
    }
    throw new Error(why);
  }
  async settled() {
    // Time goes on: what was not answered is asked again, what was not tried is tried again.
    for (const at of ['2027-02-10T07:00:00Z', '2027-02-10T12:00:00Z', '2027-02-11T12:00:00Z', '2027-02-13T12:00:00Z']) await run(this.tenant, at).done;
    const list = (await this.ask('GET', '/v1/invoices')).body.data;
    const invoices = await Promise.all(list.map(async ({id}) => (await this.ask('GET', `/v1/invoices/${id}`)).body));
    return {invoices, payments: invoices.flatMap((invoice) => invoice.payments).filter((payment) => payment.status === 'succeeded')};
  }
  // Every payment is a charge of Stripe's and the other way round.
  async expectPaidOnce(months) {
    const {invoices, payments} = await this.settled();
    expect(invoices.length === months, `${invoices.length} invoices for ${months} months`);
    expect(invoices.every((invoice) => invoice.status === 'paid'), `not all are paid: ${invoices.map((each) => each.status)}`);
    const charges = payments.map((payment) => [...stripe.objects.values()].filter((each) => each.object === 'charge' && each.payment_intent === payment.reference));
    expect(charges.every((found) => found.length === 1 && found[0].amount === 2900), `a payment that Stripe does not know: ${JSON.stringify(payments)}`);
    const customers = new Set(charges.map(([charge]) => charge.customer));
    const taken = [...stripe.objects.values()].filter((each) => each.object === 'charge' && customers.has(each.customer));
    expect(taken.length === months && payments.length === months, `Stripe took ${taken.length}, we booked ${payments.length}, for ${months} months`);
  }
}

// Calls `act` once when Stripe is asked for money, before and after it takes it.
function atNextCharge({before = () => {}, after = () => {}}) {
  const usual = Object.getPrototypeOf(stripe).createPayment;
  return new Promise((reached) => {
    stripe.createPayment = async function once(form) {
      delete stripe.createPayment;
      await before();
      const payment = await usual.call(stripe, form);
      reached();
      await after();
      return payment;
    };
  });
}

test('killed when the provider is about to take the money', async () => {
  const customer = await Customer.subscribed();
  const child = run(customer.tenant, '2027-02-10T06:00:00Z');
  const usual = Object.getPrototypeOf(stripe).createPayment;
  let reached = false;
  stripe.createPayment = async function never(form) {
    delete stripe.createPayment;
    reached = true;
    stop(child);
    await child.killed9;
    void form;
    throw new Error('the caller is gone; nothing was taken');
  };
  expect(await child.killed9 && reached, 'the step was not reached');
  expect(stripe.createPayment === usual, 'the fault is still there');
  await customer.expectPaidOnce(2);
});

test('killed when the provider has taken the money and has not answered', async () => {
  const customer = await Customer.subscribed();
  const child = run(customer.tenant, '2027-02-10T06:00:00Z');
  await atNextCharge({after: async () => { stop(child); await child.killed9; }});
  expect(await child.killed9, 'the step was not reached');
  await customer.expectPaidOnce(2);
});

test('killed while the answer of the provider is read and saved', async () => {
  for (const delay of [0, 1, 4, 16]) {
    const customer = await Customer.subscribed();
    stripe.simulator.notices = 'lost'; // the answer is all there is
    const child = run(customer.tenant, '2027-02-10T06:00:00Z');
    await atNextCharge({after: () => { setTimeout(() => stop(child), delay); }});
    await child.killed9;
    await customer.expectPaidOnce(2);
    stripe.simulator.notices = 'once';
  }
});

test('killed at any moment of the run', async () => {
  const customer = await Customer.subscribed();
  const begun = performance.now();
  await run(customer.tenant, '2027-02-10T06:00:00Z').done;
  const whole = performance.now() - begun;
  await customer.expectPaidOnce(2);
  for (let part = 1; part <= 8; part += 1) {
    const next = await Customer.subscribed();
    const child = run(next.tenant, '2027-02-10T06:00:00Z');
    setTimeout(() => stop(child), (whole * part) / 8);
    await child.killed9;
    await next.expectPaidOnce(2);
  }
});

test('the server is killed when it has been paid and has not read the notice', async () => {
  const customer = await Customer.make();
  await customer.order();
  const post = stripe.simulator.post.bind(stripe.simulator);
  const notices = [];
  stripe.simulator.post = async (body, address) => { notices.push([body, address]); };
  await customer.pay();
  stripe.simulator.post = post;
  expect(notices.length > 0, 'no notice');
  for (const [body, address] of notices) await post(body, address);
  await killServer();
  await startAgain();
  await customer.until((subscription) => subscription.status === 'active', 'what was answered 200 was lost');
  for (const [body, address] of notices.toReversed()) await post(body, address);
  const list = (await customer.ask('GET', '/v1/invoices')).body.data;
  expect(list.length === 1 && list[0].amount_paid === 2900, JSON.stringify(list));
});

test('the server is killed while it takes an order, and the same key goes on', async () => {
  const customer = await Customer.make();
  const usual = Object.getPrototypeOf(stripe).openSession;
  stripe.openSession = function dies(form) {
    delete stripe.openSession;
    process.kill(pid, 'SIGKILL');
    return usual.call(stripe, form);
  };
  await customer.order('same').then(() => { throw new Error('answered by a dead server'); }, () => {});
  await startAgain();
  let again;
  for (let tries = 0; tries < 150; tries += 1) {
    again = await customer.ask('POST', '/v1/subscription', {plan: 'starter', interval: 'month', provider: 'stripe', trial: false}, 'same');
    if (again.status !== 409) break;
    await sleep(1000);
  }
  expect(again.status === 201 && again.body.checkout, `${again.status} ${JSON.stringify(again.body)}`);
  customer.page = again.body.checkout.url;
  await customer.pay();
  await customer.until((subscription) => subscription.status === 'active', 'the order cannot be paid');
  const list = (await customer.ask('GET', '/v1/invoices')).body.data;
  expect(list.length === 1 && list[0].amount_paid === 2900, JSON.stringify(list));
});

test('a notice of five megabytes is refused in words', async () => {
  const answer = await fetch(`${server.url('api')}/webhooks/stripe`, {method: 'POST', headers: {'content-type': 'application/json', 'stripe-signature': 't=1,v1=0'}, body: 'x'.repeat(5_000_000)});
  expect(answer.status === 413, `${answer.status}`);
  expect((await answer.text()).length > 20, 'no word why');
});

const failures = await runTests();
process.kill(pid, 'SIGKILL');
await server.stop();
await stripe.stop();
process.exit(failures ? 1 : 0);
