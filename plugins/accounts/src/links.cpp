#include "links.hpp"

namespace whatsflow::accounts {

using nlohmann::json;

sdk::Result<std::string> make_link(const Office& office, sdk::SqlExecutor& where, const sdk::CallContext& context,
                                   const std::string& purpose, const Link& link, std::chrono::seconds life,
                                   OlderLinks older) {
    auto token = make_token(office);
    if (!token) return token.error();
    const auto digest = digest_of(office, *token);
    if (!digest) return digest.error();
    if (older == OlderLinks::end)
        if (auto ended = end_links(where, context, link.user_id, purpose); !ended) return ended.error();
    const auto now = office.now();
    const auto stored = where.execute(context,
                                      "INSERT INTO accounts_links (digest, purpose, user_id, facts, created_at, "
                                      "expires_at) VALUES (?, ?, ?, ?, ?, ?)",
                                      {*digest, purpose, link.user_id, link.facts.dump(), now, now + life});
    if (!stored) return stored.error();
    return token;
}

sdk::Result<std::optional<Link>> find_link(const Office& office, sdk::SqlExecutor& where,
                                           const sdk::CallContext& context, const std::string& purpose,
                                           std::string_view token) {
    if (token.size() < 20 || token.size() > 100) return std::optional<Link>{};
    const auto digest = digest_of(office, token);
    if (!digest) return digest.error();
    const auto row = where.query_one(
        context, "SELECT user_id, facts FROM accounts_links WHERE digest = ? AND purpose = ? AND expires_at > ?",
        {*digest, purpose, office.now()});
    if (!row) return row.error();
    if (!*row) return std::optional<Link>{};
    return std::optional<Link>{Link{(*row)->text("user_id"), json::parse((*row)->text("facts"))}};
}

sdk::Result<std::optional<Link>> use_link(const Office& office, sdk::Transaction& tx, const sdk::CallContext& context,
                                          const std::string& purpose, std::string_view token) {
    auto link = find_link(office, tx, context, purpose, token);
    if (!link || !*link) return link;
    const auto digest = digest_of(office, token);
    if (!digest) return digest.error();
    const auto gone = tx.execute(context, "DELETE FROM accounts_links WHERE digest = ?", {*digest});
    if (!gone) return gone.error();
    if (*gone == 0) return std::optional<Link>{};
    return link;
}

sdk::Result<void> end_links(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& user_id,
                            const std::string& purpose) {
    const auto gone = purpose.empty()
                          ? where.execute(context, "DELETE FROM accounts_links WHERE user_id = ?", {user_id})
                          : where.execute(context, "DELETE FROM accounts_links WHERE user_id = ? AND purpose = ?",
                                          {user_id, purpose});
    if (!gone) return gone.error();
    return sdk::ok();
}

sdk::Response kept_from_others(sdk::Response page) {
    page.header("Referrer-Policy", "same-origin");
    return page;
}

sdk::Response dead_link_page(int status) {
    return kept_from_others(sdk::page("accounts/dead_link", nlohmann::json::object(), status));
}

}  // namespace whatsflow::accounts
