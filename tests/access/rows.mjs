// Looks into the database behind the server's back: all rows that carry a tenant's id, as text; and
// changes what only time would change.
import {execFileSync} from 'node:child_process';
import {join} from 'node:path';

export function sqliteRows(server) {
  const file = join(server.data, 'whatsflow.db');
  const query = (sql) => execFileSync('sqlite3', ['-readonly', file, sql], {encoding: 'utf8', maxBuffer: 1 << 28});
  const change = (sql) => execFileSync('sqlite3', ['-cmd', '.timeout 5000', file, sql]);
  return rows(query, change, "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'tenant_id' WHERE m.type = 'table' ORDER BY 1");
}

export function mariaDbRows(query) {
  return rows(query, query, "SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema"
    + " AND t.table_name = c.table_name WHERE c.table_schema = DATABASE() AND c.column_name = 'tenant_id' AND t.table_type = 'BASE TABLE' ORDER BY 1");
}

function rows(query, change, tablesWithATenant) {
  const tables = query(tablesWithATenant).trim().split('\n');
  return {
    change,
    of: (tenant) => tables.map((table) => `${table}\n${query(`SELECT * FROM ${table} WHERE tenant_id = '${tenant}' ORDER BY 1, 2, 3`)}`).join('\n'),
  };
}
