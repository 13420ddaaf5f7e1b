// One day of events that came in as they do, repeated by SQL over the days before it: tables of the day, their
// samples, visits and sums, each a day earlier and a day earlier again. The same people come every day.
const micros = 86_400_000_000;

const compact = (day) => new Date(day * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
const events = 'received_at, name, visitor, person, visit + N, hostname, path, source, medium, campaign, country, browser, system_name, device, language, bot, consented, revenue, currency, properties';
const visits = 'visitor, started_at - S, last_at - S, views, events, bot, entry_path, exit_path, hostname, source, medium, campaign, country, browser, system_name, device';
const sums = 'bot, dimension, value, events, views, visits, bounces, seconds, visitors';

function made(dialect, sql, kind, from, to) {
  const [old, fresh] = [`analytics_${kind}_${compact(from)}`, `analytics_${kind}_${compact(to)}`];
  if (dialect === 'mysql') {
    sql(`DROP TABLE IF EXISTS ${fresh}; CREATE TABLE ${fresh} LIKE ${old}` + (kind === 'events' ? `; ALTER TABLE ${fresh} RENAME INDEX ${old}_by_name TO ${fresh}_by_name` : ''));
  } else {
    const text = sql(`SELECT sql || ';' FROM sqlite_master WHERE tbl_name = '${old}' AND sql IS NOT NULL ORDER BY type DESC`);
    sql(`DROP TABLE IF EXISTS ${fresh}; ${text.replaceAll(old, fresh)}`);
  }
  return [old, fresh];
}

// `day` is the number of the day since 1970; how many events there are then.
export function repeatDay({dialect, sql}, site, day, times) {
  const condition = (column) => `site = ${site} AND ${column} >= ${day * micros} AND ${column} < ${(day + 1) * micros}`;
  const fast = dialect === 'sqlite' ? 'PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA busy_timeout = 60000; ' : '';
  for (let back = 1; back < times; back += 1) {
    const shifted = (columns) => columns.replaceAll('- S', `- ${back * micros}`).replaceAll('+ N', `+ ${back}`);
    const statements = [];
    for (const [kind, name] of [['events', 'events'], ['sample', 'samples']]) {
      const [old, fresh] = made(dialect, sql, kind, day, day - back);
      const first = kind === 'sample' ? 'part, ' : '';
      statements.push(`INSERT INTO ${fresh} SELECT ${first}site, occurred_at - ${back * micros}, id, ${shifted(events)} FROM ${old} WHERE site = ${site}`);
      statements.push(`INSERT INTO analytics_day_tables (name, kind, day_at) VALUES ('${fresh}', '${name}', ${(day - back) * micros})`);
    }
    statements.push(`INSERT INTO analytics_visits SELECT site, id + ${back}, ${shifted(visits)} FROM analytics_visits WHERE ${condition('started_at')}`);
    for (const table of ['analytics_half_hours', 'analytics_hours', 'analytics_days'])
      statements.push(`INSERT INTO ${table} SELECT site, start_at - ${back * micros}, ${sums} FROM ${table} WHERE ${condition('start_at')}`);
    sql(`${fast}BEGIN; ${statements.join('; ')}; COMMIT;`);
  }
}
