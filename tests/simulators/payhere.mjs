// PayHere: its hosted page, OAuth and merchant API with their quirks, its notices.
import {createHash} from 'node:crypto';
import {fileURLToPath} from 'node:url';
import {Simulator, escapeHtml, readArguments} from './common.mjs';

const md5 = (text) => createHash('md5').update(text).digest('hex').toUpperCase();
const cards = { // PayHere's own test cards
  4916217501611292: [2, 'Successfully completed', 'VISA'], 5307732125531191: [2, 'Successfully completed', 'MASTER'], 346781005510225: [2, 'Successfully completed', 'AMEX'],
  4024007194349121: [-2, 'Insufficient funds', 'VISA'], 4929119799365646: [-2, 'Limit exceeded', 'VISA'], 4929768900837248: [-2, 'Do not honour', 'VISA'],
  4024007120869333: [-2, 'Network error', 'VISA'],
};
const twoDigits = (amount) => Number(amount).toFixed(2);
const stamp = (date = new Date()) => new Date(date.getTime() + 5.5 * 3600e3).toISOString().slice(0, 19).replace('T', ' ');
const generic = {html: '<h1>Something went wrong</h1>', status: 200};

export class PayHere {
  payments = [];
  subscriptions = [];
  tokens = new Map(); // customer_token → behaviour
  access = new Map(); // access token → when it ends
  number = 320025071000;

  constructor({merchantId = '1000001', merchantSecret = 'WhatsFlowTestSecret01', appId = '4OVxAppId', appSecret = '8n4VAppSecret', live = false, lifetime = 599} = {}) {
    Object.assign(this, {merchantId, merchantSecret, appId, appSecret, live, lifetime});
  }

  async listen(port) {
    this.simulator = new Simulator({handle: (asked) => this.handle(asked), act: (what) => this.act(what),
      sign: () => ({'content-type': 'application/x-www-form-urlencoded'})});
    await this.simulator.listen(port);
    this.url = this.simulator.url;
    return this;
  }
  stop() { return this.simulator.stop(); }

  inner() { return md5(this.merchantSecret); }
  hash(order, amount, currency) { return md5(this.merchantId + order + amount + currency + this.inner()); }

  notice(address, about) {
    const fields = {merchant_id: this.merchantId, ...about};
    const inner = this.simulator.notices === 'forged' ? md5('forged') : this.inner();
    fields.md5sig = md5(fields.merchant_id + fields.order_id + fields.payhere_amount + fields.payhere_currency + fields.status_code + inner);
    return this.simulator.bring(new URLSearchParams(fields).toString(), address);
  }

  async handle(asked) {
    if (asked.path.startsWith('/pay/')) return this.pay(asked);
    if (!asked.path.startsWith('/merchant/v1/')) return {status: 404, html: 'PH-0022'};
    const path = asked.path.slice('/merchant/v1/'.length);
    if (path === 'oauth/token') return this.token(asked);
    const bearer = (asked.headers.authorization ?? '').replace(/^Bearer /, '');
    if ((this.access.get(bearer) ?? 0) < Date.now()) return {status: 401, json: {error: 'invalid_token', error_description: `Invalid access token: ${bearer}`}};
    let body = {};
    if (asked.method === 'POST') {
      try {
        body = JSON.parse(asked.text);
      } catch {
        return {json: {status: -1, msg: 'Invalid request', data: null}};
      }
    }
    const subscription = /^subscription\/(\d+)\/payments$/.exec(path);
    if (subscription) return this.found(this.payments.filter((each) => each.subscription === subscription[1]));
    switch (`${asked.method} ${path}`) {
      case 'GET payment/search': return this.found(this.payments.filter((each) => each.order_id === asked.query.get('order_id')));
      case 'GET subscription': return this.subscriptions.length ? {json: {status: 1, msg: 'Found', data: this.subscriptions.map((each) => this.shownSubscription(each))}} : {json: {status: -1, msg: 'No subscriptions found', data: null}};
      case 'POST subscription/retry': return this.retry(body);
      case 'POST subscription/cancel': return this.cancel(body);
      case 'POST payment/charge': return this.charge(body);
      case 'POST payment/refund': return this.refund(body);
      default: return {status: 404, json: {status: -1, msg: 'Not found', data: null}};
    }
  }

