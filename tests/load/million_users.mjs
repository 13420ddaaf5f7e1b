// A million people in the tables of accounts, written straight into the database: names as they
// are common in Colombo and elsewhere, every fiftieth suspended, all members of some tenant.
const first = ['Amara', 'Nimal', 'Kamala', 'Sunil', 'Dilini', 'Ruwan', 'Tharindu', 'Ishara', 'Fathima', 'Mohamed', 'Priya', 'Arjun',
  'Lakshmi', 'Ravi', 'Anna', 'Peter', 'Maria', 'John', 'Chen', 'Yuki'];
const last = ['Perera', 'Silva', 'Fernando', 'Jayasuriya', 'Bandara', 'Rajapaksha', 'Wickramasinghe', 'Gunawardena', 'Nadarajah', 'Sivakumar',
  'Ismail', 'Hussain', 'Sharma', 'Patel', 'Smith', 'Jones', 'Garcia', 'Muller', 'Wang', 'Tanaka'];
const people = 1_000_000;

const dialects = {
  sqlite: {
    numbers: `(WITH RECURSIVE each(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM each WHERE n < ${people}) SELECT n FROM each)`,
    text: (...parts) => parts.join(' || '),
    padded: (number) => `printf('%012d', ${number})`,
    divided: (left, right) => `(${left} / ${right})`,
    tenants: "(SELECT id, row_number() OVER (ORDER BY id) - 1 AS at FROM accounts_tenants)",
  },
  mariadb: {
    numbers: `(SELECT seq AS n FROM seq_1_to_${people})`,
    text: (...parts) => `CONCAT(${parts.join(', ')})`,
    padded: (number) => `LPAD(${number}, 12, '0')`,
    divided: (left, right) => `(${left} DIV ${right})`,
    tenants: "(SELECT id, row_number() OVER (ORDER BY id) - 1 AS at FROM accounts_tenants)",
  },
};

function chosen(names, index) {
  return `CASE ${index} ${names.map((name, at) => `WHEN ${at} THEN '${name}'`).join(' ')} END`;
}

// `database` is {dialect, sql}: sql runs one text of statements.
export function addMillionUsers({dialect, sql}) {
  const {numbers, text, padded, divided, tenants} = dialects[dialect];
  const id = text("'00000000-0000-7000-8000-'", padded('n'));
  const given = chosen(first, `n % ${first.length}`);
  const family = chosen(last, `${divided('n', first.length)} % ${last.length}`);
  const email = text("'person'", 'n', "'@load.example'");
  const name = text(given, "' '", family);
  const added = 'FROM accounts_users WHERE email LIKE \'person%@load.example\'';
  const statements = [
    `INSERT INTO accounts_users (id, email, name, name_key, phone, locale, time_zone, password_hash, status, status_reason, recent_tenant,
       created_at, verified_at, signed_in_at, totp_last_step, version)
     SELECT ${id}, ${email}, ${name}, LOWER(${name}), '', 'en', 'Asia/Colombo', '',
       CASE WHEN n % 50 = 0 THEN 'suspended' ELSE 'active' END, '', '', 1700000000000000 + n * 1000000, 1700000000000000 + n * 1000000,
       1750000000000000 + (n * 7919) % 1000000 * 1000000, 0, 1 FROM ${numbers} AS numbers`,
    ...[`LOWER(${given})`, `LOWER(${family})`, email, "'load.example'"].map((word) =>
      `INSERT INTO accounts_words (kind, subject_id, word) SELECT 'user', ${id}, ${word} FROM ${numbers} AS numbers`),
    `INSERT INTO accounts_memberships (tenant_id, user_id, role, joined_at)
     SELECT t.id, ${id}, 'agent', 1700000000000000 FROM ${numbers} AS numbers
     JOIN ${tenants} AS t ON t.at = n % (SELECT COUNT(*) FROM accounts_tenants)`,
  ];
  for (const statement of statements) sql(statement);
  const [count] = sql(`SELECT COUNT(*) ${added}`).trim().split('\n');
  if (Number(count) !== people) throw new Error(`${count} people were added`);
  sql('ANALYZE' + (dialect === 'mariadb' ? ' TABLE accounts_users, accounts_words, accounts_memberships' : ''));
}
