// The books of three years: 50,000 tenants with 20 invoices each, written straight into MariaDB.
const tenants = 50_000;
const invoices = 1_000_000;

const id = (kind, number) => `CONCAT('00000000-0000-7000-${kind}-', LPAD(${number}, 12, '0'))`;
const tenant = id('8000', `n % ${tenants}`);
const month = `n DIV ${tenants}`;
const issued = `DATEDIFF(CURRENT_DATE, '1970-01-01') - 610 + (${month}) * 30 + n % 30`;
const numbers = (count) => `(SELECT seq - 1 AS n FROM seq_1_to_${count}) AS numbers`;

export function addMillionInvoices(sql) {
  const statements = [
    `INSERT INTO billing_invoices (id, tenant_id, n, number, state, currency, issued_on, due_on, total, amount_paid, amount_due, watched_until, body)
     SELECT ${id('8001', 'n')}, ${tenant}, ${month} + 1, CONCAT('LOAD-', n), 'paid', IF(n % 3 = 0, 'LKR', 'USD'), ${issued}, ${issued}, 2900, 2900, 0, 0, '{}'
     FROM ${numbers(invoices)}`,
    // One in fifty is refused first, and most of those are paid in the end.
    `INSERT INTO billing_payments (id, tenant_id, invoice_id, kind, status, amount, started_at, reference, code, hard, body)
     SELECT ${id('8002', 'n')}, ${tenant}, ${id('8001', 'n')}, 'charge', 'succeeded', 2900, (${issued}) * 86400000000, CONCAT('load', n), '', 0, '{}'
     FROM ${numbers(invoices)}`,
    `INSERT INTO billing_payments (id, tenant_id, invoice_id, kind, status, amount, started_at, reference, code, hard, body)
     SELECT ${id('8003', 'n')}, ${tenant}, ${id('8001', 'n')}, 'charge', 'declined', 2900, (${issued}) * 86400000000, CONCAT('no', n), '', 0, '{}'
     FROM ${numbers(invoices)} WHERE n % 50 = 7`,
    // Everybody came once, many changed their plan, a fifth left.
    ...[['new', 0, 1, 0], ['expansion', 3, 2, 0], ['contraction', 7, 5, 1], ['churn', 12, 5, 2]].map(([kind, after, every, at], which) =>
      `INSERT INTO billing_movements (id, tenant_id, kind, currency, moved_on, amount, rounded)
       SELECT ${id(`901${which}`, 'n')}, ${tenant}, '${kind}', IF(n % 3 = 0, 'LKR', 'USD'), DATEDIFF(CURRENT_DATE, '1970-01-01') - 610 + ${after} * 30 + n % 200,
         ${kind === 'new' ? "ELT(1 + n % 4, '2900', '9900', '2465', '25245/3')" : "ELT(1 + n % 3, '900', '7000', '1033/12')"}, 2900
       FROM ${numbers(tenants)} WHERE n % ${every} = ${at}`),
    `INSERT INTO billing_subscriptions (id, tenant_id, state, plan, period_unit, quantity, overdue, started_on, period_from, period_to, trial_end, body)
     SELECT ${id('8005', 'n')}, ${tenant}, 'active', 'starter', 'month', 1, 'none', ${issued}, ${issued}, ${issued} + 30, ${issued} + 14, '{}' FROM ${numbers(tenants)}`,
  ];
  for (const statement of statements) sql(statement);
  sql('ANALYZE TABLE billing_invoices, billing_payments, billing_movements, billing_subscriptions');
  const [count] = sql("SELECT COUNT(*) FROM billing_invoices WHERE number LIKE 'LOAD-%'").trim().split('\n');
  if (Number(count) !== invoices) throw new Error(`${count} invoices were added`);
}
