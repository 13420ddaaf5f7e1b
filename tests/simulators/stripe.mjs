// Stripe, as far as we use it: objects, idempotency keys, errors, its hosted page, its webhooks.
import {createHmac, randomBytes} from 'node:crypto';
import {fileURLToPath} from 'node:url';
import {Simulator, escapeHtml, parseForm, readArguments} from './common.mjs';

const now = () => Math.floor(Date.now() / 1000);
const makeId = (prefix) => `${prefix}_${randomBytes(12).toString('hex')}`;
class StripeError extends Error {
  constructor(status, error) {
    super(error.message ?? error.code);
    this.status = status;
    this.error = {type: 'invalid_request_error', ...error};
  }
}

// Stripe's own names for methods that behave in a known way.
const declines = {
  pm_card_chargeDeclined: 'generic_decline', pm_card_visa_chargeDeclined: 'generic_decline',
  pm_card_chargeDeclinedInsufficientFunds: 'insufficient_funds', pm_card_visa_chargeDeclinedInsufficientFunds: 'insufficient_funds',
  pm_card_visa_chargeDeclinedStolenCard: 'stolen_card', pm_card_visa_chargeDeclinedLostCard: 'lost_card',
};
const known = (id) => id === 'pm_card_visa' || id === 'pm_card_authenticationRequired' || id in declines;

export class Stripe {
  objects = new Map();
  replies = new Map(); // idempotency key → {fingerprint, answer}

  constructor({key = 'sk_test_simulator', secrets = ['whsec_simulator'], live = false, shape = 'new'} = {}) {
    Object.assign(this, {key, secrets, live, shape});
  }

  async listen(port, notify) {
    this.simulator = new Simulator({handle: (asked) => this.handle(asked), act: (what) => this.act(what), sign: (body, forged) => this.sign(body, forged), notify});
    await this.simulator.listen(port);
    this.url = this.simulator.url;
    return this;
  }
  stop() { return this.simulator.stop(); }

  sign(body, forged) {
    const time = now();
    const digests = (forged ? ['whsec_forged'] : this.secrets).map((secret) => `v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`);
    return {'content-type': 'application/json; charset=utf-8', 'stripe-signature': `t=${time},${digests.join(',')}`};
  }

  add(prefix, object, more) {
    const made = {id: makeId(prefix), object, created: now(), livemode: this.live, ...more};
    this.objects.set(made.id, made);
    return made;
  }
  get(id, object) {
    const found = this.objects.get(id);
    if (!found || (object && found.object !== object)) throw new StripeError(404, {code: 'resource_missing', param: 'id', message: `No such ${object}: '${id}'`});
    return found;
  }
  event(type, object, previous) {
    const event = this.add('evt', 'event', {api_version: '2026-10-28.endive', type, pending_webhooks: 1, request: {id: null, idempotency_key: null},
      data: {object: structuredClone(object), ...(previous && {previous_attributes: previous})}});
    return this.simulator.bring(JSON.stringify(event));
  }

  async handle(asked) {
    if (asked.path.startsWith('/c/')) return this.page(asked);
    const id = makeId('req');
    try {
      if (!asked.path.startsWith('/v1/')) throw new StripeError(404, {message: `Unrecognized request URL (${asked.method}: ${asked.path}).`});
      this.admit(asked);
      const answer = await this.once(asked);
      return {...answer, headers: {...answer.headers, 'request-id': id, 'stripe-version': asked.headers['stripe-version'] ?? '2026-10-28.endive'}};
    } catch (error) {
      if (!(error instanceof StripeError)) throw error;
      return {status: error.status, json: {error: error.error}, headers: {'request-id': id}};
    }
  }

  admit({headers, text, method}) {
    const given = headers.authorization ?? '';
    const key = given.startsWith('Bearer ') ? given.slice(7) : given.startsWith('Basic ') ? Buffer.from(given.slice(6), 'base64').toString().split(':')[0] : '';
    if (!key) throw new StripeError(401, {message: 'You did not provide an API key.'});
    if (key !== this.key) throw new StripeError(401, {message: `Invalid API Key provided: ${key.slice(0, 8)}***`});
    if (method === 'POST' && text.startsWith('{')) throw new StripeError(400, {message: 'Requests are form-encoded.'});
  }

