#include "contact_messages.hpp"

#include <whatsflow/sdk/id.hpp>

#include <charconv>

namespace whatsflow::landing {

using nlohmann::json;

namespace {

constexpr std::int64_t kDefaultLimit = 50;
constexpr std::int64_t kMostRows = 10'000;

sdk::Result<std::int64_t> wanted_rows(const sdk::CommandArguments& arguments) {
    const auto text = arguments.find("--limit");
    if (!text) return kDefaultLimit;
    std::int64_t limit = 0;
    const auto end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, limit);
    if (error != std::errc{} || stop != end || limit < 1 || limit > kMostRows)
        return sdk::fail("contact.bad_limit", "--limit takes a number from 1 to " + std::to_string(kMostRows));
    return limit;
}

sdk::Result<sdk::CommandOutput> list_messages(sdk::Database& database, const sdk::CallContext& context,
                                              const sdk::CommandArguments& arguments) {
    const auto limit = wanted_rows(arguments);
    if (!limit) return limit.error();
    const auto rows = database.query(context,
                                     "SELECT id, received_at, name, email, company, topic, message, locale "
                                     "FROM landing_contact_messages ORDER BY received_at DESC, id DESC LIMIT ?",
                                     {*limit});
    if (!rows) return rows.error();
    json list = json::array();
    for (const sdk::Row& row : *rows) {
        list.push_back({{"id", row.text("id")},
                        {"received_at", sdk::to_rfc3339(row.instant("received_at"))},
                        {"name", row.text("name")},
                        {"email", row.text("email")},
                        {"company", row.text("company")},
                        {"topic", row.text("topic")},
                        {"message", row.text("message")},
                        {"locale", row.text("locale")}});
    }
    return sdk::CommandOutput{
        std::move(list), {"id", "received_at", "name", "email", "topic", "message"}, "Nobody has written yet."};
}

}  // namespace

sdk::Result<std::string> store_message(sdk::Database& database, const sdk::CallContext& context,
                                       const ContactInput& input, const std::string& locale, sdk::Instant now) {
    auto id = sdk::make_uuid();
    const auto stored = database.execute(
        context,
        "INSERT INTO landing_contact_messages (id, received_at, name, email, company, topic, message, locale) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        {id, now, input.name, input.email, input.company, input.topic, input.message, locale});
    if (!stored) return stored.error();
    return id;
}

sdk::Command contact_list_command(sdk::Database& database) {
    return {"contact list",
            "Messages from the contact form, newest first",
            {},
            {{"--limit", "N", "how many to list; 50 when not given"}},
            [&database](const sdk::CallContext& context, const sdk::CommandArguments& arguments) {
                return list_messages(database, context, arguments);
            }};
}

}  // namespace whatsflow::landing
