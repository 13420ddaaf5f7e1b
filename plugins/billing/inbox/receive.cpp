#include "inbox.hpp"

namespace whatsflow::billing {
namespace {

constexpr std::size_t kPart = 60'000;

nlohmann::json headers_to_keep(const sdk::Headers& headers) {
    auto kept = nlohmann::json::array();
    for (const auto& [name, value] : headers.entries()) {
        std::string lower;
        for (const char c : name) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        // What a signature or a reader may need; nothing of proxies and cookies.
        if (lower.find("signature") != std::string::npos || lower == "content-type" || lower.starts_with("webhook-"))
            kept.push_back({name, value});
    }
    return kept;
}

}  // namespace

sdk::Response Inbox::receive(const sdk::Request& request, const std::string& name) {
    const auto provider = sdk::find_service<sdk::PaymentProvider>(host_, {{"provider", name}});
    if (!provider) return sdk::not_found();
    sdk::PaymentNotice notice;
    notice.body = request.body;
    notice.headers = request.headers;
    notice.query_string = request.query_string;
    notice.received_at = host_.clock().now();
    const auto verified = provider.call(&sdk::PaymentProvider::verify_notice, notice);
    if (!verified) {
        const bool refused = verified.error().code == "payment.notice_refused";
        return sdk::problem(refused ? 400 : 503, verified.error().code,
                            refused ? "The notice is not proven." : "Try again in a minute.");
    }
    if (auto kept = store(request.context, name, *verified, notice); !kept)
        return sdk::problem(503, "billing.not_stored", "The notice could not be stored; send it again.");
    have_it_read(request.context);
    return sdk::text("ok");
}

void Inbox::have_it_read(const sdk::CallContext& context) {
    constexpr std::chrono::milliseconds kBetweenCalls{250};
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    auto last = called_at_.load();
    if (now - last < kBetweenCalls || !called_at_.compare_exchange_strong(last, now)) return;
    // Should this fail, the schedule has it read a moment later.
    (void)host_.jobs().enqueue(host_.database(), context, {.kind = "billing.read_notices", .unique_key = "now"});
}

sdk::Result<void> Inbox::store(const sdk::CallContext& context, const std::string& provider,
                               const sdk::VerifiedNotice& verified, const sdk::PaymentNotice& notice) {
    const auto id = sdk::make_uuid();
    const auto event = verified.event_id.substr(0, 200);
    const auto again = host_.database().dialect() == sdk::Dialect::mysql
                           ? " ON DUPLICATE KEY UPDATE deliveries = deliveries + 1"
                           : " ON CONFLICT (provider, event_id) DO UPDATE SET deliveries = deliveries + 1";
    const auto insert = [&](sdk::SqlExecutor& where) {
        return where.execute(
            context,
            std::string("INSERT INTO billing_notices (id, provider, event_id, type, status, deliveries, "
                        "received_at, next_try_at, attempts, problem, query_string, headers, body) "
                        "VALUES (?, ?, ?, ?, 'received', 1, ?, ?, 0, '', ?, ?, ?)") +
                again,
            {id, provider, event, verified.type.substr(0, 120), notice.received_at, notice.received_at,
             notice.query_string.substr(0, 2000), headers_to_keep(notice.headers).dump(),
             sdk::Blob{notice.body.substr(0, kPart)}});
    };
    if (notice.body.size() <= kPart) {
        const auto done = insert(host_.database());
        if (!done) return done.error();
        return sdk::ok();
    }
    return host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto done = insert(tx); !done) return done.error();
        const auto own = tx.query_one(context, "SELECT id FROM billing_notices WHERE id = ?", {id});
        if (!own) return own.error();
        if (!*own) return sdk::ok();  // it was there already
        for (std::size_t part = 1; part * kPart < notice.body.size(); ++part)
            if (auto done = tx.execute(
                    context, "INSERT INTO billing_notice_parts (notice_id, part, body) VALUES (?, ?, ?)",
                    {id, static_cast<std::int64_t>(part), sdk::Blob{notice.body.substr(part * kPart, kPart)}});
                !done)
                return done.error();
        return sdk::ok();
    });
}

sdk::Result<sdk::PaymentNotice> Inbox::read_back(const sdk::CallContext& context, const sdk::Row& row) {
    sdk::PaymentNotice notice;
    notice.body = row.bytes("body");
    notice.query_string = row.text("query_string");
    notice.received_at = row.instant("received_at");
    const auto headers = nlohmann::json::parse(row.text("headers"), nullptr, false);
    for (const auto& each : headers)
        if (each.is_array() && each.size() == 2)
            notice.headers.add(each[0].get<std::string>(), each[1].get<std::string>());
    if (notice.body.size() < kPart) return notice;
    const auto parts = host_.database().query(
        context, "SELECT body FROM billing_notice_parts WHERE notice_id = ? ORDER BY part", {row.text("id")});
    if (!parts) return parts.error();
    for (const auto& part : *parts) notice.body += part.bytes("body");
    return notice;
}

sdk::Result<Slice<NoticeRow>> Inbox::list(const sdk::CallContext& context, const std::string& provider,
                                          const std::string& after, int limit) {
    const int most = std::clamp(limit, 1, 1000);
    std::string sql =
        "SELECT id, provider, event_id, type, status, deliveries, received_at, problem FROM billing_notices WHERE id < "
        "?";
    sdk::DbValues values{after.empty() ? "~" : after};
    if (!provider.empty()) {
        sql += " AND provider = ?";
        values.emplace_back(provider);
    }
    const auto rows =
        host_.database().query(context, sql + " ORDER BY id DESC LIMIT " + std::to_string(most + 1), values);
    if (!rows) return rows.error();
    std::vector<NoticeRow> found;
    for (const auto& row : *rows)
        found.push_back({row.text("id"), row.text("provider"), row.text("event_id"), row.text("type"),
                         row.text("status"), row.integer("deliveries"), row.instant("received_at"),
                         row.text("problem")});
    return slice_of(std::move(found), most, [](const NoticeRow& row) { return row.id; });
}

sdk::Result<void> Inbox::replay(const sdk::CallContext& context, const std::string& id) {
    const auto done = host_.database().execute(
        context,
        "UPDATE billing_notices SET status = 'received', next_try_at = 0, attempts = 0, problem = '' WHERE id = ?",
        {id});
    if (!done) return done.error();
    return sdk::ok();
}

}  // namespace whatsflow::billing