  // The first answer to a key is the answer to that key, faults of the server included.
  async once(asked) {
    const key = asked.headers['idempotency-key'];
    if (asked.method !== 'POST' || !key) return this.route(asked);
    const fingerprint = `${asked.path}?${asked.text}`;
    const before = this.replies.get(key);
    if (before && before.fingerprint !== fingerprint)
      throw new StripeError(400, {type: 'idempotency_error', message: 'Keys for idempotent requests can only be used with the same parameters they were first used with.'});
    if (before) return {...before.answer, headers: {'idempotent-replayed': 'true'}};
    let answer;
    try {
      answer = await this.route(asked);
    } catch (error) {
      // What fails validation is not kept; what was carried out is, a decline too.
      if (!(error instanceof StripeError) || error.status !== 402) throw error;
      answer = {status: 402, json: {error: error.error}};
    }
    this.replies.set(key, {fingerprint, answer: structuredClone(answer)});
    return answer;
  }

  async route(asked) {
    const {method, path, query} = asked;
    const parts = path.split('/').slice(2);
    const form = method === 'POST' ? parseForm(asked.text) : {};
    const what = `${method} ${parts.map((part, i) => (i % 2 && !['search', 'sessions'].includes(part) ? '*' : part)).join('/')}`;
    const id = parts[1];
    const ok = (json) => ({status: 200, json});
    switch (what) {
      case 'GET balance': return ok({object: 'balance', livemode: this.live, available: []});
      case 'POST customers': return ok(this.add('cus', 'customer', {email: form.email ?? null, name: form.name ?? null, metadata: form.metadata ?? {}}));
      case 'GET customers/*': return ok(this.get(id, 'customer'));
      case 'POST checkout/sessions': return ok(this.openSession(form));
      case 'POST payment_intents': return ok(await this.createPayment(form));
      case 'GET payment_intents/search': return ok(this.search(query));
      case 'GET payment_intents/*': return ok(this.expanded(this.get(id, 'payment_intent'), query));
      case 'POST payment_intents/*/confirm': return ok(await this.confirmPayment(this.get(id, 'payment_intent'), form));
      case 'GET payment_methods/*': return ok(this.get(id, 'payment_method'));
      case 'POST payment_methods/*/detach': return ok(await this.detach(id));
      case 'POST refunds': return ok(await this.refund(form));
      case 'GET refunds/*': return ok(this.get(id, 'refund'));
      case 'POST billing_portal/sessions': return ok(this.add('bps', 'billing_portal.session', {customer: this.get(form.customer, 'customer').id, url: `${this.url}/c/portal`, return_url: form.return_url ?? null}));
      case 'GET events': return ok(this.list('event', query, '/v1/events'));
      default:
    }
    if (method === 'GET' && parts[0] === 'checkout') return ok(this.get(parts[2], 'checkout.session'));
    if (method === 'POST' && parts[0] === 'checkout' && parts[3] === 'expire') return ok(await this.expire(parts[2]));
    throw new StripeError(404, {message: `Unrecognized request URL (${method}: ${path}).`});
  }

  list(object, query, url) {
    const limit = Number(query.get('limit') ?? 10);
    const all = [...this.objects.values()].filter((each) => each.object === object).reverse();
    const from = query.get('starting_after') ? all.findIndex((each) => each.id === query.get('starting_after')) + 1 : 0;
    return {object: 'list', url, data: all.slice(from, from + limit), has_more: all.length > from + limit};
  }

