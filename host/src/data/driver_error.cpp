#include "data/driver_error.hpp"

#include <mysql/errmsg.h>
#include <mysql/mysqld_error.h>
#include <sqlite3.h>

namespace whatsflow::data {
namespace {

const char* sentence_of(Trouble trouble) noexcept {
    switch (trouble) {
        case Trouble::unavailable: return "The database does not answer at the moment; try again shortly.";
        case Trouble::duplicate: return "An entry with the same unique value exists already.";
        case Trouble::busy: return "Another change to the same data was under way; try again.";
        case Trouble::constraint: return "The database refused a value that does not fit its table.";
        case Trouble::failed: break;
    }
    return "The database refused a statement; the log has the details.";
}

Trouble sqlite_trouble(int extended_code) noexcept {
    switch (extended_code) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID: return Trouble::duplicate;
        default: break;
    }
    switch (extended_code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return Trouble::busy;
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH:
        case SQLITE_TOOBIG: return Trouble::constraint;
        case SQLITE_INTERRUPT:
        case SQLITE_CANTOPEN:
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_NOMEM:
        case SQLITE_PROTOCOL:
        case SQLITE_READONLY:
        case SQLITE_PERM: return Trouble::unavailable;
        default: return Trouble::failed;
    }
}

bool is_connection_loss(unsigned number) noexcept {
    switch (number) {
        case CR_CONNECTION_ERROR:
        case CR_CONN_HOST_ERROR:
        case CR_UNKNOWN_HOST:
        case CR_SERVER_GONE_ERROR:
        case CR_SERVER_LOST:
        case CR_SERVER_LOST_EXTENDED:
        case CR_COMMANDS_OUT_OF_SYNC:
        case CR_MALFORMED_PACKET:
        case ER_SERVER_SHUTDOWN:
        case ER_NORMAL_SHUTDOWN:
        case ER_CONNECTION_KILLED:
        case ER_NET_READ_ERROR:
        case ER_NET_READ_INTERRUPTED:
        case ER_NET_ERROR_ON_WRITE:
        case ER_NET_WRITE_INTERRUPTED:
        case ER_NET_PACKETS_OUT_OF_ORDER: return true;
        default: return false;
    }
}

constexpr unsigned kStatementTooSlow = 3024;  // MySQL's number; MariaDB's is ER_STATEMENT_TIMEOUT
constexpr unsigned kCheckViolatedMySql = 3819;
constexpr unsigned kClusterNotReady = ER_UNKNOWN_COM_ERROR;  // Galera: "WSREP has not yet prepared node"

Trouble mysql_trouble(unsigned number) noexcept {
    if (is_connection_loss(number)) return Trouble::unavailable;
    switch (number) {
        case ER_DUP_ENTRY:
        case ER_DUP_ENTRY_WITH_KEY_NAME:
        case ER_DUP_KEY:
        case ER_DUP_UNIQUE: return Trouble::duplicate;
        case ER_LOCK_DEADLOCK:
        case ER_LOCK_WAIT_TIMEOUT:
        case ER_CHECKREAD:
        case ER_NEED_REPREPARE: return Trouble::busy;
        case ER_NO_REFERENCED_ROW:
        case ER_NO_REFERENCED_ROW_2:
        case ER_ROW_IS_REFERENCED:
        case ER_ROW_IS_REFERENCED_2:
        case ER_BAD_NULL_ERROR:
        case ER_CONSTRAINT_FAILED:
        case kCheckViolatedMySql:
        case ER_DATA_TOO_LONG:
        case ER_WARN_DATA_OUT_OF_RANGE:
        case ER_DATA_OUT_OF_RANGE:
        case ER_TRUNCATED_WRONG_VALUE:
        case ER_TRUNCATED_WRONG_VALUE_FOR_FIELD:
        case WARN_DATA_TRUNCATED:
        case ER_NO_DEFAULT_FOR_FIELD: return Trouble::constraint;
        case ER_STATEMENT_TIMEOUT:
        case kStatementTooSlow:
        case ER_QUERY_INTERRUPTED:
        case ER_CON_COUNT_ERROR:
        case ER_TOO_MANY_USER_CONNECTIONS:
        case ER_USER_LIMIT_REACHED:
        case ER_ACCESS_DENIED_ERROR:
        case ER_DBACCESS_DENIED_ERROR:
        case ER_BAD_DB_ERROR:
        case ER_HOST_IS_BLOCKED:
        case ER_OPTION_PREVENTS_STATEMENT:
        case ER_DISK_FULL:
        case ER_RECORD_FILE_FULL:
        case kClusterNotReady: return Trouble::unavailable;
        default: return Trouble::failed;
    }
}

// `Duplicate entry 'ada@example.com' for key 'email'`: the first quoted text is a person's
// value, the later ones are names.
std::string without_the_value(std::string detail) {
    const auto open = detail.find('\'');
    if (open == std::string::npos) return detail;
    auto close = detail.find("' for ", open + 1);
    if (close == std::string::npos) close = detail.rfind('\'');
    if (close > open) detail.replace(open + 1, close - open - 1, "…");
    return detail;
}

bool quotes_a_value(unsigned number) noexcept {
    return number == ER_DUP_ENTRY || number == ER_DUP_ENTRY_WITH_KEY_NAME || number == ER_TRUNCATED_WRONG_VALUE ||
           number == ER_TRUNCATED_WRONG_VALUE_FOR_FIELD;
}

}  // namespace

const char* code_of(Trouble trouble) noexcept {
    switch (trouble) {
        case Trouble::unavailable: return "database.unavailable";
        case Trouble::duplicate: return "database.duplicate";
        case Trouble::busy: return "database.busy";
        case Trouble::constraint: return "database.constraint";
        case Trouble::failed: break;
    }
    return "database.failed";
}

sdk::Error DriverError::to_sdk() const {
    return sdk::fail(code_of(trouble), sentence_of(trouble));
}

DriverError sqlite_error(int extended_code, std::string detail) {
    DriverError error{sqlite_trouble(extended_code), extended_code, std::move(detail)};
    const int primary = extended_code & 0xff;
    error.session_lost = primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || primary == SQLITE_IOERR ||
                         primary == SQLITE_MISUSE || primary == SQLITE_NOMEM;
    return error;
}

DriverError mysql_error(unsigned number, std::string detail) {
    if (quotes_a_value(number)) detail = without_the_value(std::move(detail));
    DriverError error{mysql_trouble(number), static_cast<int>(number), std::move(detail)};
    error.session_lost = is_connection_loss(number) || number == kClusterNotReady;
    error.transaction_lost = error.session_lost || number == ER_LOCK_DEADLOCK || number == ER_CHECKREAD;
    return error;
}

}  // namespace whatsflow::data