  token({headers, text}) {
    const given = Buffer.from((headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
    if (given !== `${this.appId}:${this.appSecret}`) return {status: 401, json: {error: 'invalid_client', error_description: 'Bad client credentials'}};
    if (new URLSearchParams(text).get('grant_type') !== 'client_credentials') return {status: 400, json: {error: 'unsupported_grant_type'}};
    const token = `at-${createHash('sha1').update(`${Math.random()}`).digest('hex')}`;
    this.access.set(token, Date.now() + this.lifetime * 1000);
    return {json: {access_token: token, token_type: 'bearer', expires_in: this.lifetime, scope: 'SANDBOX'}};
  }

  found(payments) {
    if (payments.length === 0) return {json: {status: -1, msg: 'No payments found', data: null}};
    return {json: {status: 1, msg: 'Payments found', data: payments.map((each) => ({
      payment_id: Number(each.payment_id), order_id: each.order_id, date: each.date, description: each.description, status: each.status, currency: each.currency,
      amount: Number(each.amount), customer: {fist_name: 'Nimal', last_name: 'Perera', email: 'nimal@example.com', phone: '+94771234567', delivery_details: null},
      amount_detail: {currency: each.currency, gross: Number(each.amount), fee: Number((each.amount * 0.03).toFixed(2)), net: Number((each.amount * 0.97).toFixed(2)), exchange_rate: 1, exchange_from: each.currency, exchange_to: each.currency},
      payment_method: {method: 'VISA', card_customer_name: 'Nimal Perera', card_no: '************1292'}, items: null,
    }))}};
  }
  shownSubscription(each) {
    return {subscription_id: Number(each.id), order_id: each.order_id, date: each.date, description: each.description, recurrence: each.recurrence, amount: Number(each.amount), currency: each.currency, status: each.status};
  }

  nextId() {
    this.number += 1;
    return String(this.number);
  }
  add(order, amount, currency, description, subscription) {
    const payment = {payment_id: this.nextId(), order_id: order, amount: twoDigits(amount), currency, description, subscription, status: 'RECEIVED', date: stamp()};
    this.payments.push(payment);
    return payment;
  }

  // The browser posts the form and sees a page for the card; the page posts the form again with it.
  async pay({path, method, text}) {
    const form = Object.fromEntries(new URLSearchParams(text));
    if (method !== 'POST') return generic;
    const keeps = path === '/pay/preapprove';
    const needed = ['merchant_id', 'return_url', 'cancel_url', 'notify_url', 'first_name', 'last_name', 'email', 'phone', 'address', 'city', 'country', 'order_id', 'items', 'currency', 'hash'];
    if (needed.some((name) => !form[name]) || Object.values(form).some((value) => /[<>]|\p{Extended_Pictographic}/u.test(value.replaceAll(/[0-9#*]/g, '')))) return generic;
    if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(form.email) || !/^\+?\d{9,15}$/.test(form.phone)) return generic;
    if (!keeps && !/^\d+\.\d{2}$/.test(form.amount ?? '')) return generic;
    const hashed = form.amount ?? (form.currency === 'LKR' ? '10.00' : this.live ? '0.51' : '1.01');
    if (form.merchant_id !== this.merchantId || form.hash !== this.hash(form.order_id, hashed, form.currency)) return {status: 200, html: '<h1>PH-0014</h1><p>Unauthorized payment request</p>'};
    if (form.recurrence && !/^\d+ (Week|Month|Year)$/.test(form.recurrence)) return generic;
    if (form.recurrence && !/^(\d+ (Week|Month|Year)|Forever)$/.test(form.duration ?? '')) return generic;
    if (form.card_no === undefined) {
      const inputs = Object.entries(form).map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`).join('');
      return {html: `<!doctype html><title>PayHere simulator</title><h1>${escapeHtml(form.items)}</h1><p>${escapeHtml(hashed)} ${escapeHtml(form.currency)}</p><form method="post">${inputs}${Object.entries(cards).map(([number, [, label]]) => `<button name="card_no" value="${number}">${number} ${label}</button>`).join('')}<button name="card_no" value="cancel">Cancel</button></form>`};
    }
    return this.settle(form, keeps, hashed);
  }

  async settle(form, keeps, amount) {
    const about = {order_id: form.order_id, payhere_amount: amount, payhere_currency: form.currency, custom_1: form.custom_1 ?? '', custom_2: form.custom_2 ?? ''};
    if (form.card_no === 'cancel') {
      await this.notice(form.notify_url, {...about, payment_id: '', status_code: '-1', status_message: 'Canceled'});
      return {status: 302, location: form.cancel_url};
    }
    const [status, message, method] = cards[form.card_no] ?? [-2, 'Card number not known', 'VISA'];
    const card = {method, status_message: message, card_holder_name: 'Nimal Perera', card_no: `************${form.card_no.slice(-4)}`, card_expiry: '1228'};
    if (form.recurrence) return this.subscribe(form, about, card, status, amount);
    if (status !== 2) {
      await this.notice(form.notify_url, {...about, ...card, payment_id: this.nextId(), status_code: String(status)});
      return {status: 302, location: form.return_url}; // the way back carries no status
    }
    if (keeps) {
      const token = md5(`token ${form.order_id} ${Math.random()}`);
      this.tokens.set(token, form.card_no);
      const payment = form.amount ? this.add(form.order_id, amount, form.currency, form.items).payment_id : this.nextId();
      await this.notice(form.notify_url, {...about, ...card, payment_id: payment, status_code: '2', customer_token: token});
    } else {
      const payment = this.add(form.order_id, amount, form.currency, form.items);
      await this.notice(form.notify_url, {...about, ...card, payment_id: payment.payment_id, status_code: '2'});
    }
    return {status: 302, location: form.return_url};
  }

  async subscribe(form, about, card, status, amount) {
    const id = `4${this.nextId().slice(1)}`;
    const common = {...about, ...card, subscription_id: id, recurring: '1', item_recurrence: form.recurrence, item_duration: form.duration};
    if (status !== 2) {
      await this.notice(form.notify_url, {...common, payment_id: this.nextId(), status_code: '-2', message_type: 'AUTHORIZATION_FAILED', item_rec_status: '-1', item_rec_date_next: '', item_rec_install_paid: '0'});
      return {status: 302, location: form.return_url};
    }
    const payment = this.add(form.order_id, amount, form.currency, form.items, id);
    this.subscriptions.push({id, order_id: form.order_id, amount, currency: form.currency, recurrence: form.recurrence, description: form.items, status: 'ACTIVE', date: stamp(), paid: 1, notify: form.notify_url, common});
    await this.notice(form.notify_url, {...common, payment_id: payment.payment_id, status_code: '2', message_type: 'AUTHORIZATION_SUCCESS', item_rec_status: '0', item_rec_date_next: '2026-12-26', item_rec_install_paid: '1'});
    return {status: 302, location: form.return_url};
  }

  async charge(body) {
    const behaves = this.tokens.get(body.customer_token);
    if (typeof body.amount !== 'number' || !body.order_id || !body.items || body.type !== 'PAYMENT') return {json: {status: -1, msg: 'Invalid request', data: null}};
    if (!behaves) return {json: {status: -1, msg: 'Invalid customer token', data: null}};
    const [status, message] = this.chargeFails ?? cards[behaves];
    const data = {order_id: body.order_id, items: body.items, currency: body.currency, amount: body.amount, custom_1: null, custom_2: null, status_code: status, status_message: message, md5sig: ''};
    data.payment_id = status === 2 ? Number(this.add(body.order_id, body.amount, body.currency, body.items).payment_id) : Number(this.nextId());
    return {json: {status: 1, msg: 'Automatic payment charged', data}};
  }

  refund(body) {
    const payment = this.payments.find((each) => each.payment_id === String(body.payment_id));
    if (!payment || !body.description) return {json: {status: -1, msg: 'Invalid payment or description', data: null}};
    if (payment.status !== 'RECEIVED' || Number(body.amount ?? payment.amount) > Number(payment.amount)) return {json: {status: -1, msg: 'Refund not allowed', data: null}};
    payment.status = 'REFUND REQUESTED';
    return {json: {status: 1, msg: 'Refund requested', data: Number(this.nextId())}};
  }

  async retry(body) {
    const subscription = this.subscriptions.find((each) => each.id === String(body.subscription_id));
    if (!subscription || subscription.status !== 'ACTIVE') return {json: {status: -1, msg: 'Cannot retry', data: null}};
    await this.renew(subscription, true);
    return {json: {status: 1, msg: 'Recurring payment retried', data: null}};
  }

  cancel(body) {
    const subscription = this.subscriptions.find((each) => each.id === String(body.subscription_id));
    if (!subscription || subscription.status !== 'ACTIVE') return {json: {status: -1, msg: 'Cannot cancel', data: null}};
    subscription.status = 'CANCELLED';
    return {json: {status: 1, msg: 'Subscription cancelled', data: null}};
  }

  async renew(subscription, works) {
    if (works) subscription.paid += 1;
    const payment = works ? this.add(subscription.order_id, subscription.amount, subscription.currency, subscription.description, subscription.id).payment_id : this.nextId();
    await this.notice(subscription.notify, {...subscription.common, payment_id: payment, status_code: works ? '2' : '-2', message_type: `RECURRING_INSTALLMENT_${works ? 'SUCCESS' : 'FAILED'}`,
      item_rec_status: '0', item_rec_date_next: '26/01/2027', item_rec_install_paid: String(subscription.paid)});
  }

  async act({kind, subscription: id, payment: paymentId, works = true, fails, address}) {
    const subscription = this.subscriptions.find((each) => each.id === String(id));
    const payment = this.payments.find((each) => each.payment_id === String(paymentId));
    if (kind === 'renew') await this.renew(subscription, works);
    if (kind === 'stop') {
      subscription.status = 'FAILED';
      await this.notice(subscription.notify, {...subscription.common, payment_id: this.nextId(), status_code: '-2', message_type: 'RECURRING_STOPPED', item_rec_status: '-1', item_rec_date_next: '', item_rec_install_paid: String(subscription.paid)});
    }
    if (kind === 'chargeback') {
      payment.status = 'CHARGEBACKED';
      await this.notice(address, {order_id: payment.order_id, payment_id: payment.payment_id, payhere_amount: payment.amount, payhere_currency: payment.currency, status_code: '-3', method: 'VISA', status_message: 'Charged back', custom_1: '', custom_2: ''});
    }
    if (kind === 'refunded') payment.status = 'REFUNDED';
    if (kind === 'expire_tokens') this.access.clear();
    if (kind === 'charges') this.chargeFails = fails ? [-2, fails] : undefined;
    return {payments: this.payments, subscriptions: this.subscriptions.map((each) => this.shownSubscription(each))};
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = readArguments({port: '12112', merchant_id: '1000001', merchant_secret: 'WhatsFlowTestSecret01', app_id: '4OVxAppId', app_secret: '8n4VAppSecret'});
  const payhere = await new PayHere({merchantId: given.merchant_id, merchantSecret: given.merchant_secret, appId: given.app_id, appSecret: given.app_secret}).listen(Number(given.port));
  console.log(`PayHere simulator on ${payhere.url}`);
}
