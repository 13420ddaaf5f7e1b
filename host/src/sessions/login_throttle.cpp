#include "sessions/login_throttle.hpp"

#include "security/digest.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace whatsflow::sessions {
namespace {

using namespace std::chrono_literals;

constexpr auto kWindow = 15min;
constexpr auto kFirstWait = 15s;
constexpr std::int64_t kFreeForAccount = 10;
constexpr std::int64_t kFreeForAddress = 50;

/// Capitals and blanks around do not make another account.
std::string folded(std::string_view account) {
    while (!account.empty() && std::isspace(static_cast<unsigned char>(account.front())) != 0) account.remove_prefix(1);
    while (!account.empty() && std::isspace(static_cast<unsigned char>(account.back())) != 0) account.remove_suffix(1);
    std::string text(account);
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// One subscriber has a whole /64 of IPv6 addresses.
std::string network_of(std::string_view address) {
    const std::string text(address);
    std::array<unsigned char, 16> bytes{};
    if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
    return "net6:" + security::to_hex({reinterpret_cast<const char*>(bytes.data()), 8});
}

/// Fixed in size whatever was typed, and no address of anybody stays in the table.
std::string id_of(std::string_view kind, std::string_view realm, const std::string& who) {
    return security::to_base64url(security::sha256(std::string(kind) + "\n" + std::string(realm) + "\n" + who));
}

std::string account_id(std::string_view realm, std::string_view account) {
    return id_of("account", realm, folded(account));
}
/// An address fails for all realms together.
std::string address_id(std::string_view address) {
    return id_of("address", "", network_of(address));
}

/// How long after the last failure the next try may come.
sdk::Milliseconds wait_after(std::int64_t failures, std::int64_t free) {
    if (failures < free) return sdk::Milliseconds{0};
    const auto doubled = std::min<std::int64_t>(failures - free, 6);
    return std::min<sdk::Milliseconds>(kFirstWait * (std::int64_t{1} << doubled), kWindow);
}

}  // namespace

sdk::Result<std::optional<std::int64_t>> DatabaseThrottle::wait(const sdk::CallContext& context, std::string_view realm,
                                                                std::string_view account, std::string_view address) {
    const auto by_account = account_id(realm, account);
    const auto rows =
        database_.query(context, "SELECT id, failures, last_failed_at FROM core_login_failures WHERE id IN (?, ?)",
                        {by_account, address_id(address)});
    if (!rows) return rows.error();
    const auto now = clock_.now();
    std::int64_t longest = 0;
    for (const auto& row : *rows) {
        const auto free = row.text("id") == by_account ? kFreeForAccount : kFreeForAddress;
        const auto until = row.instant("last_failed_at") + wait_after(row.integer("failures"), free);
        if (now >= until) continue;
        longest = std::max<std::int64_t>(longest, std::chrono::ceil<std::chrono::seconds>(until - now).count());
    }
    return longest == 0 ? std::nullopt : std::optional(longest);
}

sdk::Result<void> DatabaseThrottle::failed(const sdk::CallContext& context, std::string_view realm,
                                           std::string_view account, std::string_view address) {
    return database_.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        // In one order everywhere, so that two hosts do not wait for each other.
        std::array ids{account_id(realm, account), address_id(address)};
        std::ranges::sort(ids);
        for (const auto& id : ids)
            if (auto counted = count(context, tx, id); !counted) return counted;
        return sdk::ok();
    });
}

sdk::Result<void> DatabaseThrottle::count(const sdk::CallContext& context, sdk::Transaction& tx,
                                          const std::string& id) {
    const auto now = clock_.now();
    const auto add_one = [&] {
        // Assigned from left to right on MariaDB: the count looks at the time before it changes.
        return tx.execute(context,
                          "UPDATE core_login_failures SET failures = CASE WHEN last_failed_at < ? THEN 1 ELSE "
                          "failures + 1 END, last_failed_at = ? WHERE id = ?",
                          {now - kWindow, now, id});
    };
    auto changed = add_one();
    if (!changed) return changed.error();
    if (*changed > 0) return sdk::ok();
    auto inserted = tx.execute(
        context, "INSERT INTO core_login_failures (id, failures, last_failed_at) VALUES (?, 1, ?)", {id, now});
    if (inserted) return sdk::ok();
    if (inserted.error().code != "database.duplicate") return inserted.error();
    changed = add_one();  // somebody else was first
    if (!changed) return changed.error();
    return sdk::ok();
}

sdk::Result<void> DatabaseThrottle::succeeded(const sdk::CallContext& context, std::string_view realm,
                                              std::string_view account) {
    const auto id = account_id(realm, account);
    // Mostly there is nothing to forget, and looking is cheaper than writing.
    const auto known = database_.query_one(context, "SELECT failures FROM core_login_failures WHERE id = ?", {id});
    if (!known) return known.error();
    if (!*known) return sdk::ok();
    const auto done = database_.execute(context, "DELETE FROM core_login_failures WHERE id = ?", {id});
    if (!done) return done.error();
    return sdk::ok();
}

sdk::Result<std::int64_t> DatabaseThrottle::purge(const sdk::CallContext& context) {
    return database_.execute(context, "DELETE FROM core_login_failures WHERE last_failed_at < ?",
                             {clock_.now() - kWindow});
}

}  // namespace whatsflow::sessions