  search(query) {
    const wanted = /^metadata\["reference"\]:"([^"]*)"$/.exec(query.get('query') ?? '');
    if (!wanted) throw new StripeError(400, {message: 'We were unable to parse your search query.'});
    const data = [...this.objects.values()].filter((each) => each.object === 'payment_intent' && each.metadata.reference === wanted[1]).reverse();
    return {object: 'search_result', url: '/v1/payment_intents/search', has_more: false, next_page: null, data: data.map((each) => this.expanded(each, query))};
  }

  expanded(payment, query) {
    const wants = [...query].some(([name, value]) => name.startsWith('expand') && value.includes('latest_charge'));
    if (!wants || !payment.latest_charge) return payment;
    const charge = this.objects.get(payment.latest_charge);
    return {...payment, latest_charge: {...charge, balance_transaction: {object: 'balance_transaction', fee: Math.round(charge.amount * 0.029) + 30, currency: charge.currency}}};
  }

  openSession(form) {
    const mode = form.mode ?? 'payment';
    if (!['payment', 'setup'].includes(mode)) throw new StripeError(400, {param: 'mode', message: 'The simulator has the modes payment and setup.'});
    if (!form.success_url) throw new StripeError(400, {param: 'success_url', code: 'parameter_missing', message: 'Missing required param: success_url.'});
    let total = null;
    if (mode === 'payment') {
      const lines = Object.values(form.line_items ?? {});
      if (lines.length === 0) throw new StripeError(400, {param: 'line_items', message: 'line_items is required in payment mode.'});
      total = 0;
      for (const line of lines) {
        const amount = Number(line.price_data?.unit_amount);
        if (!Number.isInteger(amount) || amount < 0 || !/^[a-z]{3}$/.test(line.price_data?.currency ?? '') || !line.price_data?.product_data?.name)
          throw new StripeError(400, {param: 'line_items', message: 'Invalid line item.'});
        total += amount * Number(line.quantity ?? 1);
      }
      if (total < 50) throw new StripeError(400, {code: 'amount_too_small', message: "The Checkout Session's total amount due must add up to at least $0.50 usd"});
    } else if (!form.currency) throw new StripeError(400, {param: 'currency', message: 'currency is required in setup mode.'});
    if (form.customer) this.get(form.customer, 'customer');
    if (form.customer && form.customer_creation) throw new StripeError(400, {param: 'customer_creation', message: 'You may not pass both.'});
    const session = this.add('cs_test', 'checkout.session', {
      mode, status: 'open', payment_status: mode === 'setup' ? 'no_payment_required' : 'unpaid', amount_total: total,
      currency: form.currency ?? Object.values(form.line_items ?? {})[0]?.price_data?.currency ?? null, client_reference_id: form.client_reference_id ?? null,
      customer: form.customer ?? null, customer_email: form.customer_email ?? null, metadata: form.metadata ?? {}, payment_intent: null, setup_intent: null,
      success_url: form.success_url, cancel_url: form.cancel_url ?? null, expires_at: now() + 24 * 3600,
    });
    session.url = `${this.url}/c/pay/${session.id}`;
    this.objects.set(`asked_${session.id}`, form);
    return session;
  }

  async expire(id) {
    const session = this.get(id, 'checkout.session');
    if (session.status !== 'open') throw new StripeError(400, {message: `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`});
    session.status = 'expired';
    session.url = null;
    await this.event('checkout.session.expired', session);
    return session;
  }

  addMethod(behaves, customer) {
    return this.add('pm', 'payment_method', {type: 'card', customer, behaves, card: {brand: 'visa', fingerprint: `fp_${behaves}`, last4: '4242', exp_month: 12, exp_year: new Date().getFullYear() + 3}});
  }

  // The hosted page: GET shows it, POST with `card` (one of Stripe's names) pays.
  async page({method, path, text}) {
    const session = this.objects.get(path.split('/').pop());
    if (!session) return {status: 200, html: '<h1>Customer portal</h1>'};
    if (method !== 'POST') {
      const button = (card) => `<button name="card" value="${card}">${card}</button>`;
      return {html: `<!doctype html><title>Stripe simulator</title><h1>Pay ${escapeHtml(session.amount_total ?? '')} ${escapeHtml(session.currency ?? '')}</h1><form method="post">${['pm_card_visa', 'pm_card_authenticationRequired', ...Object.keys(declines)].map(button).join('')}</form>`};
    }
    if (session.status !== 'open') return {status: 200, html: '<h1>This page has been used</h1>'};
    const card = parseForm(text).card ?? 'pm_card_visa';
    const asked = this.objects.get(`asked_${session.id}`);
    session.customer ??= asked.customer_creation === 'always' ? this.add('cus', 'customer', {email: session.customer_email, metadata: {}}).id : null;
    const paymentMethod = this.addMethod(card, null);
    if (session.mode === 'setup') {
      paymentMethod.customer = session.customer;
      const setup = this.add('seti', 'setup_intent', {status: 'succeeded', payment_method: paymentMethod.id, customer: session.customer, usage: 'off_session', metadata: asked.setup_intent_data?.metadata ?? {}});
      Object.assign(session, {status: 'complete', setup_intent: setup.id, url: null});
      await this.event('payment_method.attached', paymentMethod);
      await this.event('setup_intent.succeeded', setup);
      await this.event('checkout.session.completed', session);
      return {status: 303, location: session.success_url.replace('{CHECKOUT_SESSION_ID}', session.id)};
    }
    const payment = this.objects.get(session.payment_intent) ?? this.add('pi', 'payment_intent', {
      amount: session.amount_total, amount_received: 0, currency: session.currency, customer: session.customer, status: 'requires_payment_method', latest_charge: null,
      last_payment_error: null, next_action: null, payment_method: null, metadata: asked.payment_intent_data?.metadata ?? {}, setup_future_usage: asked.payment_intent_data?.setup_future_usage ?? null,
    });
    session.payment_intent = payment.id;
    if (card in declines) {
      payment.last_payment_error = this.cardError(declines[card], payment, paymentMethod);
      await this.event('payment_intent.payment_failed', payment);
      return {status: 200, html: '<h1>Your card was declined.</h1>'};
    }
    if (payment.setup_future_usage && session.customer) {
      paymentMethod.customer = session.customer;
      await this.event('payment_method.attached', paymentMethod);
    }
    await this.settle(payment, paymentMethod.id);
    Object.assign(session, {status: 'complete', payment_status: 'paid', url: null});
    await this.event('checkout.session.completed', session);
    return {status: 303, location: session.success_url.replace('{CHECKOUT_SESSION_ID}', session.id)};
  }

  cardError(reason, payment, method) {
    return {type: 'card_error', code: reason === 'authentication_required' ? reason : 'card_declined', decline_code: reason, message: 'Your card was declined.',
      payment_intent: {...payment, last_payment_error: null}, payment_method: method};
  }

  async settle(payment, method) {
    const charge = this.add('ch', 'charge', {amount: payment.amount, amount_refunded: 0, currency: payment.currency, paid: true, refunded: false, disputed: false,
      payment_intent: payment.id, payment_method: method, customer: payment.customer, metadata: payment.metadata,
      payment_method_details: {type: 'card', card: this.objects.get(method)?.card ?? {brand: 'visa', last4: '4242', exp_month: 12, exp_year: new Date().getFullYear() + 3}}});
    Object.assign(payment, {status: 'succeeded', amount_received: payment.amount, latest_charge: charge.id, payment_method: method, next_action: null, last_payment_error: null});
    if (this.shape === 'old') payment.charges = {object: 'list', data: [charge]};
    await this.event('payment_intent.succeeded', payment);
  }

  behaviourOf(id) {
    if (known(id)) return id;
    return this.get(id, 'payment_method').behaves;
  }

  async createPayment(form) {
    const amount = Number(form.amount);
    if (!Number.isInteger(amount) || amount < 50) throw new StripeError(400, {param: 'amount', code: 'amount_too_small', message: 'Amount must be at least $0.50 usd'});
    if (!/^[a-z]{3}$/.test(form.currency ?? '')) throw new StripeError(400, {param: 'currency', message: `Invalid currency: ${form.currency}`});
    if (form.customer) this.get(form.customer, 'customer');
    if (form.payment_method) {
      this.behaviourOf(form.payment_method);
      const owner = this.objects.get(form.payment_method)?.customer;
      if (owner && owner !== form.customer) throw new StripeError(400, {message: 'The customer does not have a payment method with this ID.'});
    }
    const payment = this.add('pi', 'payment_intent', {amount, amount_received: 0, currency: form.currency, customer: form.customer ?? null, status: 'requires_payment_method',
      payment_method: null, latest_charge: null, last_payment_error: null, next_action: null, description: form.description ?? null, metadata: form.metadata ?? {}, setup_future_usage: null});
    return form.confirm === 'true' ? this.confirmPayment(payment, form) : payment;
  }

  async confirmPayment(payment, form) {
    if (payment.status === 'succeeded') throw new StripeError(400, {code: 'payment_intent_unexpected_state', message: 'This PaymentIntent has already succeeded.'});
    const method = form.payment_method ?? payment.payment_method;
    const behaviour = this.behaviourOf(method);
    if (behaviour in declines || (behaviour === 'pm_card_authenticationRequired' && form.off_session === 'true')) {
      payment.last_payment_error = this.cardError(declines[behaviour] ?? 'authentication_required', payment, {id: method});
      await this.event('payment_intent.payment_failed', payment);
      throw new StripeError(402, payment.last_payment_error);
    }
    if (behaviour === 'pm_card_authenticationRequired') {
      if (!form.return_url) throw new StripeError(400, {param: 'return_url', message: 'A return_url must be specified.'});
      Object.assign(payment, {status: 'requires_action', payment_method: method, next_action: {type: 'redirect_to_url', redirect_to_url: {url: `${this.url}/c/3ds/${payment.id}`, return_url: form.return_url}}});
      await this.event('payment_intent.requires_action', payment);
      return payment;
    }
    await this.settle(payment, method);
    return payment;
  }

  async detach(id) {
    const method = this.get(id, 'payment_method');
    const previous = {customer: method.customer};
    method.customer = null;
    await this.event('payment_method.detached', method, previous);
    return method;
  }

  async refund(form) {
    const payment = form.charge ? this.get(this.get(form.charge, 'charge').payment_intent, 'payment_intent') : this.get(form.payment_intent, 'payment_intent');
    const charge = this.objects.get(payment.latest_charge);
    if (!charge) throw new StripeError(400, {message: `This PaymentIntent (${payment.id}) does not have a successful charge to refund.`});
    const left = charge.amount - charge.amount_refunded;
    const amount = form.amount === undefined ? left : Number(form.amount);
    if (left === 0) throw new StripeError(400, {code: 'charge_already_refunded', message: `Charge ${charge.id} has already been refunded.`});
    if (!Number.isInteger(amount) || amount <= 0 || amount > left) throw new StripeError(400, {param: 'amount', message: `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`});
    charge.amount_refunded += amount;
    charge.refunded = charge.amount_refunded === charge.amount;
    const refund = this.add('re', 'refund', {amount, currency: charge.currency, charge: charge.id, payment_intent: payment.id, reason: form.reason ?? null, status: 'succeeded', metadata: form.metadata ?? {}});
    await this.event('refund.created', refund);
    await this.event('charge.refunded', this.shape === 'old' ? {...charge, refunds: {object: 'list', data: [refund]}} : charge);
    return refund;
  }

  // What no request of ours makes happen.
  async act({kind, payment, status = 'lost', id, type, object}) {
    if (kind === 'dispute') {
      const about = this.get(payment, 'payment_intent');
      this.objects.get(about.latest_charge).disputed = true;
      const dispute = this.add('du', 'dispute', {amount: about.amount, currency: about.currency, charge: about.latest_charge, payment_intent: about.id, reason: 'fraudulent', status: 'needs_response'});
      await this.event('charge.dispute.created', dispute);
      return dispute;
    }
    if (kind === 'close_dispute') {
      const dispute = Object.assign(this.get(id, 'dispute'), {status});
      await this.event('charge.dispute.closed', dispute);
      return dispute;
    }
    if (kind === 'fail_refund') {
      const refund = Object.assign(this.get(id, 'refund'), {status: 'failed', failure_reason: 'lost_or_stolen_card'});
      await this.event('refund.failed', refund);
      return refund;
    }
    if (kind === 'approve') {
      const about = this.get(payment, 'payment_intent');
      await this.settle(about, about.payment_method);
      return about;
    }
    if (kind === 'event') await this.event(type, object);
    return {};
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = readArguments({port: '12111', key: 'sk_test_simulator', secrets: 'whsec_simulator', notify: ''});
  const stripe = await new Stripe({key: given.key, secrets: given.secrets.split(',')}).listen(Number(given.port), given.notify || undefined);
  console.log(`Stripe simulator on ${stripe.url}`);
}
